@testable internal import HTTP2
internal import Testing

@Suite("The small values under the session", .timeLimit(.minutes(1)))
struct ValueTests {
  @Test("a budget spends its burst, refuses, and fills with time up to the burst")
  func budget() {
    let start = HTTP2Instant(nanoseconds: 5)
    var budget = TokenBudget(RateLimit(burst: 3, perSecond: 2))
    func spends(_ count: UInt64 = 1, after seconds: Double) -> Bool {
      budget.spend(count, now: start.advanced(bySeconds: seconds))
    }
    let first = (0..<4).map { _ in spends(after: 0) }
    #expect(first == [true, true, true, false])
    let half = [0.499, 0.5, 0.5].map { spends(after: $0) }
    #expect(half == [false, true, false])
    let late = (0..<4).map { _ in spends(after: 1_000) }
    #expect(late == [true, true, true, false])
    // A clock that goes backwards gives nothing and breaks nothing.
    let backwards = spends(after: 0)
    #expect(!backwards)
    budget.earn(2)
    let earned = spends(2, after: 0)
    #expect(earned)
    budget.earn(.max)
    let capped = [spends(4, after: 0), spends(3, after: 0), spends(.max, after: 2_000)]
    #expect(capped == [false, true, false])
  }

  @Test("instants saturate instead of trapping")
  func instants() {
    let end = HTTP2Instant(nanoseconds: .max)
    #expect(end.advanced(bySeconds: 1) == end)
    let early = HTTP2Instant(nanoseconds: 5)
    for step in [Double.infinity, 2e10, .greatestFiniteMagnitude] {
      #expect(early.advanced(bySeconds: step) == end)
    }
    for step in [Double.nan, -Double.infinity, 0] {
      #expect(early.advanced(bySeconds: step) == early)
    }
    #expect(HTTP2Instant(nanoseconds: 0).advanced(bySeconds: -1).nanoseconds == 0)
    #expect(HTTP2Instant(nanoseconds: 1).nanoseconds(since: end) == 0)
  }

  @Test("the stream table holds what a dictionary holds", arguments: [1, 3, 17])
  func streamTable(seed: Int) {
    var table = StreamTable()
    var model: [Int32: Int] = [:]
    var state = UInt64(seed)
    for step in 0..<5_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let id = Int32(truncatingIfNeeded: state >> 40 & 0x1ff) * 2 + 1
      if let index = table.index(of: id) {
        #expect(model[id] == table.slots[index].unconsumed)
        if state >> 33 & 1 == 0 {
          table.remove(at: index)
          model[id] = nil
        }
      } else {
        #expect(model[id] == nil)
        let index = table.insert(id)
        table.slots[index].unconsumed = step
        model[id] = step
      }
      #expect(table.count == model.count)
    }
    for (id, value) in model {
      #expect(table.index(of: id).map { table.slots[$0].unconsumed } == value)
    }
  }

  @Test("buffered bytes leave a slot in order, in pieces of any size")
  func outgoing() {
    var slot = StreamSlot()
    var output: [UInt8] = []
    var given: [UInt8] = []
    for round in 0..<50 {
      let piece = (0..<(round % 7 * 10)).map { UInt8(truncatingIfNeeded: $0 + round) }
      slot.appendOutgoing(piece)
      given += piece
      slot.moveOutgoing(round % 5 * 9, to: &output)
    }
    slot.moveOutgoing(.max, to: &output)
    #expect(output == given)
    #expect(slot.bufferedBytes == 0)
  }

  @Test("the meter finds the same frames wherever the bytes are cut")
  func meterCuts() {
    var limits = HTTP2Limits()
    limits.pings = RateLimit(burst: 3, perSecond: 0)
    let now = HTTP2Instant(nanoseconds: 1)
    var bytes = Raw.settings + Raw.post(1) + Raw.ping + Raw.ping
    bytes += Raw.frame(type: 0, stream: 1, [1, 2, 3]) + Raw.ping
    let over = bytes + Raw.ping
    for chunk in 1...over.count {
      for (stream, expected) in [(bytes, nil), (over, Breach.flood(.pings))] {
        var meter = FrameMeter(limits, role: .server)
        var breach: Breach?
        for start in Swift.stride(from: 0, to: stream.count, by: chunk) {
          let piece = stream[start..<min(start + chunk, stream.count)]
          breach = breach ?? piece.withUnsafeBytes { meter.scan($0, now: now) }
        }
        #expect(breach == expected)
        #expect(meter.headerBlockSince == nil)
      }
    }
  }

  @Test("error codes have their names in the RFC")
  func codeNames() {
    #expect(HTTP2ErrorCode.enhanceYourCalm.description == "ENHANCE_YOUR_CALM")
    #expect(HTTP2ErrorCode.http11Required.description == "HTTP_1_1_REQUIRED")
    #expect(HTTP2ErrorCode(rawValue: 99).description == "ERROR_99")
  }
}
