// Counts that are forgotten after a while, on a clock that the caller moves.

internal import RPC

/// What was added within the latest span of time, in ten slots that are forgotten one by one.
struct RollingSum: Sendable {
  private static let slotCount = 10

  private let slot: Duration
  private let start: CallInstant
  private var slots = Array(repeating: 0, count: slotCount)
  /// The number of the slot that `now` was last in, counted from `start`.
  private var newest: Int64 = 0
  private(set) var sum = 0

  init(span: Duration, start: CallInstant) {
    slot = max(.milliseconds(1), span / Self.slotCount)
    self.start = start
  }

  /// Forgets what is too old. A clock that went back counts as one that stood still.
  mutating func advance(to now: CallInstant) {
    let number = Int64(min(max(0, start.duration(to: now) / slot), 1e15))
    guard number > newest else { return }
    for passed in 1...min(number - newest, Int64(Self.slotCount)) {
      let index = index(newest + passed)
      sum -= slots[index]
      slots[index] = 0
    }
    newest = number
  }

  mutating func add(_ count: Int, now: CallInstant) {
    advance(to: now)
    slots[index(newest)] += count
    sum += count
  }

  /// Takes the oldest first.
  ///
  /// - Returns: false when there is not so much; then nothing is taken.
  mutating func take(_ count: Int, now: CallInstant) -> Bool {
    advance(to: now)
    guard sum >= count else { return false }
    var rest = count
    for age in (0..<Int64(Self.slotCount)).reversed() where rest > 0 && newest >= age {
      let index = index(newest - age)
      let part = min(rest, slots[index])
      slots[index] -= part
      rest -= part
    }
    sum -= count
    return true
  }

  mutating func clear() {
    for index in slots.indices { slots[index] = 0 }
    sum = 0
  }

  private func index(_ number: Int64) -> Int { Int(number % Int64(Self.slotCount)) }
}
