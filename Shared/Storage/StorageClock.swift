// Time comes from outside, so that tests move it by hand.

internal import Foundation

/// A source of microseconds since 1970-01-01 UTC.
package struct StorageClock: Sendable {
  package let now: @Sendable () -> Int64

  package init(_ now: @escaping @Sendable () -> Int64) { self.now = now }

  package static let system = StorageClock {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}
