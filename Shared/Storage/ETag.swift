// Optimistic locking: the tag a reader got must still be current when it writes (AIP-154).

package struct ETag: Sendable, Hashable, CustomStringConvertible {
  package let revision: Int64

  package init(revision: Int64) { self.revision = revision }

  /// The text of a tag, such as `"r12"` with its quotes (RFC 9110, section 8.8.3).
  package init(_ text: String) throws(StorageError) {
    guard text.utf8.count <= 24, text.hasPrefix("\"r"), text.hasSuffix("\""),
      let revision = Int64(text.dropFirst(2).dropLast()), revision > 0
    else { throw StorageError(.invalidArgument, "The etag is not one of ours.") }
    self.revision = revision
  }

  package var description: String { "\"r\(revision)\"" }

  /// Throws `stale` when the record has moved on. An empty tag asks for no check.
  package static func check(_ text: String, current revision: Int64) throws(StorageError) {
    guard !text.isEmpty else { return }
    guard try ETag(text).revision == revision else {
      throw StorageError(.stale, "The record was changed since it was read.")
    }
  }
}
