// The one place where errors of the layers below, and of handlers, become RPC errors.

internal import Wire

extension RPCError {
  /// The error to send for whatever a handler threw. An error that is not an `RPCError` may hold
  /// anything in its description, so only the log gets to see it.
  init(handlerThrew error: any Error) {
    switch error {
    case let error as RPCError:
      self = error
      // A status that another server chose says nothing about this one's answer.
      if isFromPeer {
        metadata = Metadata()
        statusOverride = nil
      }
    case is CancellationError:
      self.init(.canceled, "the call was cancelled", cause: error)
    default: self.init(.internal, "internal error", cause: error)
    }
  }

  /// The error for a message of the caller that cannot be read.
  init(decoding error: WireError) {
    switch error.code {
    case .tooLarge, .tooManyElements, .tooMuchMemory:
      self.init(.resourceExhausted, error.description, cause: error)
    case .malformed, .tooDeep, .invalidUTF8, .nulInString, .duplicate, .wrongType, .outOfRange,
      .unknownType, .unsupported:
      self.init(.invalidArgument, error.description, cause: error)
    }
  }

  static func tooLarge(_ count: Int, limit: Int, what: String) -> RPCError {
    RPCError(.resourceExhausted, "\(what) has \(count) bytes, over the limit of \(limit)")
  }
}
