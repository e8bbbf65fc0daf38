// The other end of a feed: a copy that holds each entity's newest state, with the cursor stored
// in the same transaction, so that a crash between the two cannot be.
//
// The order of the feed is not the order in which one entity was changed (PostgreSQL may give
// the later change the smaller transaction id), so a copy goes by revision and remembers the
// revision of what was removed.

package struct FeedConsumer: Sendable {
  /// The name of the source, such as `registry`.
  package let source: String

  package init(source: String) { self.source = source }

  /// Where this copy stands; nil before the first snapshot.
  package func cursor(_ transaction: some SQLExecutor) throws(StorageError) -> String? {
    try transaction.queryOne(
      "SELECT cursor_text FROM storage_feed_cursor WHERE source = $1", [.text(source)]
    )?.text("cursor_text")
  }

  /// Replaces the copy by a snapshot. The caller clears its own tables before and fills them
  /// from the same entities; this keeps the revisions and the cursor.
  package func install(
    snapshot: [ChangeEvent], cursor: String, _ transaction: WriteTransaction
  ) throws(StorageError) {
    try transaction.execute(
      "DELETE FROM storage_feed_copy WHERE source = $1", [.text(source)])
    try transaction.bulkInsert(
      into: "storage_feed_copy", columns: ["source", "entity", "entity_id", "revision"],
      rows: snapshot.map {
        [.text(source), .text($0.entity), .text($0.id), .integer($0.revision)]
      })
    try transaction.execute(
      """
      INSERT INTO storage_feed_cursor (source, cursor_text, updated_at) VALUES ($1, $2, $3)
      ON CONFLICT (source) DO UPDATE
      SET cursor_text = excluded.cursor_text, updated_at = excluded.updated_at
      """,
      [.text(source), .text(cursor), .integer(transaction.now)])
  }

  /// Applies changes that follow `expected`, the cursor they were read with, and moves the
  /// cursor. `body` sees only what is newer than the copy. Returns how many it saw.
  ///
  /// Throws `stale` when the copy stands elsewhere: another replica has applied meanwhile.
  package func apply(
    _ changes: [ChangeEvent], from expected: String, to cursor: String,
    _ transaction: WriteTransaction, _ body: (ChangeEvent) throws -> Void
  ) throws -> Int {
    let moved = try transaction.execute(
      """
      UPDATE storage_feed_cursor SET cursor_text = $1, updated_at = $2
      WHERE source = $3 AND cursor_text = $4
      """,
      [.text(cursor), .integer(transaction.now), .text(source), .text(expected)])
    guard moved == 1 else {
      throw StorageError(.stale, "The copy of \(source) was moved by another process.")
    }
    var applied = 0
    for change in changes where try isNewer(change, transaction) {
      try body(change)
      applied += 1
    }
    return applied
  }

  /// Takes the revision when it is newer than the copy's.
  private func isNewer(
    _ change: ChangeEvent, _ transaction: WriteTransaction
  ) throws(StorageError) -> Bool {
    let changed = try transaction.execute(
      """
      INSERT INTO storage_feed_copy (source, entity, entity_id, revision)
      VALUES ($1, $2, $3, $4)
      ON CONFLICT (source, entity, entity_id) DO UPDATE SET revision = excluded.revision
      WHERE storage_feed_copy.revision < excluded.revision
      """,
      [.text(source), .text(change.entity), .text(change.id), .integer(change.revision)])
    return changed == 1
  }
}
