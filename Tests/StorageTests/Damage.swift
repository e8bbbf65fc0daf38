internal import Foundation

enum Damage {
  /// Puts text where a database should be.
  static func overwrite(_ url: String) throws {
    let path = String(url.dropFirst("sqlite:".count))
    try Data(repeating: UInt8(ascii: "x"), count: 8_192).write(to: URL(fileURLWithPath: path))
  }
}
