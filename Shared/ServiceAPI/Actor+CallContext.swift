// Who is behind a call, for audit and replay.

package import Access
package import RPC
package import Storage

extension Actor {
  /// The caller of a method. An open method may be called by nobody: then the peer stands in.
  package init(_ context: CallContext, requestID: String = "") {
    self.init(
      subject: context.principal?.subject ?? "anonymous:\(context.peer)",
      organisation: context.principal?.organisation ?? "",
      requestID: requestID, traceID: context.traceID)
  }
}

extension CallContext {
  /// The caller, when his organisation's subtree holds the place; every write asks this.
  ///
  /// - Throws: `unauthenticated` or `permission_denied`.
  @discardableResult
  package func requireWrite(
    place: String, _ scope: some OrganisationScope
  ) async throws -> Principal {
    try await requireScope(over: place, scope)
  }
}
