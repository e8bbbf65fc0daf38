// The numbers of the training set. They must be the same on every machine and in every version, which
// the generators of the standard library do not promise; SplitMix64 (Steele, Lea and Flood, 2014) is
// eight lines, public and has published test values. Nothing here is fit for secrets.

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
struct SplitMix64: Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// One of the independent sequences of a seed: a table that draws more numbers than before does
  /// not change the tables after it.
  init(seed: UInt64, stream: Int) {
    var root = SplitMix64(seed: seed)
    for _ in 0..<stream { _ = root.next() }
    self.init(seed: root.next())
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A whole number of a range; the high half of a product, whose bias is below 2⁻⁵⁰ for our ranges.
  mutating func number(_ range: ClosedRange<Int>) -> Int {
    let width = UInt64(range.upperBound - range.lowerBound) + 1
    return range.lowerBound + Int(next().multipliedFullWidth(by: width).high)
  }

  /// One of several values, which are not empty.
  mutating func pick<Value>(_ values: [Value]) -> Value {
    values[number(0...values.count - 1)]
  }
}
