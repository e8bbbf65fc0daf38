// Counts frames by their 9-byte headers before nghttp2 sees them. nghttp2 1.52 drops some frames
// without a word (unknown types, DATA of closed streams) and has no limit for most of the others,
// so the counting cannot hang on its callbacks.

/// Why a peer was told to calm down.
enum Flood: String, Sendable, CaseIterable {
  case pings = "too many PING frames"
  case settings = "too many SETTINGS frames"
  case priorities = "too many PRIORITY frames"
  case windowUpdates = "too many WINDOW_UPDATE frames"
  case emptyData = "too many empty DATA frames"
  case unknownFrames = "too many frames of unknown types"
  case unknownBytes = "too many bytes in frames of unknown types"
  case continuations = "too many CONTINUATION frames"
  case resetsReceived = "too many streams reset by the peer"
  case resetsProvoked = "too many stream errors caused by the peer"
  case refusals = "too many requests over the stream limit"
}

/// Walks the byte stream frame by frame, wherever it is cut, and spends the peer's budgets.
struct FrameMeter {
  private enum FrameType {
    static let data: UInt8 = 0x0
    static let headers: UInt8 = 0x1
    static let priority: UInt8 = 0x2
    static let resetStream: UInt8 = 0x3
    static let settings: UInt8 = 0x4
    static let pushPromise: UInt8 = 0x5
    static let ping: UInt8 = 0x6
    static let goAway: UInt8 = 0x7
    static let windowUpdate: UInt8 = 0x8
    static let continuation: UInt8 = 0x9
    static let priorityUpdate: UInt8 = 0x10
  }

  private static let headerLength = 9
  private static let endStream: UInt8 = 0x1
  private static let endHeaders: UInt8 = 0x4

  private var pings: TokenBudget
  private var settings: TokenBudget
  private var priorities: TokenBudget
  private var windowUpdates: TokenBudget
  private var emptyData: TokenBudget
  private var unknownFrames: TokenBudget
  private var unknownBytes: TokenBudget
  private var resetsReceived: TokenBudget
  private let maxContinuations: Int
  private let role: HTTP2Role

  /// The first five bytes of a header that is cut, and how many of its nine bytes were seen.
  private var partialHeader: UInt64 = 0
  private var partialCount = 0
  private var payloadLeft = 0
  private var continuations = 0
  private var blockEndsWithThisFrame = false

  /// Since when a header block has been open; nil between blocks.
  private(set) var headerBlockSince: HTTP2Instant?

  init(_ limits: HTTP2Limits, role: HTTP2Role) {
    self.role = role
    pings = TokenBudget(limits.pings)
    settings = TokenBudget(limits.settings)
    priorities = TokenBudget(limits.priorities)
    windowUpdates = TokenBudget(limits.windowUpdates)
    emptyData = TokenBudget(limits.emptyData)
    unknownFrames = TokenBudget(limits.unknownFrames)
    unknownBytes = TokenBudget(limits.unknownBytes)
    resetsReceived = TokenBudget(limits.resetsReceived)
    maxContinuations = limits.maxContinuations
  }

  /// Each DATA frame that we send may be answered by several WINDOW_UPDATE frames.
  mutating func earnWindowUpdates() {
    windowUpdates.earn(16)
  }

  /// Padding without content is as empty as an empty frame, but only nghttp2 can see it.
  mutating func spendEmptyData(now: HTTP2Instant) -> Flood? {
    emptyData.spend(now: now) ? nil : .emptyData
  }

  /// Counts the frames that begin in `bytes`; the first one over its budget ends the walk.
  mutating func scan(_ bytes: UnsafeRawBufferPointer, now: HTTP2Instant) -> Flood? {
    var offset = 0
    let count = bytes.count
    while offset < count {
      if payloadLeft > 0 {
        let step = min(payloadLeft, count - offset)
        payloadLeft -= step
        offset += step
        if payloadLeft == 0 { frameEnded() }
        continue
      }
      let header: UInt64
      if partialCount == 0 && count - offset >= Self.headerLength {
        header = Self.firstFive(bytes, at: offset)
        offset += Self.headerLength
      } else {
        if partialCount < 5 { partialHeader = partialHeader << 8 | UInt64(bytes[offset]) }
        partialCount += 1
        offset += 1
        if partialCount < Self.headerLength { continue }
        header = partialHeader
        partialHeader = 0
        partialCount = 0
      }
      if let flood = frameBegan(header, now: now) { return flood }
      if payloadLeft == 0 { frameEnded() }
    }
    return nil
  }

  private static func firstFive(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
    UInt64(bytes[offset]) << 32 | UInt64(bytes[offset + 1]) << 24
      | UInt64(bytes[offset + 2]) << 16 | UInt64(bytes[offset + 3]) << 8
      | UInt64(bytes[offset + 4])
  }

  private mutating func frameBegan(_ header: UInt64, now: HTTP2Instant) -> Flood? {
    payloadLeft = Int(truncatingIfNeeded: header >> 16)
    let type = UInt8(truncatingIfNeeded: header >> 8)
    let flags = UInt8(truncatingIfNeeded: header)
    switch type {
    case FrameType.headers, FrameType.pushPromise:
      continuations = 0
      headerBlockSince = now
      blockEndsWithThisFrame = flags & Self.endHeaders != 0
      return nil
    case FrameType.continuation:
      continuations += 1
      blockEndsWithThisFrame = flags & Self.endHeaders != 0
      return continuations > maxContinuations ? .continuations : nil
    case FrameType.data:
      guard payloadLeft == 0 && flags & Self.endStream == 0 else { return nil }
      return emptyData.spend(now: now) ? nil : .emptyData
    case FrameType.windowUpdate:
      return windowUpdates.spend(now: now) ? nil : .windowUpdates
    case FrameType.resetStream:
      // A server refuses streams by design, and can refuse none that the client did not open.
      return role == .client || resetsReceived.spend(now: now) ? nil : .resetsReceived
    case FrameType.ping:
      return pings.spend(now: now) ? nil : .pings
    case FrameType.settings:
      return settings.spend(now: now) ? nil : .settings
    case FrameType.priority, FrameType.priorityUpdate:
      return priorities.spend(now: now) ? nil : .priorities
    case FrameType.goAway:
      return nil
    default:
      guard unknownFrames.spend(now: now) else { return .unknownFrames }
      return unknownBytes.spend(UInt64(payloadLeft), now: now) ? nil : .unknownBytes
    }
  }

  private mutating func frameEnded() {
    if blockEndsWithThisFrame {
      blockEndsWithThisFrame = false
      headerBlockSince = nil
    }
  }
}
