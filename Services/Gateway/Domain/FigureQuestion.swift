// A reader's question about one number.

/// Where does the figure of this key come from?
package struct FigureQuestion: Sendable, Hashable {
  package var key: String
  /// As it was known then, RFC 3339; empty for now.
  package var asOf: String
  /// Records on a page; 0 for the service's default.
  package var pageSize: UInt32
  package var pageToken: String

  package init(key: String, asOf: String = "", pageSize: UInt32 = 0, pageToken: String = "") {
    self.key = key
    self.asOf = asOf
    self.pageSize = pageSize
    self.pageToken = pageToken
  }
}
