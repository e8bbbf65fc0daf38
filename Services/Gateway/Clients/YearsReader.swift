// The years of many places at once, for pages that offer them.

internal import GatewayDomain
package import RPC
internal import StatisticsMessages

/// Reads in which years something is recorded.
package struct YearsReader: Sendable {
  private let backends: Backends
  private let limits: ReaderLimits

  package init(backends: Backends, limits: ReaderLimits = ReaderLimits()) {
    self.backends = backends
    self.limits = limits
  }

  /// The years of every place, in order of the places.
  ///
  /// - Throws: what the service said, or `deadline_exceeded`; no list of years is invented.
  package func years(of places: [String], scope: CallScope) async throws(RPCError) -> [[Int]] {
    let statistics = backends.statistics
    let limit = limits.concurrentCalls
    do {
      return try await Concurrently.until(scope.ending(before: limits.reserve).deadline) {
        try await Concurrently.map(places, limit: limit) { place in
          let answer = try await statistics.listYears(
            ListYearsRequest(placeCode: place), options: scope.options)
          return answer.years.compactMap { Int($0) }
        }
      }
    } catch let error as RPCError {
      throw error
    } catch {
      throw RPCError(.canceled, "the request was cancelled", cause: error)
    }
  }
}
