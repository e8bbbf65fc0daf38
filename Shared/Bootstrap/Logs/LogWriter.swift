// Lines go to stderr from one queue, so that a slow reader of the log (a full pipe, a busy disk)
// does not stop an event loop. What does not fit is dropped and counted.

internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Collects lines and writes them in bursts, in order.
package final class LogWriter: Sendable {
  private struct State {
    var lines: [UInt8] = []
    var dropped = 0
    var isScheduled = false
  }

  /// Lines that may wait, in bytes.
  package static let maximumWaitingBytes = 4_194_304

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "lianshe.log", qos: .utility)
  private let write: @Sendable ([UInt8]) -> Void
  private let limit: Int

  /// - Parameter write: gets whole lines; called from one queue.
  init(
    maximumWaitingBytes: Int = LogWriter.maximumWaitingBytes,
    write: @escaping @Sendable ([UInt8]) -> Void
  ) {
    limit = maximumWaitingBytes
    self.write = write
  }

  /// Writes to stderr.
  package static let standardError = LogWriter(write: writeToStandardError)

  /// Adds a line, which ends with a newline. Returns at once.
  func add(_ line: [UInt8]) {
    let mustSchedule = state.withLock { state in
      guard state.lines.count + line.count <= limit else {
        state.dropped += 1
        return false
      }
      state.lines.append(contentsOf: line)
      if state.isScheduled { return false }
      state.isScheduled = true
      return true
    }
    if mustSchedule { queue.async { self.writeWaiting() } }
  }

  /// Returns when everything added before is written.
  package func flush() {
    queue.sync { writeWaiting() }
  }

  private func writeWaiting() {
    while true {
      let (lines, dropped) = state.withLock { state in
        defer {
          state.lines = []
          state.dropped = 0
        }
        if state.lines.isEmpty && state.dropped == 0 { state.isScheduled = false }
        return (state.lines, state.dropped)
      }
      if lines.isEmpty && dropped == 0 { return }
      write(lines)
      if dropped > 0 { write(Self.droppedLine(dropped)) }
    }
  }

  private static func droppedLine(_ count: Int) -> [UInt8] {
    var line = JSONLine()
    line.raw("{\"time\":\"")
    line.append(TimeText.now)
    line.raw("\",\"level\":\"warning\",\"label\":\"lianshe.log\",\"message\":")
    line.string("\(count) log lines were dropped: the log is not read fast enough")
    line.raw("}\n")
    return line.bytes
  }
}

/// Writes everything; gives up when nobody reads any more.
@Sendable
func writeToStandardError(_ bytes: [UInt8]) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    if count >= 0 {
      rest = rest.dropFirst(count)
    } else if errno == EAGAIN {
      var waiting = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
      poll(&waiting, 1, 1_000)
    } else if errno != EINTR {
      return
    }
  }
}
