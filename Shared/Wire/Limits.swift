// What foreign bytes may cost. Each limit stands for one way in which few bytes ask for much.

/// Bounds on reading one message, in either encoding.
public struct DecodingLimits: Sendable, Hashable {
  /// Bytes of input. Default 4 MiB.
  public var maximumSize: Int
  /// Levels of messages nested below the outermost one; a map entry is a level. Default 100, as in
  /// the libraries of other languages.
  public var maximumDepth: Int
  /// Elements of repeated fields, map entries and unknown fields in the whole message. They are
  /// what makes a small input large in memory. Default 262,144.
  public var maximumElements: Int
  /// Bytes of memory for the C structs of the message, projected before any is asked for.
  /// Default 64 MiB.
  public var maximumAllocation: Int

  public static let `default` = DecodingLimits()

  public init(
    maximumSize: Int = 4 << 20,
    maximumDepth: Int = 100,
    maximumElements: Int = 1 << 18,
    maximumAllocation: Int = 64 << 20
  ) {
    self.maximumSize = maximumSize
    self.maximumDepth = maximumDepth
    self.maximumElements = maximumElements
    self.maximumAllocation = maximumAllocation
  }
}

/// Bounds on writing one message.
public struct EncodingLimits: Sendable, Hashable {
  /// Bytes of output. Default 64 MiB; never more than 2 GiB − 1, the most that protobuf allows.
  public var maximumSize: Int
  /// Levels of messages nested below the outermost one. Default 100, what readers accept.
  public var maximumDepth: Int
  /// Bytes of memory for the C structs of the message. Default 256 MiB.
  public var maximumAllocation: Int
  /// Elements, counted as `DecodingLimits.maximumElements` counts them, in all that JSON unpacks of
  /// `google.protobuf.Any`: its bytes may have come from anywhere. Default 262,144.
  public var maximumAnyElements: Int

  public static let `default` = EncodingLimits()

  public init(
    maximumSize: Int = 64 << 20,
    maximumDepth: Int = 100,
    maximumAllocation: Int = 256 << 20,
    maximumAnyElements: Int = 1 << 18
  ) {
    self.maximumSize = min(maximumSize, Int(Int32.max))
    self.maximumDepth = maximumDepth
    self.maximumAllocation = maximumAllocation
    self.maximumAnyElements = maximumAnyElements
  }
}
