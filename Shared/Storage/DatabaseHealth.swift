// Readiness asks this: can the database be used right now, and how long does it take.

package struct DatabaseHealth: Sendable {
  package var isAvailable: Bool
  /// Time of one trivial read, its wait for a connection included.
  package var latency: Duration
  /// Safe to show; empty when all is well.
  package var message: String
}

extension Database {
  /// Makes one trivial read, at most for `timeout`.
  package func health(timeout: Duration = .seconds(1)) async -> DatabaseHealth {
    let start = ContinuousClock.now
    do {
      if let failure = backend.failure { throw failure }
      _ = try await read(deadline: start + timeout) { try $0.query("SELECT 1 AS one") }
      return DatabaseHealth(
        isAvailable: true, latency: ContinuousClock.now - start, message: "")
    } catch {
      let message = (error as? StorageError)?.description ?? "The database does not answer."
      return DatabaseHealth(
        isAvailable: false, latency: ContinuousClock.now - start, message: message)
    }
  }
}
