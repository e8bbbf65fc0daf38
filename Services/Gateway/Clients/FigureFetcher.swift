// Figures by their keys, whichever services answer for them: each service is asked once for all of its
// keys, all of them at the same time.

package import CommonMessages
package import GatewayDomain
package import RPC

/// What came of asking for many figures.
package struct FetchedFigures: Sendable {
  /// Answers by the key that was asked.
  package var figures: [String: Figure] = [:]
  /// Services that did not answer, and why.
  package var failures: [ServiceName: RPCError] = [:]
  /// Keys that their service does not take, and why.
  package var refusals: [String: RPCError] = [:]
  /// The data generations that statistics answered from.
  package var generations: Set<Int64> = []

  package init() {}

  fileprivate mutating func add(_ other: FetchedFigures) {
    figures.merge(other.figures) { first, _ in first }
    failures.merge(other.failures) { first, _ in first }
    refusals.merge(other.refusals) { first, _ in first }
    generations.formUnion(other.generations)
  }
}

/// Asks services for figures.
package struct FigureFetcher: Sendable {
  private let backends: Backends
  private let limits: ReaderLimits

  package init(backends: Backends, limits: ReaderLimits = ReaderLimits()) {
    self.backends = backends
    self.limits = limits
  }

  /// The figures of keys, each asked for once.
  ///
  /// - Parameters:
  ///   - asOf: recorded time, RFC 3339; empty for now.
  ///   - minGeneration: of statistics, whose generation it is.
  package func figures(
    _ keys: [String], asOf: String = "", minGeneration: Int64 = 0, scope: CallScope
  ) async -> FetchedFigures {
    let unique = Set(keys).sorted()
    let own = unique.filter(RegisterKey.isGateways)
    let groups = Dictionary(
      grouping: unique.filter { !RegisterKey.isGateways($0) }, by: ServiceName.init(ofKey:))
    return await withTaskGroup(of: FetchedFigures.self) { group in
      for (service, keys) in groups {
        let generation = service == .statistics ? minGeneration : 0
        group.addTask {
          await fetch(keys, of: service, scope) { keys in
            let calls = try backends.records(of: service)
            let request = BatchGetFiguresRequest(
              keys: keys, asOf: asOf, minGeneration: generation)
            return try await calls.batchGetFigures(request, options: scope.options)
          }
        }
      }
      group.addTask {
        await fetch(own, of: .registry, scope, keysPerBatch: 1) { keys in
          try await explained(keys, asOf, scope)
        }
      }
      var fetched = FetchedFigures()
      for await part in group { fetched.add(part) }
      return fetched
    }
  }

  /// What the gateway counts in the register by itself, in the shape of a batch.
  private func explained(
    _ keys: [String], _ asOf: String, _ scope: CallScope
  ) async throws -> BatchGetFiguresResponse {
    let explainer = FigureExplainer(backends: backends)
    var answer = BatchGetFiguresResponse()
    for key in keys {
      let question = FigureQuestion(key: key, asOf: asOf, pageSize: 1)
      let explained = try await explainer.explain(question, scope: scope)
      answer.figures.append(explained.figure ?? Figure(key: key))
    }
    return answer
  }

  private typealias Ask = @Sendable ([String]) async throws -> BatchGetFiguresResponse

  /// The figures of one service. A key that it does not take spoils only itself: then every key of
  /// its batch is asked for alone.
  private func fetch(
    _ keys: [String], of service: ServiceName, _ scope: CallScope, keysPerBatch: Int? = nil,
    _ ask: @escaping Ask
  ) async -> FetchedFigures {
    let size = keysPerBatch ?? limits.keysPerBatch
    let limit = limits.concurrentCalls
    let batches = stride(from: 0, to: keys.count, by: size).map { start in
      Array(keys[start..<min(start + size, keys.count)])
    }
    do {
      let parts = try await Concurrently.until(scope.deadline) {
        try await Concurrently.map(batches, limit: limit) { batch in
          try await Self.fetch(batch, of: service, limit, ask)
        }
      }
      var fetched = FetchedFigures()
      for part in parts { fetched.add(part) }
      return fetched
    } catch {
      var fetched = FetchedFigures()
      fetched.failures[service] =
        error as? RPCError ?? RPCError(.canceled, "the request was cancelled", cause: error)
      return fetched
    }
  }

  private static func fetch(
    _ keys: [String], of service: ServiceName, _ limit: Int, _ ask: @escaping Ask
  ) async throws -> FetchedFigures {
    var fetched = FetchedFigures()
    do {
      let answer = try await ask(keys)
      guard answer.figures.count == keys.count else {
        throw RPCError(
          .internal, "\(service.rawValue) answered another number of figures than was asked")
      }
      for (key, figure) in zip(keys, answer.figures) { fetched.figures[key] = figure }
      if service == .statistics { fetched.generations.insert(answer.generation) }
    } catch let error as RPCError where isRefusal(error) {
      guard keys.count > 1 else {
        for key in keys { fetched.refusals[key] = error }
        return fetched
      }
      let parts = try await Concurrently.map(keys, limit: limit) { key in
        try await Self.fetch([key], of: service, limit, ask)
      }
      for part in parts { fetched.add(part) }
    }
    return fetched
  }

  private static func isRefusal(_ error: RPCError) -> Bool {
    [.invalidArgument, .notFound, .outOfRange].contains(error.code)
  }
}
