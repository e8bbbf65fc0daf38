// The W3C `traceparent` header, https://www.w3.org/TR/trace-context/, version 00.

/// Which trace a call belongs to, and which step of it this call is.
public struct TraceContext: Sendable, Hashable {
  private let high: UInt64
  private let low: UInt64
  private let span: UInt64
  /// The caller's step; nil when the trace begins here.
  private let parent: UInt64?
  private let flags: UInt8

  private init(high: UInt64, low: UInt64, span: UInt64, parent: UInt64?, flags: UInt8) {
    self.high = high
    self.low = low
    self.span = span
    self.parent = parent
    self.flags = flags
  }

  /// Begins a new trace.
  public init() {
    var random = SystemRandomNumberGenerator()
    self.init(
      high: random.next(), low: random.next() | 1, span: random.next() | 1, parent: nil, flags: 0)
  }

  /// The sender's place in its trace; nil when the header is malformed or all zero.
  public init?(traceparent: some Collection<UInt8>) {
    let parts = traceparent.split(
      separator: UInt8(ascii: "-"), maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[0].count == 2, parts[1].count == 32, parts[2].count == 16,
      parts[3].count == 2, let version = Self.hexadecimal(parts[0]), version != 0xFF,
      // Later versions may append fields; version 00 may not.
      version != 0 || parts.count == 4,
      let high = Self.hexadecimal(parts[1].prefix(16)),
      let low = Self.hexadecimal(parts[1].suffix(16)),
      let span = Self.hexadecimal(parts[2]), let flags = Self.hexadecimal(parts[3]),
      high | low != 0, span != 0
    else { return nil }
    self.init(
      high: high, low: low, span: span, parent: nil, flags: UInt8(truncatingIfNeeded: flags))
  }

  /// A new step of the same trace, below this one.
  public func child() -> TraceContext {
    var random = SystemRandomNumberGenerator()
    return TraceContext(
      high: high, low: low, span: random.next() | 1, parent: span, flags: flags)
  }

  /// 32 hexadecimal digits.
  public var traceID: String { Self.text(high) + Self.text(low) }
  /// 16 hexadecimal digits.
  public var spanID: String { Self.text(span) }
  /// 16 hexadecimal digits; nil when the trace began here.
  public var parentSpanID: String? { parent.map(Self.text) }
  public var isSampled: Bool { flags & 1 == 1 }

  /// The header that tells the next hop where it stands.
  public var traceparent: String {
    let flagText = String(flags, radix: 16)
    return "00-\(traceID)-\(spanID)-\(flags < 16 ? "0" : "")\(flagText)"
  }

  private static func text(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Lower-case digits only, as the standard demands; at most 16.
  private static func hexadecimal(_ digits: some Collection<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"):
        value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    return value
  }
}
