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
}
