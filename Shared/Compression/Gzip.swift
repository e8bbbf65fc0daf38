// The one door to gzip. zlib's state costs 256 KiB to set up for writing, so a few states are kept
// and reset between messages.

internal import Synchronization

/// Gzip (RFC 1952) of whole messages.
public enum Gzip {
  /// The level for traffic between services: most of the gain at a fraction of the time.
  public static let defaultLevel = 1

  /// States kept for reuse in each direction. More may be in use at a time; the surplus is freed.
  static let pooledStates = 4

  private static let deflaters = Mutex<[Deflater]>([])
  private static let inflaters = Mutex<[Inflater]>([])

  /// Compresses a message.
  ///
  /// - Parameter level: 1 (fast) to 9 (small).
  public static func compress(
    _ bytes: [UInt8], level: Int = defaultLevel
  ) throws(CompressionError) -> [UInt8] {
    guard level == defaultLevel else {
      return try Deflater(level: level).compress(bytes)
    }
    let pooled = deflaters.withLock { $0.popLast() }
    let deflater = if let pooled { pooled } else { try Deflater(level: level) }
    let result = try deflater.compress(bytes)
    deflaters.withLock { if $0.count < pooledStates { $0.append(deflater) } }
    return result
  }

  /// Decompresses a message of one or more gzip members.
  ///
  /// - Parameter limit: the largest size accepted, in bytes. Exactly this many pass; inflating
  ///   stops one byte beyond it, so a bomb costs no more than an honest message.
  /// - Throws: `tooLarge`, `truncated`, `malformed` or `trailingGarbage`.
  public static func decompress(
    _ bytes: [UInt8], limit: Int
  ) throws(CompressionError) -> [UInt8] {
    let pooled = inflaters.withLock { $0.popLast() }
    let inflater = if let pooled { pooled } else { try Inflater() }
    // A state that failed is as good as a new one after its reset, so it is kept either way.
    defer { inflaters.withLock { if $0.count < pooledStates { $0.append(inflater) } } }
    return try inflater.decompress(bytes, limit: limit)
  }
}
