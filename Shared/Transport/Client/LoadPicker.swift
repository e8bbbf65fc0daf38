// Which of several endpoints gets a call.

/// The least loaded one among those that stand best; equals take their turn.
///
/// All are looked at: with the bound on endpoints that costs less than a cache miss, and chooses
/// better than two by chance.
struct LoadPicker: Sendable {
  /// How good a choice something is. Lower is better, and the standing counts before the load.
  struct Cost: Comparable {
    let standing: Int
    let load: Int

    static func < (left: Cost, right: Cost) -> Bool {
      (left.standing, left.load) < (right.standing, right.load)
    }
  }

  private var turn = 0

  /// - Parameter cost: of the choice with that index; nil when it cannot be chosen.
  /// - Returns: the index of the cheapest; nil when there is none.
  mutating func pick(among count: Int, cost: (Int) -> Cost?) -> Int? {
    var best: (index: Int, cost: Cost)?
    for step in 0..<max(0, count) {
      let index = (turn + step) % count
      guard let cost = cost(index) else { continue }
      if let known = best, known.cost <= cost { continue }
      best = (index, cost)
    }
    guard let best else { return nil }
    turn = (best.index + 1) % count
    return best.index
  }
}
