// Writers that lock what they change.

extension Database {
  /// Runs a change like `write`, for a body that takes its locks itself: what it read may have
  /// been changed by others until it locks it, by changing the row or by a unique key.
  ///
  /// On PostgreSQL such bodies never undo each other for what they only read: writers of
  /// different rows go on side by side, and those of one row wait. SQLite has one writer anyway.
  @discardableResult
  package func writeLocking<T: Sendable>(
    as actor: Actor, deadline: ContinuousClock.Instant? = nil, othersAreTold: String? = nil,
    _ body: @escaping @Sendable (WriteTransaction) throws -> T
  ) async throws -> T {
    try await write(
      as: actor, isolation: .readCommitted, deadline: deadline, othersAreTold: othersAreTold, body)
  }
}
