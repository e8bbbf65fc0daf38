// A child process whose end can be awaited.

package import Foundation
internal import Synchronization

// @unchecked: `process` is set up before it runs, and afterwards only asked for its id.
package final class RunningProcess: @unchecked Sendable {
  private struct State {
    var status: Int32?
    var waiting: [CheckedContinuation<Int32, Never>] = []
  }

  private let process: Process
  private let state = Mutex(State())

  package init(_ process: Process) { self.process = process }

  package func run() throws {
    process.terminationHandler = { [self] process in
      let waiting = state.withLock { state in
        state.status = process.terminationStatus
        defer { state.waiting = [] }
        return state.waiting
      }
      for continuation in waiting { continuation.resume(returning: process.terminationStatus) }
    }
    try process.run()
  }

  package var identifier: Int32 { process.processIdentifier }

  /// SIGKILL: the process gets no chance to tidy up.
  package func kill() { _ = Foundation.kill(process.processIdentifier, SIGKILL) }

  /// The exit status, or the number of the signal.
  package func end() async -> Int32 {
    await withCheckedContinuation { continuation in
      let status = state.withLock { state -> Int32? in
        if state.status == nil { state.waiting.append(continuation) }
        return state.status
      }
      if let status { continuation.resume(returning: status) }
    }
  }
}
