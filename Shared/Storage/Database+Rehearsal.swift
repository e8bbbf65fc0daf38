// Changes that are tried and taken back, beside the work of others.

internal import Synchronization

extension Database {
  /// Runs a change and takes it back, whatever the body does; gives its value.
  ///
  /// SQLite has one writer. So there the body works on a copy of the whole file, as it was when
  /// the rehearsal began; that takes its time, and pays where the body takes longer. On PostgreSQL
  /// it is a transaction that is rolled back, and waits for locks like any other.
  package func rehearse<T: Sendable>(
    as actor: Actor, deadline: ContinuousClock.Instant? = nil, othersAreTold: String? = nil,
    _ body: @escaping @Sendable (WriteTransaction) throws -> T
  ) async throws -> T {
    let (backend, options, longWork) = (backend, options, longWork)
    return try await retrying(deadline: deadline) {
      try await self.perform(on: backend.rehearsalLeases, deadline: deadline) { control in
        let now = self.nextNow()
        // Nobody waits for a copy, but for the locks of a transaction.
        let told = backend.dialect == .postgres ? othersAreTold : nil
        longWork.begin(told)
        defer { longWork.end(told) }
        return try backend.rehearse(control) { session in
          let state = TransactionState(session: session, options: options)
          defer { state.isOver = true }
          let value = try body(WriteTransaction(state: state, now: now, actor: actor))
          if let failure = state.failure { throw failure }
          return value
        }
      }
    }
  }
}

/// What the long changes under way have others told. Of this process only: those of another are
/// not known.
final class LongWork: Sendable {
  private let texts = Mutex<[String]>([])

  func begin(_ text: String?) {
    guard let text else { return }
    texts.withLock { $0.append(text) }
  }

  func end(_ text: String?) {
    guard let text else { return }
    texts.withLock { texts in
      if let index = texts.firstIndex(of: text) { texts.remove(at: index) }
    }
  }

  var told: String? { texts.withLock { $0.first } }
}
