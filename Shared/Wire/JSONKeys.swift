/// The keys of an object that have no field of their own, none of which may be there twice.
///
/// An object may have as many as its text has room for: each takes eight bytes here, however long it
/// is.
struct JSONKeys {
  /// A hash of each key, above the place from which it was read.
  private var marks: [UInt64] = []

  mutating func insert(_ key: JSONString, readFrom place: Int) {
    var hasher = Hasher()
    if key.hasEscapes {
      key.plainBytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    } else {
      hasher.combine(bytes: key.raw)
    }
    let hash = UInt32(truncatingIfNeeded: hasher.finalize())
    marks.append(UInt64(hash) << 32 | UInt64(UInt32(truncatingIfNeeded: place)))
  }

  /// Looks for a key that is there twice, in the text of which all have been read.
  consuming func check(in text: JSONText) throws(WireError) {
    guard marks.count > 1 else { return }
    marks.sort()
    // Keys of one hash stand beside each other; mostly they are the same key.
    var first = 0
    for index in 1..<marks.count {
      if marks[index] >> 32 != marks[first] >> 32 { first = index }
      for other in first..<index {
        let key = try text.string(from: place(of: index)).plainBytes
        guard try text.string(from: place(of: other)).plainBytes != key else {
          throw WireError(
            .duplicate, "JSON: key “\(String(decoding: key, as: UTF8.self))” is given twice")
        }
      }
    }
  }

  private func place(of index: Int) -> Int { Int(marks[index] & 0xFFFF_FFFF) }
}
