// Time that a test moves by hand.

package import Storage
internal import Synchronization

package final class ManualClock: Sendable {
  private let microseconds: Mutex<Int64>

  /// Starts at microseconds since 1970 UTC; by default on 2013-12-31T00:00:00Z.
  package init(microseconds: Int64 = 1_388_448_000_000_000) {
    self.microseconds = Mutex(microseconds)
  }

  package var now: Int64 { microseconds.withLock { $0 } }

  package func advance(by microseconds: Int64) {
    self.microseconds.withLock { $0 += microseconds }
  }

  /// For `DatabaseOptions.clock`.
  package var storage: StorageClock { StorageClock { self.now } }
}
