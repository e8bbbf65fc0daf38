// Runs a command's work, turns Ctrl-C into cancellation, and ends the process as documented.

private import Dispatch
private import Glibc
internal import RPC

/// Ends the process with this code; what is to be said has been said.
struct Ended: Error {
  let exitCode: ExitReason
}

enum Running {
  /// Runs work that may call services.
  static func command(
    _ session: Session, _ work: @escaping @Sendable (Session) async throws -> Void
  ) async throws {
    defer { session.channels.close() }
    try await interruptible(session.console) { try await work(session) }
  }

  /// Runs work; the first Ctrl-C cancels it, so that it can tidy up, the second ends the process.
  static func interruptible(
    _ console: Console, _ work: @escaping @Sendable () async throws -> Void
  ) async throws {
    let task = Task { try await work() }
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(
      signal: SIGINT, queue: DispatchQueue(label: "lianshe.interrupt"))
    source.setEventHandler {
      if task.isCancelled { _exit(ExitReason.interrupted.rawValue) }
      console.note(Phrase("正在停止……再按一次 Ctrl-C 立即退出", "stopping; Ctrl-C again ends at once"))
      task.cancel()
    }
    source.resume()
    defer { source.cancel() }
    do {
      try await task.value
    } catch {
      throw end(error, console)
    }
  }

  /// Says what went wrong.
  static func end(_ error: any Error, _ console: Console) -> any Error {
    switch error {
    case let failure as Failure:
      say(failure, console)
      return Ended(exitCode: failure.exitCode)
    case is OutputClosed:
      return Ended(exitCode: .success)
    case is CancellationError:
      return end(Failure(.interrupted, "已中断", "interrupted"), console)
    case let error as RPCError:
      return end(
        Failure(error.code.exitCode, "\(error.code.chineseName)：\(error.message)", "\(error)"),
        console)
    default:
      return error
    }
  }

  private static func say(_ failure: Failure, _ console: Console) {
    for (index, line) in failure.lines.enumerated() {
      let prefix = index == 0 ? Phrase("错误：", "error: ")[console.language] : ""
      console.note(prefix + line[console.language])
    }
  }
}
