// Reads the 9-byte header of every frame before nghttp2 sees it. nghttp2 1.52 drops some frames
// without a word (unknown types, frames of closed streams, with `NO_RFC7540_PRIORITIES` all
// PRIORITY) and has no limit for most of the others, so neither the counting nor the rules that it
// leaves out can hang on its callbacks.

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
  case goAways = "too many GOAWAY frames"
  case decodedHeaders = "a header block that decodes to too much"
  case resetsReceived = "too many streams reset by the peer"
  case resetsProvoked = "too many stream errors caused by the peer"
  case refusals = "too many requests over the stream limit"

  /// The limit behind it.
  var limit: HTTP2Limit {
    switch self {
    case .pings: .pings
    case .settings: .settings
    case .priorities: .priorities
    case .windowUpdates: .windowUpdates
    case .emptyData: .emptyData
    case .unknownFrames: .unknownFrames
    case .unknownBytes: .unknownBytes
    case .continuations: .maxContinuations
    case .goAways: .goAways
    case .decodedHeaders: .decodedHeaderBytes
    case .resetsReceived: .resetsReceived
    case .resetsProvoked: .resetsProvoked
    case .refusals: .refusals
    }
  }
}

/// Why the connection has to end.
enum Breach: Equatable {
  case flood(Flood)
  /// A rule that nghttp2 does not look after.
  case violation(HTTP2ErrorCode, String)
}

/// The streams that the peer was the last to end. It cannot send DATA or HEADERS on them any more
/// (RFC 9113, 5.1), and no race excuses it: streams that we have reset are not among them.
struct EndedStreams {
  private var ids = SIMD16<UInt32>(repeating: 0)
  private var next = 0
  private var highest: UInt32 = 0

  mutating func insert(_ id: UInt32) {
    ids[next & 15] = id
    next &+= 1
    highest = max(highest, id)
  }

  func contains(_ id: UInt32) -> Bool {
    // Nearly every frame belongs to a stream that is newer than all that have ended.
    guard id <= highest else { return false }
    return any(ids .== id)
  }
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
  private static let priorityLength = 5
  private static let endStream: UInt8 = 0x1
  private static let endHeaders: UInt8 = 0x4

  private var pings: TokenBudget
  private var settings: TokenBudget
  private var priorities: TokenBudget
  private var windowUpdates: TokenBudget
  private var emptyData: TokenBudget
  private var unknownFrames: TokenBudget
  private var unknownBytes: TokenBudget
  private var goAways: TokenBudget
  private var resetsReceived: TokenBudget
  private let maxContinuations: Int
  private let role: HTTP2Role

  /// The first eight bytes of a header that is cut, and how many of its nine bytes were seen.
  private var partialHeader: UInt64 = 0
  private var partialCount = 0
  private var payloadLeft = 0
  private var continuations = 0
  private var blockEndsWithThisFrame = false
  private var ended = EndedStreams()
  /// The stream of the PRIORITY frame whose payload is being read, and what was read of the number
  /// that it depends on.
  private var prioritized: UInt32 = 0
  private var dependency: UInt32 = 0
  private var dependencyBytes = 0

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
    goAways = TokenBudget(limits.goAways)
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

  /// Looks at the frames that begin in `bytes`; the first one too many, or against the rules, ends
  /// the walk.
  mutating func scan(_ bytes: UnsafeRawBufferPointer, now: HTTP2Instant) -> Breach? {
    var offset = 0
    let count = bytes.count
    while offset < count {
      if payloadLeft > 0 {
        let step = min(payloadLeft, count - offset)
        if prioritized != 0, let breach = readDependency(bytes[offset..<offset + step]) {
          return breach
        }
        payloadLeft -= step
        offset += step
        if payloadLeft == 0 { frameEnded() }
        continue
      }
      let head: UInt64
      let last: UInt8
      if partialCount == 0 && count - offset >= Self.headerLength {
        head = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        last = bytes[offset + 8]
        offset += Self.headerLength
      } else {
        last = bytes[offset]
        partialCount += 1
        offset += 1
        if partialCount < Self.headerLength {
          partialHeader = partialHeader << 8 | UInt64(last)
          continue
        }
        head = partialHeader
        partialHeader = 0
        partialCount = 0
      }
      // 24 bits of length, 8 of type, 8 of flags, 1 reserved, 31 of stream; `last` has the end.
      let stream = (UInt32(truncatingIfNeeded: head) << 8 | UInt32(last)) & 0x7fff_ffff
      if let breach = frameBegan(head >> 24, stream: stream, now: now) { return breach }
      if payloadLeft == 0 { frameEnded() }
    }
    return nil
  }

  /// - Parameter header: length, type and flags.
  private mutating func frameBegan(
    _ header: UInt64, stream: UInt32, now: HTTP2Instant
  ) -> Breach? {
    payloadLeft = Int(truncatingIfNeeded: header >> 16)
    let type = UInt8(truncatingIfNeeded: header >> 8)
    let flags = UInt8(truncatingIfNeeded: header)
    switch type {
    case FrameType.headers, FrameType.pushPromise:
      continuations = 0
      headerBlockSince = now
      blockEndsWithThisFrame = flags & Self.endHeaders != 0
      return type == FrameType.headers ? streamGoesOn(stream, flags) : nil
    case FrameType.continuation:
      continuations += 1
      blockEndsWithThisFrame = flags & Self.endHeaders != 0
      return continuations > maxContinuations ? .flood(.continuations) : nil
    case FrameType.data:
      if let breach = streamGoesOn(stream, flags) { return breach }
      guard payloadLeft == 0 && flags & Self.endStream == 0 else { return nil }
      return emptyData.spend(now: now) ? nil : .flood(.emptyData)
    case FrameType.windowUpdate:
      return windowUpdates.spend(now: now) ? nil : .flood(.windowUpdates)
    case FrameType.resetStream:
      ended.insert(stream)
      // A server refuses streams by design, and can refuse none that the client did not open.
      return role == .client || resetsReceived.spend(now: now) ? nil : .flood(.resetsReceived)
    case FrameType.ping:
      return pings.spend(now: now) ? nil : .flood(.pings)
    case FrameType.settings:
      return settings.spend(now: now) ? nil : .flood(.settings)
    case FrameType.priority:
      guard priorities.spend(now: now) else { return .flood(.priorities) }
      guard stream != 0 else {
        return .violation(.protocolError, "a PRIORITY frame without a stream")
      }
      if payloadLeft == Self.priorityLength { prioritized = stream }
      return nil
    case FrameType.priorityUpdate:
      return priorities.spend(now: now) ? nil : .flood(.priorities)
    case FrameType.goAway:
      return goAways.spend(now: now) ? nil : .flood(.goAways)
    default:
      guard unknownFrames.spend(now: now) else { return .flood(.unknownFrames) }
      return unknownBytes.spend(UInt64(payloadLeft), now: now) ? nil : .flood(.unknownBytes)
    }
  }

  /// HEADERS or DATA of a stream: it must not have been ended.
  @inline(__always)
  private mutating func streamGoesOn(_ stream: UInt32, _ flags: UInt8) -> Breach? {
    if ended.contains(stream) && stream != 0 {
      return .violation(.streamClosed, "a frame of stream \(stream) after its end")
    }
    if flags & Self.endStream != 0 { ended.insert(stream) }
    return nil
  }

  /// RFC 7540, 5.3.1: no stream depends on itself. RFC 9113 leaves priorities out, not this rule's
  /// frame.
  private mutating func readDependency(_ bytes: Slice<UnsafeRawBufferPointer>) -> Breach? {
    for byte in bytes where dependencyBytes < 4 {
      dependency = dependency << 8 | UInt32(byte)
      dependencyBytes += 1
    }
    guard dependencyBytes == 4 else { return nil }
    defer { (prioritized, dependency, dependencyBytes) = (0, 0, 0) }
    return dependency & 0x7fff_ffff == prioritized
      ? .violation(.protocolError, "stream \(prioritized) depends on itself") : nil
  }

  private mutating func frameEnded() {
    if blockEndsWithThisFrame {
      blockEndsWithThisFrame = false
      headerBlockSince = nil
    }
  }
}
