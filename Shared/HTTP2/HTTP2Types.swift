// The small values that every signature of this target speaks: stream numbers, header fields,
// error codes, instants. They carry no behaviour of the session.

/// The number of a stream inside one connection: odd for streams that the client opened.
public struct StreamID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  public let rawValue: Int32

  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  public static func < (left: StreamID, right: StreamID) -> Bool {
    left.rawValue < right.rawValue
  }

  public var description: String { String(rawValue) }
}

/// One header field. Names are lower case; pseudo-header fields keep their colon (`:path`) and
/// come first. Received bytes that are not UTF-8 become U+FFFD.
public struct HeaderField: Hashable, Sendable, CustomStringConvertible {
  public var name: String
  public var value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  public init(_ name: String, _ value: String) {
    self.init(name: name, value: value)
  }

  public var description: String { "\(name): \(value)" }
}

/// The 32-bit reason carried by RST_STREAM and GOAWAY (RFC 9113, section 7). Unknown codes of a
/// peer are kept as they came.
public struct HTTP2ErrorCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: UInt32

  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  public static let noError = HTTP2ErrorCode(rawValue: 0x0)
  public static let protocolError = HTTP2ErrorCode(rawValue: 0x1)
  public static let internalError = HTTP2ErrorCode(rawValue: 0x2)
  public static let flowControlError = HTTP2ErrorCode(rawValue: 0x3)
  public static let settingsTimeout = HTTP2ErrorCode(rawValue: 0x4)
  public static let streamClosed = HTTP2ErrorCode(rawValue: 0x5)
  public static let frameSizeError = HTTP2ErrorCode(rawValue: 0x6)
  public static let refusedStream = HTTP2ErrorCode(rawValue: 0x7)
  public static let cancel = HTTP2ErrorCode(rawValue: 0x8)
  public static let compressionError = HTTP2ErrorCode(rawValue: 0x9)
  public static let connectError = HTTP2ErrorCode(rawValue: 0xa)
  public static let enhanceYourCalm = HTTP2ErrorCode(rawValue: 0xb)
  public static let inadequateSecurity = HTTP2ErrorCode(rawValue: 0xc)
  public static let http11Required = HTTP2ErrorCode(rawValue: 0xd)

  public var description: String {
    let names = [
      "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT",
      "STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR",
      "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
    ]
    return rawValue < UInt32(names.count) ? names[Int(rawValue)] : "ERROR_\(rawValue)"
  }
}

/// A point on the owner's monotonic clock, in nanoseconds from any origin. The session never reads
/// a clock itself, so tests move time by hand and the owner pays for one reading per burst.
public struct HTTP2Instant: Hashable, Comparable, Sendable {
  public let nanoseconds: UInt64

  public init(nanoseconds: UInt64) {
    self.nanoseconds = nanoseconds
  }

  public static func < (left: HTTP2Instant, right: HTTP2Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// This instant moved forward; saturates at the end of the clock.
  public func advanced(bySeconds seconds: Double) -> HTTP2Instant {
    let wanted = (seconds * 1e9).rounded()
    // Backwards, and no number at all, are no step; what no clock can count is its end.
    guard wanted > 0 else { return self }
    let step = UInt64(exactly: wanted) ?? .max
    let (sum, overflow) = nanoseconds.addingReportingOverflow(step)
    return HTTP2Instant(nanoseconds: overflow ? .max : sum)
  }

  /// Nanoseconds from `earlier` to this instant; zero when the clock went backwards.
  func nanoseconds(since earlier: HTTP2Instant) -> UInt64 {
    nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
  }
}

/// Which end of the connection a session plays.
public enum HTTP2Role: Sendable {
  case client
  case server
}
