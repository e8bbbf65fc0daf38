// A retry with the same `request_id` has one effect (AIP-155).

internal import Crypto
internal import Foundation

/// What a call answers, and whether it was answered from memory.
package struct OnceResponse: Sendable, Hashable {
  package var bytes: [UInt8]
  package var isReplayed: Bool
}

extension Database {
  /// Longest `request_id`.
  package static let maximumRequestIDBytes = 128
  /// Tries after a commit whose answer was lost; the stored request tells what happened.
  private static let maximumUnknownOutcomes = 3

  /// Runs a change whose response is stored with it, under the actor's subject and `requestID`.
  ///
  /// The same id with the same method and fingerprint (the request's canonical bytes) gives the
  /// stored response and runs nothing; with another one it throws `conflict`. Of concurrent
  /// duplicates one runs and the others get its response. A body that throws leaves no trace, so
  /// the id may be used again.
  ///
  /// `isLocking` says that the body takes its locks itself, as for `writeLocking`.
  package func writeOnce(
    as actor: Actor, method: String, fingerprint: [UInt8],
    deadline: ContinuousClock.Instant? = nil, isLocking: Bool = false,
    _ body: @escaping @Sendable (WriteTransaction) throws -> [UInt8]
  ) async throws -> OnceResponse {
    let length = actor.requestID.utf8.count
    guard (1...Self.maximumRequestIDBytes).contains(length) else {
      throw StorageError(
        .invalidArgument,
        "A request_id has 1 to \(Self.maximumRequestIDBytes) bytes; this one has \(length).")
    }
    let digest = SHA256.hash(data: fingerprint).hexadecimal
    let request = StoredRequest(method: method, fingerprint: digest)
    for attempt in 1... {
      do {
        return try await write(
          as: actor, isolation: isLocking ? .readCommitted : .serializable, deadline: deadline
        ) { transaction in
          try request.run(transaction, body)
        }
      } catch let error as StorageError
        where error.outcomeUnknown && attempt < Self.maximumUnknownOutcomes
      {
        continue
      }
    }
    throw StorageError(.internal, "Unreachable: the attempts are not bounded.")
  }

  /// Forgets requests recorded before `time` (microseconds); an id used again after that runs
  /// again. Returns how many were forgotten.
  package func trimRequests(recordedBefore time: Int64) async throws -> Int {
    try await write(as: .system("requests"), isolation: .readCommitted) { transaction in
      try transaction.execute(
        "DELETE FROM storage_request WHERE recorded_at < $1", [.integer(time)])
    }
  }
}

private struct StoredRequest: Sendable {
  let method: String
  let fingerprint: String

  /// The row is taken first: a concurrent duplicate waits for it, and then sees the response.
  func run(
    _ transaction: WriteTransaction, _ body: (WriteTransaction) throws -> [UInt8]
  ) throws -> OnceResponse {
    let key: [SQLValue] = [
      .text(transaction.actor.subject), .text(transaction.actor.requestID),
    ]
    let taken = try transaction.execute(
      """
      INSERT INTO storage_request
        (subject, request_id, method, fingerprint, response, recorded_at)
      VALUES ($1, $2, $3, $4, '', $5) ON CONFLICT (subject, request_id) DO NOTHING
      """,
      key + [.text(method), .text(fingerprint), .integer(transaction.now)])
    guard taken == 1 else {
      return OnceResponse(bytes: try replay(transaction, key), isReplayed: true)
    }
    let response = try body(transaction)
    let limit = transaction.state.options.maximumResponseBytes
    guard response.count <= limit else {
      throw StorageError(.internal, "A response is larger than \(limit) bytes.")
    }
    try transaction.execute(
      "UPDATE storage_request SET response = $3 WHERE subject = $1 AND request_id = $2",
      key + [.text(Data(response).base64EncodedString())])
    return OnceResponse(bytes: response, isReplayed: false)
  }

  private func replay(
    _ transaction: WriteTransaction, _ key: [SQLValue]
  ) throws(StorageError) -> [UInt8] {
    let row = try transaction.queryOne(
      """
      SELECT method, fingerprint, response FROM storage_request
      WHERE subject = $1 AND request_id = $2
      """, key)
    guard let row else {
      throw StorageError(.busy, "The same request ended meanwhile.").retryable()
    }
    guard try row.text("method") == method, try row.text("fingerprint") == fingerprint else {
      throw StorageError(.conflict, "This request_id was used for another request.")
    }
    guard let response = Data(base64Encoded: try row.text("response")) else {
      throw StorageError(.corrupt, "A stored response cannot be decoded.")
    }
    return Array(response)
  }
}
