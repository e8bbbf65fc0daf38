// A bar for work whose end is known, a count for work whose end is not.

enum ProgressBar {
  static let cells = 24

  /// `places.csv 检查 [########----------------] 33 % 44/131`
  static func line(_ label: String, done: UInt64, total: UInt64) -> String {
    guard total > 0 else { return "\(label) \(done)" }
    let done = min(done, total)
    let share = Double(done) / Double(total)
    let full = Int(share * Double(cells))
    let bar = String(repeating: "#", count: full) + String(repeating: "-", count: cells - full)
    return "\(label) [\(bar)] \(Int(share * 100)) % \(done)/\(total)"
  }
}
