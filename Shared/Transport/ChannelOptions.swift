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

  public init() {}

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
    let shortest = min(keepaliveInterval, keepaliveTimeout, prefaceTimeout, stalledWriteTimeout)
    return min(.seconds(1), max(.milliseconds(10), shortest / 4))
  }
}
