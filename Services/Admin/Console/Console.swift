// Results go to standard output and nothing else does, so that a pipe gets what it asked for. Notes,
// errors and progress go to standard error, progress only where a person looks at it.

private import Glibc
internal import Synchronization

/// Where a command writes.
final class Console: Sendable {
  /// Takes bytes for one of the two streams; false when nobody reads them any more.
  typealias Sink = @Sendable (_ stream: Stream, _ bytes: [UInt8]) -> Bool

  enum Stream: Sendable { case output, notes }

  let language: Language
  /// Whether standard error is a terminal, which can show progress.
  let showsProgress: Bool
  private let sink: Sink
  private let progress = Mutex<ProgressState>(ProgressState())

  private struct ProgressState {
    var shown = ""
    var last: ContinuousClock.Instant?
  }

  init(language: Language, showsProgress: Bool, sink: @escaping Sink) {
    self.language = language
    self.showsProgress = showsProgress
    self.sink = sink
  }

  /// The console of the process.
  static func standard(_ language: Language) -> Console {
    Console(language: language, showsProgress: isatty(STDERR_FILENO) == 1) { stream, bytes in
      writeAll(bytes, to: stream == .output ? STDOUT_FILENO : STDERR_FILENO)
    }
  }

  /// A line of the result.
  func print(_ line: String) throws(OutputClosed) {
    try write(Array("\(line)\n".utf8))
  }

  /// A line of the result, in the language of this run.
  func print(_ phrase: Phrase) throws(OutputClosed) {
    try print(phrase[language])
  }

  /// Bytes of the result, as they are.
  func write(_ bytes: [UInt8]) throws(OutputClosed) {
    clearProgress()
    guard sink(.output, bytes) else { throw OutputClosed() }
  }

  /// A line for the person at the terminal.
  func note(_ line: String) {
    clearProgress()
    _ = sink(.notes, Array("\(line)\n".utf8))
  }

  func note(_ phrase: Phrase) { note(phrase[language]) }

  /// Shows how far a long work is; at most ten times a second, and only on a terminal.
  func showProgress(_ text: String, now: ContinuousClock.Instant = .now) {
    guard showsProgress else { return }
    let line = progress.withLock { state -> String? in
      if let last = state.last, last.duration(to: now) < .milliseconds(100) { return nil }
      guard text != state.shown else { return nil }
      state.shown = text
      state.last = now
      return text
    }
    // Back to the first column, erase the line, write.
    if let line { _ = sink(.notes, Array("\r\u{1B}[2K\(line)".utf8)) }
  }

  func clearProgress() {
    let isShown = progress.withLock { state -> Bool in
      defer { state = ProgressState() }
      return !state.shown.isEmpty
    }
    if isShown { _ = sink(.notes, Array("\r\u{1B}[2K".utf8)) }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

/// Standard output was closed, as `head` does: there is nothing left to do.
struct OutputClosed: Error {}
