// Every bound of the calling side, by name.

internal import HTTP2
public import RPC
public import Wire

/// How an `HTTP2Channel` connects, and what it accepts. Sizes are in bytes.
public struct HTTP2ChannelOptions: Sendable, Hashable {
  /// Sizes of messages in both directions.
  public var call = RPCLimits()

  /// What a `google.protobuf.Any` may hold in JSON besides the messages of the package whose method
  /// is called, and of what that imports. Default: nothing.
  public var types = TypeRegistry.empty

  /// How long one attempt to connect may take.
  public var connectTimeout: Duration = .seconds(5)

  /// The pause after a first failed attempt to connect. It grows by six tenths with each further
  /// one. During the pause calls fail at once.
  public var minimumBackoff: Duration = .milliseconds(100)

  /// What the pause grows to at most.
  public var maximumBackoff: Duration = .seconds(5)

  /// With calls under way and nothing heard for this long, the server is asked whether it lives.
  public var keepaliveInterval: Duration = .seconds(10)

  /// Without its answer for this long, the connection is given up and its calls are `unavailable`.
  public var keepaliveTimeout: Duration = .seconds(5)

  /// With calls under way and nothing heard for this long, the server is asked for a sign of life
  /// already, and without one for `quietTimeout` it gets no more calls while another one does
  /// better. Calls under way stay. Servers that are strict about PING want more.
  public var quietInterval: Duration = .milliseconds(300)

  /// See `quietInterval`.
  public var quietTimeout: Duration = .milliseconds(300)

  /// From connecting until the server's SETTINGS are here.
  public var prefaceTimeout: Duration = .seconds(10)

  /// With bytes to send and the server taking none, the call is given up.
  public var stalledWriteTimeout: Duration = .seconds(60)

  /// What a streamed answer may hold that its reader has not used up.
  public var streamWindowBytes = 262_144

  /// The same for all streamed answers of a connection.
  public var connectionWindowBytes = 16_777_216

  /// Sum of name, value and 32 over the fields of an answer's head.
  public var maximumHeaderBytes = 16_384

  /// Fields of an answer's head.
  public var maximumHeaderFields = 100

  /// How long a closed connection waits for the server's own close.
  public var lingerTimeout: Duration = .seconds(1)

  // MARK: Several servers

  /// Addresses that the channel uses at most; further ones of a `dns:` name are left out.
  public var maximumEndpoints = 256

  /// Connections to one endpoint. A further one is made when the others are full: when as many
  /// calls are under way as the server allows.
  public var maximumConnectionsPerEndpoint = 4

  /// Calls that wait while all servers are full or not connected yet. Over it: `unavailable`.
  public var maximumWaitingCalls = 1_024

  /// How long a call waits for a connection with room, connecting included. Over it: `unavailable`.
  public var maximumWait: Duration = .seconds(30)

  /// How often the addresses of a `dns:` name are asked for, while calls are made.
  public var resolveInterval: Duration = .seconds(30)

  /// How soon they are asked for again when one of them has failed, or none was found.
  public var minimumResolveInterval: Duration = .seconds(1)

  /// When an endpoint whose calls fail is left out for a while.
  public var ejection = EjectionPolicy()

  /// Whether an endpoint that was left out is asked for its health (`grpc.health.v1`) before it
  /// gets calls again; otherwise the next call tries it.
  public var asksForHealth = false

  /// How long that question may take.
  public var healthTimeout: Duration = .seconds(2)

  // MARK: Repetitions

  /// How often a call may be sent, where the call itself does not say.
  public var retry = RetryPolicy()

  /// Repetitions and hedges in a hundred calls at most, beside `retryReserve`.
  public var retryPercent = 20

  /// Repetitions beyond that share.
  public var retryReserve = 3

  /// For how long calls count towards the share.
  public var retryWindow: Duration = .seconds(10)

  public init() {}

  var pool: PoolPolicy {
    PoolPolicy(
      maximumEndpoints: maximumEndpoints,
      maximumConnectionsPerEndpoint: maximumConnectionsPerEndpoint,
      maximumWaitingCalls: maximumWaitingCalls, minimumBackoff: minimumBackoff,
      maximumBackoff: maximumBackoff, ejection: ejection, asksForHealth: asksForHealth,
      resolveInterval: resolveInterval, minimumResolveInterval: minimumResolveInterval)
  }

  var session: HTTP2Limits {
    var limits = HTTP2Limits()
    limits.streamWindowBytes = UInt32(clamping: streamWindowBytes)
    limits.connectionWindowBytes = UInt32(clamping: connectionWindowBytes)
    limits.maxHeaderBytes = maximumHeaderBytes
    limits.maxHeaderFields = maximumHeaderFields
    limits.prefaceSeconds = prefaceTimeout.seconds
    limits.stalledWriteSeconds = stalledWriteTimeout.seconds
    return limits
  }

  /// How often the clocks are looked at.
  var tick: Duration {
    let shortest = min(
      keepaliveInterval, keepaliveTimeout, quietInterval, quietTimeout, prefaceTimeout,
      stalledWriteTimeout)
    return min(.seconds(1), max(.milliseconds(10), shortest / 4))
  }
}
