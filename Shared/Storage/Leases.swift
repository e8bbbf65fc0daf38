// Work that one replica does for all (following a feed, sealing, trimming): a named lease with
// an end. It saves double work; it is not what keeps data right — that is each transaction's own
// check (a cursor's expected value, a lock on a head row).

extension Database {
  /// Takes or prolongs a lease. False: another holder has it until it expires.
  package func acquireLease(
    _ name: String, holder: String, for duration: Duration
  ) async throws -> Bool {
    try await write(as: .system("lease")) { transaction in
      let expiry = transaction.now + duration.wholeMilliseconds * 1_000
      let taken = try transaction.execute(
        """
        INSERT INTO storage_lease (name, holder, expires_at) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE
        SET holder = excluded.holder, expires_at = excluded.expires_at
        WHERE storage_lease.holder = excluded.holder OR storage_lease.expires_at <= $4
        """,
        [.text(name), .text(holder), .integer(expiry), .integer(transaction.now)])
      return taken == 1
    }
  }

  /// Gives a lease back before its end.
  package func releaseLease(_ name: String, holder: String) async throws {
    try await write(as: .system("lease")) { transaction in
      try transaction.execute(
        "DELETE FROM storage_lease WHERE name = $1 AND holder = $2", [.text(name), .text(holder)])
    }
  }
}
