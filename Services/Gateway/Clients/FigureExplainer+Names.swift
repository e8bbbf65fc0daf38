// Names for the codes of an explanation. They are only for readers, so whatever cannot be had in time
// is left out.

package import CommonMessages
internal import GatewayDomain
internal import RegistryMessages

extension FigureExplainer {
  /// Places of one explanation that are looked up.
  package static let maximumNames = 50

  /// Names of the places that the records speak of, by code.
  package func names(
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
}
