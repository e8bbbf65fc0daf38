// The one error type that crosses the channel. Its message is safe to send; what must stay in the
// process (the error that caused it) travels in `cause` and is only ever logged.

/// A failed call: a code, a message that is safe to show to the caller, and typed details.
public struct RPCError: Error, Sendable {
  /// The sixteen codes of the Connect protocol. Raw values are their names on the wire.
  public enum Code: String, CaseIterable, Sendable, Hashable {
    case canceled
    case unknown
    case invalidArgument = "invalid_argument"
    case deadlineExceeded = "deadline_exceeded"
    case notFound = "not_found"
    case alreadyExists = "already_exists"
    case permissionDenied = "permission_denied"
    case resourceExhausted = "resource_exhausted"
    case failedPrecondition = "failed_precondition"
    case aborted
    case outOfRange = "out_of_range"
    case unimplemented
    case `internal`
    case unavailable
    case dataLoss = "data_loss"
    case unauthenticated
  }

  public var code: Code
  /// What went wrong, in words for the caller. Sent as it is: no paths, no SQL, no stack.
  public var message: String
  /// Machine-readable details, sent in this order.
  public var details: [ErrorDetail]
  /// Sent as headers of a unary answer, or as the metadata of the end of a stream.
  public var metadata: Metadata
  /// The error behind this one. Never sent.
  public var cause: (any Error)?
  /// Set when the answer needs a status outside the table of codes (404, 405, 415 and their like).
  package var statusOverride: Int?
  /// Whether a server sent this error, so that its metadata was meant for us and not for whoever
  /// called us.
  package var isFromPeer = false
  /// Whether the server provably did nothing with the call, so that it may be made again.
  public package(set) var wasNotProcessed = false
  /// Whether the call never left this process.
  package var wasNotSent = false

  public init(
    _ code: Code,
    _ message: String,
    details: [ErrorDetail] = [],
    metadata: Metadata = Metadata(),
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.details = details
    self.metadata = metadata
    self.cause = cause
  }

  /// An error in terms of HTTP, whose status is outside the table of codes.
  package static func status(_ status: Int, _ code: Code, _ message: String) -> RPCError {
    var error = RPCError(code, message)
    error.statusOverride = status
    return error
  }

  /// The HTTP status of a unary answer that carries this error.
  public var httpStatus: Int { statusOverride ?? code.httpStatus }
}

extension RPCError: CustomStringConvertible {
  /// Safe to send: the code and the message.
  public var description: String { "\(code.rawValue): \(message)" }
}

extension RPCError: CustomDebugStringConvertible {
  /// For the log: the cause too.
  public var debugDescription: String {
    guard let cause else { return description }
    return "\(description) (cause: \(String(reflecting: cause)))"
  }
}

extension RPCError.Code {
  /// The status that the Connect protocol gives to a unary error of this code.
  public var httpStatus: Int {
    switch self {
    case .canceled: 499
    case .unknown, .internal, .dataLoss: 500
    case .invalidArgument, .failedPrecondition, .outOfRange: 400
    case .deadlineExceeded: 504
    case .notFound: 404
    case .alreadyExists, .aborted: 409
    case .permissionDenied: 403
    case .resourceExhausted: 429
    case .unimplemented: 501
    case .unavailable: 503
    case .unauthenticated: 401
    }
  }

  /// The code a client reports for an error answer that has no usable body, so came from some
  /// proxy or foreign server.
  public init(foreignHTTPStatus status: Int) {
    switch status {
    case 400: self = .internal
    case 401: self = .unauthenticated
    case 403: self = .permissionDenied
    case 404: self = .unimplemented
    case 429, 502, 503, 504: self = .unavailable
    default: self = .unknown
    }
  }
}
