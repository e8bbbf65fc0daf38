// Names for the codes of an explanation. They are only for readers, so whatever cannot be had in time
// is left out.

package import CommonMessages
internal import GatewayDomain
internal import RegistryMessages

/// What the codes of an explanation are called.
package struct ExplanationNames: Sendable {
  /// Names of places, by code.
  package var places: [String: String] = [:]
  /// Chinese titles of the kinds of entries, by name.
  package var kinds: [String: String] = [:]

  package init() {}
}

extension FigureExplainer {
  /// Places of one explanation that are looked up.
  package static let maximumNames = 50

  /// Names of the places that the records speak of, and of the kinds that they are.
  package func names(
    in answer: FigureExplanation, of key: String, scope: CallScope
  ) async -> ExplanationNames {
    async let places = places(in: answer, scope: scope)
    async let kinds = kinds(in: answer, of: key, scope: scope)
    var names = ExplanationNames()
    names.places = await places
    names.kinds = await kinds
    return names
  }

  private func places(
    in answer: FigureExplanation, scope: CallScope
  ) async -> [String: String] {
    let codes = Set(answer.records.map(\.placeCode)).filter(PlaceCode.isValid)
    let asked = Array(codes.sorted().prefix(Self.maximumNames))
    let registry = backends.registry
    let found = try? await Concurrently.until(scope.deadline) {
      try await Concurrently.map(asked, limit: ReaderLimits().concurrentCalls) { code in
        let answer = try? await registry.getPlace(
          GetPlaceRequest(code: code), options: scope.options)
        return answer?.place?.name ?? ""
      }
    }
    return Dictionary(
      zip(asked, found ?? []).filter { !$1.isEmpty }, uniquingKeysWith: { first, _ in first })
  }

  /// Asked only where the records are entries.
  private func kinds(
    in answer: FigureExplanation, of key: String, scope: CallScope
  ) async -> [String: String] {
    let service = ServiceName(ofKey: key)
    guard service != .statistics, !RegisterKey.isGateways(key), !answer.records.isEmpty,
      let calls = try? backends.records(of: service),
      let found = try? await Concurrently.until(
        scope.deadline, { try await calls.listEntryKinds(options: scope.options) })
    else { return [:] }
    return Dictionary(
      found.kinds.map { ($0.name, $0.titleZh) }, uniquingKeysWith: { first, _ in first })
  }
}
