// Long work of the processor, such as reading a file of a hundred thousand rows: it belongs
// neither on an event loop nor inside a transaction, where it would hold a connection.

extension Database {
  /// Pieces of such work at the same time; more wait in order.
  static let offloadThreads = 2

  /// Runs work on a thread of its own, with no connection.
  package func offload<T: Sendable>(
    _ work: @escaping @Sendable () throws -> T
  ) async throws -> T {
    try Task.checkStorageCancellation()
    return try await withCheckedThrowingContinuation { continuation in
      workers.submit { continuation.resume(with: Result { try work() }) }
    }
  }
}
