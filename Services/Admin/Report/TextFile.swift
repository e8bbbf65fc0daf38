// A text that somebody wrote, from a file or from standard input.

private import Foundation

enum TextFile {
  /// The largest text that is read; the gateway takes 128 KiB.
  static let maximumBytes = 1024 * 1024

  /// - Parameter path: "-" reads standard input.
  static func read(_ path: String) throws -> String {
    let data: Data?
    if path == "-" {
      data = try? FileHandle.standardInput.read(upToCount: maximumBytes + 1)
    } else {
      data = FileManager.default.contents(atPath: path)
    }
    guard let data else { throw Failure(.invalid, "无法读取 \(path)", "cannot read \(path)") }
    guard data.count <= maximumBytes else {
      throw Failure(.invalid, "\(path) 大于 1 MiB", "\(path) is larger than 1 MiB")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw Failure(.invalid, "\(path) 不是 UTF-8 文本", "\(path) is not UTF-8 text")
    }
    return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
  }
}
