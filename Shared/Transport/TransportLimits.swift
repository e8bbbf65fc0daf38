// Every bound of a listener, by name. The table in README.md says where each is tested.

internal import HTTP2
internal import NIOCore
public import RPC

/// What the connections of one listener may cost. Sizes are in bytes.
public struct TransportLimits: Sendable, Hashable {
  /// Sizes of messages and of the path, and the default deadline.
  public var call = RPCLimits()

  // MARK: Connections

  /// Connections open at a time. Further ones are closed at once.
  public var maximumConnections = 2_048

  /// Streams that one client may have open at a time; a cancelled one counts until its handler has
  /// stopped. Further ones are refused, which says that they may be sent again.
  public var maximumStreams = 256

  /// From the start of a connection until the client's preface and SETTINGS are complete.
  public var prefaceTimeout: Duration = .seconds(10)

  /// From the first to the last byte of one header block.
  public var headersTimeout: Duration = .seconds(10)

  /// Without a byte of a request's body; the stream is reset.
  public var bodyProgressTimeout: Duration = .seconds(30)

  /// Without a stream; the connection is drained and closed.
  public var idleTimeout: Duration = .seconds(600)

  /// Without the client taking a byte that is ready for it: the stream is reset when its window is
  /// shut, the connection closed when its socket is full. Taking a little begins the time anew.
  public var stalledWriteTimeout: Duration = .seconds(60)

  /// With streams open and nothing heard from the client for this long, it is asked by PING whether it
  /// is still there.
  public var keepaliveInterval: Duration = .seconds(30)

  /// How long the answer may take, or any other sign of life; then the connection is closed, and what
  /// a vanished client has left running is cancelled.
  public var keepaliveTimeout: Duration = .seconds(15)

  /// How old a connection may become before it is drained, so that clients spread over new
  /// servers; up to a tenth less, by chance. Nil for no limit.
  public var maximumAge: Duration? = .seconds(3_600)

  /// Streams that may be open over all connections of the listener, handlers that have not stopped
  /// included. Each takes some ten KiB whatever it asks for. Over it new ones get REFUSED_STREAM.
  public var maximumListenerStreams = 16_384

  /// Streamed answers that may be under way over all connections of the listener, those that are
  /// passed through included. They have no end of their own, so there must be room beside them for
  /// calls that have. Over it: `resource_exhausted`.
  public var maximumListenerWatches = 8_192

  // MARK: Sizes

  /// Sum of name, value and 32 over the fields of a head. Over it: 431.
  public var maximumHeaderBytes = 16_384

  /// Fields of a head. Over it: 431.
  public var maximumHeaderFields = 100

  /// A handler that streams is suspended while this much of its answer is unsent.
  public var streamBufferBytes = 65_536

  /// Heads of open streams, request bodies not yet complete or passed through, and likewise answers
  /// not yet sent, that one connection may hold. Over it, the request that asks for more gets `resource_exhausted`, and new streams are
  /// refused.
  public var connectionBufferBytes = 33_554_432

  /// The same over all connections of the listener, with what their sockets have not taken yet.
  public var listenerBufferBytes = 268_435_456

  // MARK: The end

  /// How long a drain waits for the client to acknowledge the notice before it says goodbye.
  public var drainNoticeTimeout: Duration = .seconds(1)

  /// How long server-streaming calls may go on during a drain. Then they end with `unavailable`,
  /// so that watchers, which have no end of their own, look for another server.
  public var streamDrainGrace: Duration = .seconds(2)

  /// How long a closed connection waits for the client's own close, so that the last bytes sent
  /// are not lost to a TCP reset.
  public var lingerTimeout: Duration = .seconds(1)

  // MARK: Refusals

  /// Bytes of a refused request that are read and dropped before its answer goes out: twice the
  /// largest message, so that one moderately over that limit, which its head may have announced, is
  /// answered in a way that common clients can read.
  public var earlyAnswerBytes = 8 * 1_024 * 1_024

  /// How long a refused request may pause before its answer goes out.
  public var earlyAnswerDelay: Duration = .milliseconds(200)

  /// Longest time that the answer of a refused request waits for the rest of the request.
  public var earlyAnswerTime: Duration = .seconds(5)

  public init() {}

  /// The part that the session enforces.
  var session: HTTP2Limits {
    var limits = HTTP2Limits()
    limits.maxConcurrentStreams = UInt32(clamping: maximumStreams)
    limits.sendBufferHighWaterBytes = streamBufferBytes
    limits.maxHeaderBytes = maximumHeaderBytes
    limits.maxHeaderFields = maximumHeaderFields
    limits.prefaceSeconds = prefaceTimeout.seconds
    limits.headerBlockSeconds = headersTimeout.seconds
    limits.bodyProgressSeconds = bodyProgressTimeout.seconds
    limits.stalledWriteSeconds = stalledWriteTimeout.seconds
    return limits
  }

  /// How often the clocks are looked at: often enough for the shortest of them.
  var tick: Duration {
    let shortest = min(
      prefaceTimeout, headersTimeout, bodyProgressTimeout, idleTimeout, stalledWriteTimeout,
      keepaliveInterval, keepaliveTimeout, maximumAge ?? idleTimeout)
    return min(.seconds(1), max(.milliseconds(10), shortest / 4))
  }
}

extension Duration {
  var seconds: Double { self / .seconds(1) }
}

extension TimeAmount {
  /// As much of a duration as a clock can count; sums of limits may come to more.
  init(clamping duration: Duration) {
    self.init(min(max(duration, .nanoseconds(Int64.min)), .nanoseconds(Int64.max)))
  }
}
