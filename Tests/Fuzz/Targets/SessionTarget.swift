// HTTP/2 sessions: bytes of a peer who may do anything, commands of an owner who may be slow, forgetful
// or eager, and time that passes. An input is a series of small steps, so that the fuzzer can move,
// drop and repeat them without knowing what a frame is.

internal import HTTP2

func fuzzSession(_ input: [UInt8]) {
  var run = SessionRun(Choices(input))
  let peak = heapPeak { run.play() }
  // Slots, tables of HPACK and strings of one connection; the rest is what was sent and received.
  let allowed = 1_500_000 + 8 * (input.count + run.bytesFed + run.bytesQueued)
  require(peak <= allowed, "a session of \(input.count) bytes held \(peak) bytes")
}

private struct SessionRun {
  private var choices: Choices
  private var now = HTTP2Instant(nanoseconds: 1_000_000_000)
  private var cut = Int.max
  private let owner: SessionOwner
  /// The client at the other end, where there is one; its bytes can be damaged on their way.
  private let peer: SessionOwner?
  private(set) var bytesFed = 0
  var bytesQueued: Int { owner.bytesQueued + (peer?.bytesQueued ?? 0) }

  init(_ choices: Choices) {
    var choices = choices
    let shape = choices.byte()
    let limits = shape & 0x80 == 0 ? HTTP2Limits() : Self.narrow
    let isPair = shape & 3 == 3
    let role: HTTP2Role = shape & 3 == 1 ? .client : .server
    owner = SessionOwner(
      role: role, limits: limits, isEager: shape & 4 != 0, isPeerHonest: isPair, now: now)
    peer =
      isPair
      ? SessionOwner(
        role: .client, limits: shape & 0x40 == 0 ? HTTP2Limits() : Self.narrow,
        isEager: shape & 8 != 0, isPeerHonest: true, now: now) : nil
    self.choices = choices
    // Most of what is worth trying comes after a greeting; without it the input begins with bytes.
    if !isPair, shape & 0x10 == 0 {
      if role == .server { feed(SessionOwner.preface) }
      feed(Self.frame(type: 4, flags: 0, stream: 0, []))
    }
  }

  /// Bounds that a short input reaches.
  private static let narrow: HTTP2Limits = {
    var limits = HTTP2Limits()
    limits.maxConcurrentStreams = 3
    limits.streamWindowBytes = 2_000
    limits.connectionWindowBytes = 70_000
    limits.sendBufferHighWaterBytes = 500
    limits.outputBytes = 1_000
    limits.assumedPeerConcurrentStreams = 2
    limits.maxHeaderBytes = 400
    limits.maxHeaderFields = 8
    limits.maxContinuations = 2
    limits.headerTableBytes = 256
    limits.pings = RateLimit(burst: 4, perSecond: 1)
    limits.settings = RateLimit(burst: 4, perSecond: 1)
    limits.maxSettingsEntries = 4
    limits.windowUpdates = RateLimit(burst: 20, perSecond: 1)
    limits.emptyData = RateLimit(burst: 4, perSecond: 1)
    limits.resetsReceived = RateLimit(burst: 8, perSecond: 1)
    limits.resetsProvoked = RateLimit(burst: 8, perSecond: 1)
    limits.refusals = RateLimit(burst: 8, perSecond: 1)
    return limits
  }()

  mutating func play() {
    while !choices.isAtEnd { step() }
    owner.end()
    peer?.end()
  }

  private mutating func step() {
    let who = peer
    let step = choices.byte()
    // In a pair the high bit says whose turn it is.
    let actor = who != nil && step & 0x80 != 0 ? (who ?? owner) : owner
    switch step & 0x1F {
    case 0: feed(choices.bytes(Int(choices.byte())))
    case 1: feedFrame()
    case 2: feedHead(choices.byte())
    case 3: feedBody()
    case 4: cut = max(1, Int(choices.byte()))
    case 5: pass(seconds: Double(choices.byte()))
    case 6: _ = peer == nil ? owner.takeOutput() : exchange(damaging: nil)
    case 7: exchangeDamaged()
    case 8: actor.request(endStream: step & 0x40 != 0, extra: Int(choices.byte() & 0x1F))
    case 9:
      actor.respond(
        actor.stream(choices.byte()), endStream: step & 0x40 != 0,
        extra: Int(choices.byte() & 0x1F))
    case 10, 11:
      actor.send(
        actor.stream(choices.byte()), Int(choices.byte()) * (step & 1 == 0 ? 1 : 64),
        endStream: step & 0x40 != 0)
    case 12: actor.consume(actor.stream(choices.byte()), Int(choices.byte()) * 16 - 8)
    case 13: actor.release(actor.stream(choices.byte()))
    case 14:
      actor.session.reset(
        actor.stream(choices.byte()), HTTP2ErrorCode(rawValue: UInt32(choices.byte())))
    case 15: actor.session.ping(UInt64(choices.byte()))
    case 16: actor.session.shutdownNotice()
    case 17: actor.session.goAway(HTTP2ErrorCode(rawValue: UInt32(choices.byte() & 0xF)))
    case 18:
      actor.session.connectionLost()
    default: feedFrame(type: step & 0x1F % 10)
    }
    owner.takeEvents()
    peer?.takeEvents()
  }

  // MARK: - A peer made by hand

  private mutating func feed(_ bytes: [UInt8]) {
    // With bytes of our own in between, neither side hears what the other has said.
    owner.isPeerHonest = false
    peer?.isPeerHonest = false
    bytesFed += bytes.count
    owner.receive(bytes, cut: cut, now: now)
  }

  private mutating func feedFrame(type: UInt8? = nil) {
    let type = type ?? choices.byte()
    let flags = choices.byte()
    let stream = UInt32(choices.byte() & 0x1F)
    feed(Self.frame(type: type, flags: flags, stream: stream, choices.bytes(Int(choices.byte()))))
  }

  /// A HEADERS frame on the next streams, with a block that is right.
  private mutating func feedHead(_ choice: UInt8) {
    let block: [UInt8] =
      switch choice >> 6 {
      case 0: [0x82, 0x86, 0x84, 0x01, 0x01, 0x68]
      case 1: [0x83, 0x86, 0x84, 0x01, 0x01, 0x68, 0x0F, 0x0D, 0x01, 0x35]
      case 2: [0x88]
      default: [0x83, 0x86, 0x84, 0x41, 0x01, 0x68, 0x40, 0x01, 0x78, 0x02, 0x79, 0x79]
      }
    feed(
      Self.frame(
        type: 1, flags: 4 | choice >> 5 & 1, stream: UInt32(choice & 0x1F), block))
  }

  /// A DATA frame of zeroes: many bytes for few.
  private mutating func feedBody() {
    let stream = choices.byte()
    let count = Int(choices.byte()) * 64
    feed(
      Self.frame(
        type: 0, flags: stream >> 7, stream: UInt32(stream & 0x1F),
        [UInt8](repeating: 0, count: count)))
  }

  private static func frame(
    type: UInt8, flags: UInt8, stream: UInt32, _ payload: [UInt8]
  ) -> [UInt8] {
    let count = payload.count
    let length = [16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
    let number = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: stream >> $0) }
    return length + [type, flags] + number + payload
  }

  // MARK: - Time and exchange

  private mutating func pass(seconds: Double) {
    now = now.advanced(bySeconds: seconds / 4)
    owner.session.checkTimeouts(now: now)
    peer?.session.checkTimeouts(now: now)
  }

  private mutating func exchangeDamaged() {
    let place = Int(choices.byte()) * 3
    _ = exchange(damaging: (place, choices.byte()))
  }

  /// Carries what each end has to say to the other once.
  private mutating func exchange(damaging damage: (place: Int, by: UInt8)?) -> [UInt8] {
    guard let peer else { return owner.takeOutput() }
    for (from, to) in [(peer, owner), (owner, peer)] {
      var bytes = from.takeOutput()
      if let damage, damage.place < bytes.count, damage.by != 0 {
        bytes[damage.place] ^= damage.by
        owner.isPeerHonest = false
        peer.isPeerHonest = false
      }
      bytesFed += bytes.count
      to.receive(bytes, cut: cut, now: now)
    }
    return []
  }
}
