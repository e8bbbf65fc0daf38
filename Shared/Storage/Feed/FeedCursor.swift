// A place in the feed. Opaque to readers: they give back what they got.

internal import Foundation

struct FeedPosition: Comparable, Sendable {
  var xid: Int64
  var seq: Int64

  static func < (left: FeedPosition, right: FeedPosition) -> Bool {
    (left.xid, left.seq) < (right.xid, right.seq)
  }
}

struct FeedCursor: Sendable {
  /// Names the feed's life: a database restored from a backup starts a new one.
  var epoch: String
  var position: FeedPosition

  /// The longest text that is looked at.
  private static let maximumLength = 256

  init(epoch: String, position: FeedPosition) {
    self.epoch = epoch
    self.position = position
  }

  init(text: String) throws(StorageError) {
    let malformed = StorageError(.invalidArgument, "The feed cursor is malformed.")
    guard text.utf8.count <= Self.maximumLength, let bytes = Base64URL.decode(text) else {
      throw malformed
    }
    let parts = String(decoding: bytes, as: UTF8.self)
      .split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "1", let xid = Int64(parts[2]), let seq = Int64(parts[3]),
      xid >= 0, seq >= 0
    else { throw malformed }
    self.init(epoch: String(parts[1]), position: FeedPosition(xid: xid, seq: seq))
  }

  var text: String {
    Base64URL.encode(Array("1|\(epoch)|\(position.xid)|\(position.seq)".utf8))
  }
}

/// Base64 without padding and with `-_`, as fits into a URL.
enum Base64URL {
  static func encode(_ bytes: [UInt8]) -> String {
    var text = Data(bytes).base64EncodedString()
    text.replace("+", with: "-")
    text.replace("/", with: "_")
    return String(text.prefix { $0 != "=" })
  }

  static func decode(_ text: String) -> [UInt8]? {
    guard !text.contains(where: { $0 == "+" || $0 == "/" || $0 == "=" }) else { return nil }
    var padded = text
    padded.replace("-", with: "+")
    padded.replace("_", with: "/")
    padded += String(repeating: "=", count: (4 - padded.utf8.count % 4) % 4)
    return Data(base64Encoded: padded).map(Array.init)
  }
}
