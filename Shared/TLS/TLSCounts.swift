// What has happened, for metrics.

internal import Synchronization

/// Handshakes of one side by their outcome, since the start.
public struct TLSCounts: Sendable, Hashable {
  /// Connections that became secure.
  public var completed = 0
  /// Handshakes that failed or took too long, and bytes that were no TLS.
  public var failed = 0
  /// Peers whose certificate is good and whose names are not wanted, or that do not speak HTTP/2.
  public var refused = 0

  public init(completed: Int = 0, failed: Int = 0, refused: Int = 0) {
    self.completed = completed
    self.failed = failed
    self.refused = refused
  }
}

final class TLSTally: Sendable {
  private let completed = Atomic<Int>(0)
  private let failed = Atomic<Int>(0)
  private let refused = Atomic<Int>(0)

  func complete() { completed.add(1, ordering: .relaxed) }
  func fail() { failed.add(1, ordering: .relaxed) }
  func refuse() { refused.add(1, ordering: .relaxed) }

  var counts: TLSCounts {
    TLSCounts(
      completed: completed.load(ordering: .relaxed), failed: failed.load(ordering: .relaxed),
      refused: refused.load(ordering: .relaxed))
  }
}
