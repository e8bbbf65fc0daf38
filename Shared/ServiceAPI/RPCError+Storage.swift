// The one place where a failure of the database becomes an answer. Messages of `StorageError` are
// safe to send; its cause, the engine's own words, stays in the log.

internal import CommonMessages
package import RPC
package import Storage

extension RPCError {
  /// When a call that failed for want of the database may be repeated.
  package static let retryDelayMilliseconds: UInt32 = 500

  package init(storage error: StorageError) {
    let code = Self.code(of: error.code)
    var text = error.message
    if error.outcomeUnknown {
      text += " The change may have been stored; repeat the call with the same request_id."
    }
    // Defects of ours tell the caller nothing that he could use.
    if code == .internal { text = "internal error" }
    let retry = error.code == .unavailable || error.code == .busy || error.outcomeUnknown
    self.init(
      code, text,
      details: retry
        ? Self.details(RetryInfo(retryDelayMilliseconds: Self.retryDelayMilliseconds)) : [],
      cause: error)
  }

  private static func code(of code: StorageError.Code) -> Code {
    switch code {
    case .unavailable, .readOnly, .closed: .unavailable
    case .conflict: .alreadyExists
    case .foreignKey: .failedPrecondition
    case .busy, .full: .resourceExhausted
    case .timeout, .deadlineExceeded: .deadlineExceeded
    case .cancelled: .canceled
    case .invalidArgument: .invalidArgument
    case .outOfRange, .overflow: .outOfRange
    case .stale: .aborted
    case .corrupt: .dataLoss
    case .constraint, .invalidStatement, .migration, .internal: .internal
    }
  }
}

/// Turns errors of the database into answers for every method of a router. The innermost
/// interceptor, so that the others see what is sent.
package struct StorageErrorInterceptor: ServerInterceptor {
  package init() {}

  package func intercept<Result: Sendable>(
    _ context: CallContext,
    next: (CallContext) async throws -> Result
  ) async throws -> Result {
    do {
      return try await next(context)
    } catch let error as StorageError {
      throw RPCError(storage: error)
    }
  }

  package func interceptAtOnce(
    _ context: CallContext, next: (CallContext) throws -> [UInt8]?
  ) throws -> [UInt8]? {
    do {
      return try next(context)
    } catch let error as StorageError {
      throw RPCError(storage: error)
    }
  }
}
