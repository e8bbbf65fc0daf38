// Whether this process can do its work now. Checks run in the background, each at its own pace, so
// that a dependency that hangs cannot make the answer hang.

package import RPC
internal import Synchronization

/// The named checks of a process and what they last found.
///
///   starting ──begin──▶ running ──drain──▶ draining
///
/// Only a running process whose checks all pass is ready.
package final class Readiness: Sendable {
  package enum Phase: String, Sendable {
    case starting, running, draining
  }

  /// One line of the answer.
  package struct Item: Sendable, Hashable {
    package let name: String
    package let isReady: Bool
    /// Why not; nil when ready.
    package let message: String?
  }

  package struct Report: Sendable {
    package let phase: Phase
    package let items: [Item]

    package var isReady: Bool { phase == .running && items.allSatisfy(\.isReady) }
  }

  private struct Check: Sendable {
    let name: String
    let body: @Sendable () async throws -> Void
  }

  private struct Finding: Sendable {
    let at: ContinuousClock.Instant
    let message: String?
  }

  private struct State {
    var phase = Phase.starting
    var checks: [Check] = []
    var findings: [String: Finding] = [:]
  }

  private let state = Mutex(State())
  private let pace: Duration
  private let patience: Duration

  /// - Parameters:
  ///   - pace: from the end of one check to the next.
  ///   - patience: how old a finding may be before it counts as no answer.
  package init(pace: Duration = .milliseconds(500), patience: Duration = .seconds(3)) {
    self.pace = pace
    self.patience = patience
  }

  /// Adds a check; it passes when it returns. Must be called before `run`.
  package func add(_ name: String, _ body: @escaping @Sendable () async throws -> Void) {
    state.withLock { $0.checks.append(Check(name: name, body: body)) }
  }

  package func begin() {
    state.withLock { if $0.phase == .starting { $0.phase = .running } }
  }

  package func drain() {
    state.withLock { $0.phase = .draining }
  }

  package var report: Report { report(at: .now) }

  /// Passes when the process is ready: the same answer for those who ask in another protocol.
  package func check() throws(RPCError) {
    let report = report
    guard !report.isReady else { return }
    let reasons = report.items.filter { !$0.isReady }.map(\.name)
    throw RPCError(
      .unavailable, "not ready: \(([report.phase.rawValue] + reasons).joined(separator: ", "))")
  }

  func report(at now: ContinuousClock.Instant) -> Report {
    state.withLock { state in
      let items = state.checks.map { check in
        guard let finding = state.findings[check.name] else {
          return Item(name: check.name, isReady: false, message: "not checked yet")
        }
        if now - finding.at > pace + patience {
          return Item(
            name: check.name, isReady: false, message: "no answer for \(now - finding.at)")
        }
        return Item(
          name: check.name, isReady: finding.message == nil, message: finding.message)
      }
      return Report(phase: state.phase, items: items)
    }
  }

  /// Runs every check until the task is cancelled. Does not wait for a check that hangs.
  package func run() async {
    let loops = state.withLock { $0.checks }.map { check in
      Task { await repeatedly(check) }
    }
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
    for loop in loops { loop.cancel() }
  }

  private func repeatedly(_ check: Check) async {
    while !Task.isCancelled {
      var message: String?
      do {
        try await check.body()
      } catch {
        message = "\(error)"
      }
      let finding = Finding(at: .now, message: message)
      state.withLock { $0.findings[check.name] = finding }
      try? await Task.sleep(for: pace)
    }
  }
}

extension Readiness.Report {
  /// `{"ready":false,"phase":"running","checks":[{"name":"database","ready":false,"message":"…"}]}`
  var json: [UInt8] {
    var line = JSONLine(capacity: 256)
    line.raw("{\"ready\":")
    line.bool(isReady)
    line.raw(",\"phase\":")
    line.string(phase.rawValue)
    line.raw(",\"checks\":[")
    for (index, item) in items.enumerated() {
      line.raw(index == 0 ? "{\"name\":" : ",{\"name\":")
      line.string(item.name)
      line.raw(",\"ready\":")
      line.bool(item.isReady)
      if let message = item.message {
        line.raw(",\"message\":")
        line.string(message)
      }
      line.raw("}")
    }
    line.raw("]}\n")
    return line.bytes
  }
}

extension JSONLine {
  fileprivate mutating func bool(_ value: Bool) {
    if value { raw("true") } else { raw("false") }
  }
}
