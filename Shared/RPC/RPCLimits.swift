// The bounds of the protocol layer, by name. The table in README.md says where each is tested.

/// What one call may cost. Sizes are in bytes.
public struct RPCLimits: Sendable, Hashable {
  /// The largest request message, declared, received or decompressed. Over it:
  /// `resource_exhausted`. Exactly this size passes.
  public var maximumRequestBytes = 4_194_304

  /// The largest message of an answer, before compression.
  public var maximumResponseBytes = 4_194_304

  /// The longest path. Over it: 414.
  public var maximumPathBytes = 8_192

  /// Answers and requests smaller than this are not compressed even where both sides would.
  public var compressionThresholdBytes = 1_024

  /// The deadline of calls whose caller set none; nil for no deadline. Streams are not bound by
  /// it: watching has no natural end.
  public var defaultTimeout: Duration? = .seconds(30)

  /// An answer that tells of an error, and the end of a stream, may have this many bytes even where
  /// messages must be smaller: a caller that wants little is still told why it gets nothing.
  public static let errorBytes = 65_536

  public init() {}
}
