// What a caller may choose for one call.

/// How a message is written.
public enum Codec: String, Sendable, Hashable, CaseIterable {
  case proto
  case json
}

/// How a body is compressed.
public enum ContentCoding: String, Sendable, Hashable, CaseIterable {
  case identity
  case gzip
}

/// How a unary call is put to the server.
public enum CallVerb: String, Sendable, Hashable, CaseIterable {
  case post = "POST"
  /// The request stands in the path, and the answer may be kept by caches on the way. Only methods
  /// without side effects are called so, and only where the path stays within
  /// `RPCLimits.maximumPathBytes`; other calls go by POST.
  case get = "GET"
}

/// Choices for one call. The default has no deadline, writes protobuf, and accepts gzip.
public struct CallOptions: Sendable {
  /// How long the call may take from when it is made. The shorter of this and `deadline` counts.
  public var timeout: Duration?
  /// When the call must have ended.
  public var deadline: ContinuousClock.Instant? {
    get { storedDeadline?.instant }
    set { storedDeadline = newValue.map { CallInstant($0) } }
  }
  private var storedDeadline: CallInstant?
  /// Sent as request headers.
  public var metadata: Metadata
  public var codec: Codec
  /// How the request is sent. Bodies too small to gain by it are sent as they are.
  public var compression: ContentCoding
  /// Whether the answer may come compressed.
  public var acceptsGzip: Bool
  /// The largest decompressed answer, or message of a stream, that is accepted, in bytes; nil for
  /// the channel's own limit.
  public var maximumResponseBytes: Int?
  public var verb: CallVerb
  /// The trace this call belongs to, sent as `traceparent`.
  public var trace: TraceContext?
  /// How often the call may be sent; nil for the channel's own choice.
  public var retry: RetryPolicy?

  public init(
    timeout: Duration? = nil,
    deadline: ContinuousClock.Instant? = nil,
    metadata: Metadata = Metadata(),
    codec: Codec = .proto,
    compression: ContentCoding = .identity,
    acceptsGzip: Bool = true,
    maximumResponseBytes: Int? = nil,
    verb: CallVerb = .post,
    trace: TraceContext? = nil,
    retry: RetryPolicy? = nil
  ) {
    self.timeout = timeout
    storedDeadline = deadline.map { CallInstant($0) }
    self.metadata = metadata
    self.codec = codec
    self.compression = compression
    self.acceptsGzip = acceptsGzip
    self.maximumResponseBytes = maximumResponseBytes
    self.verb = verb
    self.trace = trace
    self.retry = retry
  }

  /// Options for a call made on behalf of another: what is left of the caller's own deadline
  /// travels on, and so does the trace. A deadline that only this server set does not travel;
  /// reaching it cancels the handler, which cancels what the handler called.
  public init(onBehalfOf context: CallContext, timeout: Duration? = nil) {
    self.init(timeout: timeout, deadline: context.callerDeadline, trace: context.trace)
  }

  /// The earlier of the deadline and the end of the timeout, which begins now.
  var effectiveDeadline: CallInstant? {
    guard let timeout else { return storedDeadline }
    let own = CallInstant.now.advanced(by: timeout)
    return storedDeadline.map { min($0, own) } ?? own
  }
}
