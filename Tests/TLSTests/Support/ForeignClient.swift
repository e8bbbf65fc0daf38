// The TLS client of OpenSSL, which is not of our making and can do what ours cannot.

internal import Foundation
internal import Synchronization
internal import TLS

/// A running `openssl s_client`.
final class ForeignClient: Sendable {
  private let process: Process
  private let input: Pipe
  private let output = Mutex<[UInt8]>([])

  /// - Parameter files: what to show and whom to trust.
  init(port: Int, _ files: TLSFiles, alpn: String? = "h2", _ options: [String] = []) throws {
    var arguments = ["s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost"]
    if let path = files.authorities { arguments += ["-CAfile", path] }
    if let path = files.certificate { arguments += ["-cert", path] }
    if let path = files.key { arguments += ["-key", path] }
    if let alpn { arguments += ["-alpn", alpn] }
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments + options
    input = Pipe()
    let pipe = Pipe()
    process.standardInput = input
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    Thread.detachNewThread { [weak self] in
      while true {
        let data = pipe.fileHandleForReading.availableData
        if data.isEmpty { return }
        self?.output.withLock { $0.append(contentsOf: data) }
      }
    }
  }

  /// What it has printed: its own words, and what the server has sent.
  var text: String { output.withLock { String(decoding: $0, as: UTF8.self) } }

  func send(_ bytes: [UInt8]) throws { try input.fileHandleForWriting.write(contentsOf: bytes) }

  /// Waits until it has printed something.
  func waits(for part: String) async -> Bool { await eventually { text.contains(part) } }

  /// Goes away without a word.
  func cut() async {
    process.terminate()
    _ = await eventually { !process.isRunning }
  }

  /// Closes the connection in the orderly way, and waits for the end.
  func end() async {
    try? input.fileHandleForWriting.close()
    if await eventually({ !process.isRunning }) { return }
    process.terminate()
  }
}
