// Points in time as calls carry them. `ContinuousClock.Instant` has no fixed layout, and every
// struct that holds one is copied through function pointers; a call holds this instead, and gives
// the other out where somebody asks.

/// A point on this process's monotonic clock, in nanoseconds.
public struct CallInstant: Sendable, Hashable, Comparable {
  private static let epoch = ContinuousClock.now

  private let nanoseconds: Int64

  private init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public init(_ instant: ContinuousClock.Instant) {
    self.init(nanoseconds: Self.nanoseconds(Self.epoch.duration(to: instant)))
  }

  public static var now: CallInstant { CallInstant(.now) }

  /// The same point on the clock of the standard library.
  public var instant: ContinuousClock.Instant {
    Self.epoch.advanced(by: .nanoseconds(nanoseconds))
  }

  /// Saturates at the ends of the clock, 292 years away.
  public func advanced(by duration: Duration) -> CallInstant {
    advanced(by: CallInterval(duration))
  }

  func advanced(by interval: CallInterval) -> CallInstant {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(interval.nanoseconds)
    return CallInstant(nanoseconds: overflow ? (interval.nanoseconds < 0 ? .min : .max) : sum)
  }

  /// The time from here to another point; negative when that is earlier.
  public func duration(to other: CallInstant) -> Duration {
    .nanoseconds(other.nanoseconds) - .nanoseconds(nanoseconds)
  }

  public static func < (left: CallInstant, right: CallInstant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  fileprivate static func nanoseconds(_ duration: Duration) -> Int64 {
    // A duration holds more than its own `components` can say.
    let duration = min(max(duration, .nanoseconds(Int64.min)), .nanoseconds(Int64.max))
    let (seconds, attoseconds) = duration.components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}

/// A span of this clock; the division that a `Duration` takes is done once for all calls that have it.
struct CallInterval: Sendable, Hashable {
  let nanoseconds: Int64

  init(_ duration: Duration) { nanoseconds = CallInstant.nanoseconds(duration) }
}
