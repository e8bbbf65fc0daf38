// What the gateway's storage refuses, in its own terms.

package enum GatewayStoreError: Error, Sendable, Hashable {
  /// There is no such text or publication.
  case notFound(type: String, name: String)
  /// Something is there already, and no etag says that it was read.
  case exists(type: String, name: String)
  /// Another revision than the one that the etag names.
  case stale(type: String, name: String)
  /// More of them than one report may have.
  case tooMany(type: String, limit: Int)
}
