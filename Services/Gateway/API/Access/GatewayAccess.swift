// Who may call the gateway's own methods. Reading is open, and the token of a reader goes on to the
// services untouched: they check it. Only what the gateway itself keeps is guarded here.

package import Access
internal import GatewayDomain
internal import GatewayMessages
internal import HealthMessages
package import RPC

/// The rules of the gateway's methods.
package enum GatewayPolicy {
  package static func table() throws -> PolicyTable {
    typealias Texts = TemplateServiceMethods
    typealias Published = PublicationServiceMethods
    let open = PolicyTable(
      .open,
      for: ReportServiceMethods.all + HealthMethods.all + [
        Texts.getReportTemplate.info, Texts.listReportTemplates.info, Texts.getNarrative.info,
        Texts.listNarratives.info, Published.listPublications.info,
        Published.getPublication.info, Published.compareWithPublication.info,
      ])
    let clerks = PolicyTable(
      .role([.clerk]), for: [Texts.putNarrative.info, Texts.deleteNarrative.info])
    let statisticians = PolicyTable(
      .role([.statistician]),
      for: [
        Texts.putReportTemplate.info, Texts.deleteReportTemplate.info,
        Published.publishAnnualReport.info,
      ])
    return try open.merging(clerks).merging(statisticians)
  }
}

/// Checks the token of whoever writes; that of a reader is for the services alone.
package struct GatewayAccess: ServerInterceptor {
  private let policy: PolicyTable
  private let reading: AccessInterceptor
  private let writing: AccessInterceptor

  package init(policy: PolicyTable, verifier: TokenVerifier) {
    self.policy = policy
    reading = AccessInterceptor(policy: policy, verifier: nil)
    writing = AccessInterceptor(policy: policy, verifier: verifier)
  }

  package func intercept<Result: Sendable>(
    _ context: CallContext,
    next: (CallContext) async throws -> Result
  ) async throws -> Result {
    policy.rule(for: context.method) == .open
      ? try await reading.intercept(context, next: next)
      : try await writing.intercept(context, next: next)
  }
}

/// Where a caller may write: the gateway holds no tree of places, so the digits of the codes say what
/// lies below a federation.
package struct CodeScope: OrganisationScope {
  package init() {}

  package func contains(place target: String, organisation: String) async throws -> Bool {
    PlaceCode.isSameOrBelow(target, organisation)
  }
}
