// The floor below `RPCChannel`: requests and answers as HTTP sees them. A transport implements
// this, and gets the typed calls for nothing; a gateway uses it to pass calls through.

public import Wire

/// A complete request, as it will be sent.
public struct RawRequest: Sendable {
  public var verb: String
  /// The path, with a query if there is one.
  public var path: String
  /// Every header but the pseudo-headers.
  public var fields: HeaderFields
  public var body: [UInt8]
  /// When the transport gives up and throws `deadline_exceeded`.
  public var deadline: CallInstant?
  /// Whether sending it twice does no harm.
  public var idempotency: MethodInfo.Idempotency
  /// How often it may be sent; nil for the channel's own choice.
  public var retry: RetryPolicy?

  public init(
    verb: String = "POST", path: String, fields: HeaderFields, body: [UInt8],
    deadline: CallInstant? = nil, idempotency: MethodInfo.Idempotency = .unknown,
    retry: RetryPolicy? = nil
  ) {
    self.verb = verb
    self.path = path
    self.fields = fields
    self.body = body
    self.deadline = deadline
    self.idempotency = idempotency
    self.retry = retry
  }
}

extension RawRequest {
  private static let timeoutField = "connect-timeout-ms"

  /// Whether the answer is a stream of messages, which may have no end.
  package var asksForStream: Bool {
    fields.first("content-type")?.hasPrefix("application/connect+") ?? false
  }

  /// The same request at a later time: a timeout that travels with it is what is left now.
  ///
  /// - Throws: `deadline_exceeded` when nothing is.
  package func renewed() throws(RPCError) -> RawRequest {
    guard deadline != nil, fields.first(Self.timeoutField) != nil,
      let timeout = try ClientCall.timeout(until: deadline)
    else { return self }
    var request = self
    request.fields.remove(Self.timeoutField)
    request.fields.append(Self.timeoutField, timeout)
    return request
  }
}

/// A way to send requests to some server and have their answers, whatever they are.
public protocol RawChannel: RPCChannel {
  /// The bounds of what is accepted from the server.
  var limits: RPCLimits { get }

  /// What a `google.protobuf.Any` may hold in JSON besides the messages of the package whose method
  /// is called, and of what that imports. Default: nothing.
  var types: TypeRegistry { get }

  /// Sends a request and collects its answer.
  ///
  /// - Parameter maximumBytes: of the body as received. Over it: `resource_exhausted`. An answer
  ///   whose status is not 200 may have `RPCLimits.errorBytes` in any case.
  func send(_ request: RawRequest, maximumBytes: Int) async throws(RPCError) -> Answer

  /// Sends a request and returns when the head of its answer is here.
  func open(_ request: RawRequest) async throws(RPCError) -> any RawResponseStream
}

extension RawChannel {
  public var types: TypeRegistry { .empty }
}

/// An answer whose body arrives piece by piece. Releasing it cancels what has not arrived.
public protocol RawResponseStream: AnyObject, Sendable {
  var head: ResponseHead { get }
  /// The next piece of the body, or nil at its end. Called by one task at a time.
  func next() async throws(RPCError) -> [UInt8]?
  /// Stops the call; a waiting `next` throws `canceled`.
  func cancel()
}
