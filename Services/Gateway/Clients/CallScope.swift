// One request to the gateway makes many calls. What they share is made once: how long they may take,
// who calls, which trace they belong to.

package import RPC

/// The surroundings of the calls that one request makes.
package struct CallScope: Sendable {
  /// When all calls must have ended.
  package var deadline: ContinuousClock.Instant
  /// Sent with every call: the caller's authorization.
  package var metadata: Metadata
  package var trace: TraceContext?

  package init(
    deadline: ContinuousClock.Instant, metadata: Metadata = Metadata(), trace: TraceContext? = nil
  ) {
    self.deadline = deadline
    self.metadata = metadata
    self.trace = trace
  }

  package var options: CallOptions {
    CallOptions(deadline: deadline, metadata: metadata, trace: trace)
  }

  /// The same scope for a call that others wait for: it has a third of the time.
  package var ahead: CallScope {
    var scope = self
    let now = ContinuousClock.now
    scope.deadline = now + now.duration(to: deadline) / 3
    return scope
  }

  /// The same scope with an earlier end, so that something is left for the answer itself.
  package func ending(before reserve: Duration) -> CallScope {
    var scope = self
    let left = ContinuousClock.now.duration(to: deadline)
    scope.deadline = deadline - min(reserve, left / 4)
    return scope
  }
}

/// How calls run beside each other.
enum Concurrently {
  /// The results of a body for every element, in order, at most `limit` of them at a time.
  static func map<Element: Sendable, Result: Sendable>(
    _ elements: [Element], limit: Int,
    _ body: @escaping @Sendable (Element) async throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      var results: [Result?] = Array(repeating: nil, count: elements.count)
      var next = 0
      while next < min(limit, elements.count) {
        let (index, element) = (next, elements[next])
        group.addTask { (index, try await body(element)) }
        next += 1
      }
      while let (index, result) = try await group.next() {
        results[index] = result
        guard next < elements.count else { continue }
        let (following, element) = (next, elements[next])
        group.addTask { (following, try await body(element)) }
        next += 1
      }
      return results.compactMap { $0 }
    }
  }

  /// The result of a body, or `deadline_exceeded` once the time is over, whatever the body does.
  static func until<Result: Sendable>(
    _ deadline: ContinuousClock.Instant, _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await ContinuousClock().sleep(until: deadline)
        throw RPCError(.deadlineExceeded, "no answer within the time of the request")
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else {
        throw RPCError(.internal, "a task group of two was empty")
      }
      return first
    }
  }
}

/// Collects the pages of a list.
enum Pages {
  static let pageSize: UInt32 = 1000

  /// All elements, up to `maximumPages` pages.
  ///
  /// - Returns: the elements, and whether some were left out.
  static func collect<Element: Sendable>(
    maximumPages: Int,
    _ page: (_ token: String) async throws -> (elements: [Element], next: String)
  ) async throws -> (elements: [Element], isCut: Bool) {
    var elements: [Element] = []
    var token = ""
    for _ in 0..<maximumPages {
      let answer = try await page(token)
      elements += answer.elements
      token = answer.next
      if token.isEmpty { return (elements, false) }
    }
    return (elements, true)
  }
}
