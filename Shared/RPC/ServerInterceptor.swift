// Interceptors wrap every handler of a router: access, metrics, logs.

/// Code that runs around each call, before the request is decoded and after the answer is encoded.
///
/// To refuse a call throw an `RPCError`; to leave something for the handler, pass on a changed
/// context. The first interceptor of a router is the outermost. A request that never becomes a
/// call (unknown path, wrong content type) does not get here.
public protocol ServerInterceptor: Sendable {
  func intercept<Result: Sendable>(
    _ context: CallContext,
    next: (CallContext) async throws -> Result
  ) async throws -> Result

  /// The same around an answer that needs no task; see `Router.atOnce`. Nothing can be awaited here.
  ///
  /// - Parameter next: gives the answer's bytes, or nil where it cannot do so at once.
  /// - Returns: nil where this call cannot be judged at once, or `next` gave nil. `intercept` is then
  ///   called for the same call, so nothing may have been counted or kept.
  func interceptAtOnce(
    _ context: CallContext, next: (CallContext) throws -> [UInt8]?
  ) throws -> [UInt8]?

  /// The interceptor for the calls of one method: it may keep what it would look up at each of them.
  func bound(to method: MethodInfo) -> any ServerInterceptor
}

extension ServerInterceptor {
  public func bound(to method: MethodInfo) -> any ServerInterceptor { self }

  /// An interceptor that knows of no other way sees every call in `intercept`.
  public func interceptAtOnce(
    _ context: CallContext, next: (CallContext) throws -> [UInt8]?
  ) throws -> [UInt8]? { nil }
}
