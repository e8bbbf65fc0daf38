// The numbers behind the metrics. Recording is one or two relaxed atomic additions; only a scrape
// reads them, and a scrape may see a histogram's sum a moment before its count.

internal import CoreMetrics
internal import Synchronization

/// A number that many threads add to.
final class AtomicCount: Sendable {
  private let value = Atomic<Int64>(0)

  func add(_ amount: Int64) {
    value.wrappingAdd(amount, ordering: .relaxed)
  }

  var current: Int64 { value.load(ordering: .relaxed) }

  func reset() {
    value.store(0, ordering: .relaxed)
  }
}

/// A number with a fraction that many threads add to or set.
final class AtomicNumber: Sendable {
  private let bits = Atomic<UInt64>(0)

  func add(_ amount: Double) {
    var old = bits.load(ordering: .relaxed)
    while true {
      let new = (Double(bitPattern: old) + amount).bitPattern
      let (exchanged, original) = bits.weakCompareExchange(
        expected: old, desired: new, ordering: .relaxed)
      if exchanged { return }
      old = original
    }
  }

  func set(_ value: Double) {
    bits.store(value.bitPattern, ordering: .relaxed)
  }

  var current: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}

/// Only goes up, until the process ends.
package final class CounterCell: CounterHandler, FloatingPointCounterHandler, Sendable {
  private let whole = AtomicCount()
  private let fraction = AtomicNumber()

  package func increment() { whole.add(1) }

  package func increment(by amount: Int64) {
    // Prometheus takes a falling counter for a restart.
    if amount > 0 { whole.add(amount) }
  }

  package func increment(by amount: Double) {
    if amount > 0 { fraction.add(amount) }
  }

  package func reset() {
    whole.reset()
    fraction.set(0)
  }

  var value: Double { Double(whole.current) + fraction.current }
}

/// Goes up and down.
package final class GaugeCell: MeterHandler, RecorderHandler, Sendable {
  private let number = AtomicNumber()

  package func set(_ value: Int64) { number.set(Double(value)) }
  package func set(_ value: Double) { number.set(value) }
  package func increment(by amount: Double) { number.add(amount) }
  package func decrement(by amount: Double) { number.add(-amount) }
  package func record(_ value: Int64) { number.set(Double(value)) }
  package func record(_ value: Double) { number.set(value) }

  package var value: Double { number.current }
}

/// A gauge of whole things that come and go: cheaper to change than `GaugeCell`.
package final class LevelCell: Sendable {
  private let count = AtomicCount()

  package func rise() { count.add(1) }
  package func fall() { count.add(-1) }
  package var value: Int64 { count.current }
}

/// Counts values by size.
package final class HistogramCell: TimerHandler, RecorderHandler, Sendable {
  /// Upper bounds, rising; everything above falls under +Inf.
  package enum Bounds: Sendable {
    /// Half a millisecond to ten seconds: what a call or a query may take.
    case durations
    /// Powers of four from 64: bytes, rows.
    case sizes

    var values: [Double] {
      switch self {
      case .durations:
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
      case .sizes: (3...12).map { Double(1 << (2 * $0)) }
      }
    }
  }

  let bounds: [Double]
  private let counts: [AtomicCount]
  private let sum = AtomicNumber()
  private let sumNanoseconds = AtomicCount()

  init(_ bounds: Bounds) {
    self.bounds = bounds.values
    counts = (0...bounds.values.count).map { _ in AtomicCount() }
  }

  package func recordNanoseconds(_ duration: Int64) {
    count(Double(duration) * 1e-9)
    sumNanoseconds.add(duration)
  }

  package func record(_ value: Int64) { record(Double(value)) }

  package func record(_ value: Double) {
    guard value.isFinite else { return }
    count(value)
    sum.add(value)
  }

  private func count(_ value: Double) {
    var index = 0
    while index < bounds.count && value > bounds[index] { index += 1 }
    counts[index].add(1)
  }

  /// Counts up to each bound, +Inf last, and the sum of all values.
  var snapshot: (cumulative: [Int64], sum: Double) {
    var total: Int64 = 0
    let cumulative = counts.map { cell in
      total += cell.current
      return total
    }
    return (cumulative, sum.current + Double(sumNanoseconds.current) * 1e-9)
  }
}
