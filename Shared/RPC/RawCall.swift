// Calls that pass through undecoded: how a gateway forwards what it does not understand.

/// A request as it came, complete, with a way to answer it in the same raw form.
public struct RawCall: Sendable {
  public let verb: String
  /// The path with its query.
  public let path: String
  /// Every header of the request but the pseudo-headers.
  public let fields: HeaderFields
  /// The body as received: still compressed, still in its envelope.
  public let body: [UInt8]
  /// The deadline of the caller's `connect-timeout-ms`, or this server's default.
  public let deadline: CallInstant?
  /// Whether the caller itself set the deadline.
  public let deadlineIsCallers: Bool
  /// The address of the other end, for logs.
  public let peer: String
  /// The names that the other end has proved to have; nil when it showed no certificate.
  public let peerIdentity: PeerIdentity?
  public let response: RawResponseWriter
}

/// Answers a raw call: a head, then bytes. The answer ends when the handler returns.
public struct RawResponseWriter: Sendable {
  let sink: any ResponseSink

  /// Sends the status and the headers; once, and before any bytes.
  public func writeHead(status: Int, fields: HeaderFields) async throws {
    try await sink.writeHead(ResponseHead(status: status, fields: fields))
  }

  /// Sends bytes of the body. Suspends while the caller has not taken what was written before.
  public func write(_ bytes: [UInt8]) async throws {
    try await sink.write(bytes)
  }
}

/// The status and headers of an answer.
public struct ResponseHead: Sendable, Equatable {
  public var status: Int
  public var fields: HeaderFields

  public init(status: Int, fields: HeaderFields) {
    self.status = status
    self.fields = fields
  }
}

/// The transport's end of an answer that is written piece by piece.
public protocol ResponseSink: AnyObject, Sendable {
  /// Queues the head of the answer. Throws when the call is over, or a head was already sent.
  func writeHead(_ head: ResponseHead) async throws
  /// Queues bytes and returns once there is room for more. Throws when the call is over.
  func write(_ bytes: [UInt8]) async throws
}
