internal import Measures
internal import RegistryDomain
internal import Testing

struct TimelineTests {
  static func date(_ text: String) -> PartialDate? { try? PartialDate(parsing: text) }

  static func time(_ from: String, _ to: String) -> ValidTime {
    ValidTime(from: date(from), to: date(to))
  }

  static func day(_ text: String) throws -> CalendarDate { try CalendarDate(parsing: text) }

  static func place(_ name: String, level: PlaceLevel = .county) -> PlaceState {
    PlaceState(name: name, level: level, parentCode: "450300")
  }

  static func county(_ spans: [(String, String, String)]) throws -> Place {
    Record(
      id: "p", code: "450331",
      timeline: try Timeline(
        spans.map { .init(time: time($0.1, $0.2), state: place($0.0)) }))
  }

  @Test func ordersStatesAndMergesEqualNeighbours() throws {
    let record = try Self.county([
      ("乙", "2018", ""), ("甲", "", "2010"), ("甲", "2010", "2018"),
    ])
    #expect(record.timeline.entries.map(\.state.name) == ["甲", "乙"])
    #expect(record.timeline.entries[0].time == Self.time("", "2018"))
  }

  @Test func refusesOverlapAndEmptyTimes() {
    #expect(throws: TimelineError.self) {
      try Self.county([("甲", "", "2019"), ("乙", "2018", "")])
    }
    #expect(throws: TimelineError.self) { try Self.county([("甲", "2019", "2019-01-01")]) }
  }

  @Test func refusesMoreStatesThanTheLimit() {
    let spans = (0...RegistryLimits.states).map {
      ("\($0)", "\(1000 + $0)", "\(1001 + $0)")
    }
    let error = #expect(throws: TimelineError.self) { try Self.county(spans) }
    #expect(error?.code == .tooManyStates)
  }

  @Test func aShortDateCountsFromItsFirstDay() throws {
    let record = try Self.county([("甲", "", "2018"), ("乙", "2018", "")])
    #expect(record.timeline.entry(on: try Self.day("2017-12-31"))?.state.name == "甲")
    #expect(record.timeline.entry(on: try Self.day("2018-01-01"))?.state.name == "乙")
  }

  @Test func aDatedChangeKeepsWhatWasBefore() throws {
    let record = try Self.county([("荔浦县", "", "")])
    let changed = try record.applying(
      RecordUpdate(
        state: Self.place("荔浦市"), fields: [.name], effectiveFrom: Self.date("2018-08")),
      today: try Self.day("2024-05-01"))
    #expect(changed.timeline.entries.map(\.state.name) == ["荔浦县", "荔浦市"])
    #expect(
      changed.timeline.entries.map(\.time) == [
        Self.time("", "2018-08"), Self.time("2018-08", ""),
      ])
  }

  @Test func aDatedChangeReachesAsFarAsTheOldValueDid() throws {
    let record = try Self.county([("甲", "2000", "2010"), ("乙", "2010", "")])
    let changed = try record.applying(
      RecordUpdate(
        state: Self.place("丙"), fields: [.name], effectiveFrom: Self.date("2005")),
      today: try Self.day("2024-05-01"))
    #expect(changed.timeline.entries.map(\.state.name) == ["甲", "丙", "乙"])
  }

  @Test func aCorrectionReachesAsFarAsTheWrongValueDid() throws {
    var record = try Self.county([("甲", "2000", "2010"), ("乙", "2010", "")])
    record.timeline = try record.timeline.setting(
      [.level], to: Self.place("", level: .prefecture), from: nil, at: 1)
    #expect(record.timeline.entries.map(\.state.level) == [.prefecture, .prefecture])
    #expect(record.timeline.entries.map(\.state.name) == ["甲", "乙"])
    record.timeline = try record.timeline.setting([.name], to: Self.place("丙"), from: nil, at: 1)
    #expect(record.timeline.entries.map(\.state.name) == ["甲", "丙"])
  }

  @Test func theSuccessorIsSaidOfTheLastStateAlone() throws {
    let record = try Self.county([("甲", "2000", "2010"), ("乙", "2010", "")])
    var state = Self.place("")
    state.successorCode = "450381"
    let changed = try record.applying(
      RecordUpdate(state: state, fields: [.successorCode], validTo: .some(Self.date("2018"))),
      today: try Self.day("2024-05-01"))
    #expect(changed.timeline.entries.map(\.state.successorCode) == ["", "450381"])
    #expect(changed.timeline.span == Self.time("2000", "2018"))
    #expect(changed.violations.isEmpty)
  }

  @Test func aChangeOutsideTheValidTimeIsRefused() throws {
    let record = try Self.county([("甲", "2000", "2010")])
    let today = try Self.day("2024-05-01")
    let error = #expect(throws: RegistryError.self) {
      try record.applying(
        RecordUpdate(
          state: Self.place("乙"), fields: [.name], effectiveFrom: Self.date("2012")),
        today: today)
    }
    #expect(error?.violations.first?.rule == "valid_time.outside")
    #expect(error?.violations.first?.path == "effective_from")
  }

  @Test func movingAnEndMovesTheNeighboursBeginning() throws {
    let record = try Self.county([("甲", "", "2018"), ("乙", "2018", "")])
    let today = try Self.day("2024-05-01")
    let moved = try record.applying(
      RecordUpdate(state: Self.place(""), fields: [], validFrom: .some(Self.date("2017"))),
      today: today)
    #expect(moved.timeline.entries.map(\.time) == [Self.time("", "2017"), Self.time("2017", "")])
    let error = #expect(throws: RegistryError.self) {
      try record.applying(
        RecordUpdate(state: Self.place(""), fields: [], validFrom: .some(nil)), today: today)
    }
    #expect(error?.violations.first?.rule == "valid_time.swallows")
  }

  @Test func rowsOfAFileReplaceTheStateOfTheSameDay() throws {
    let record = try Self.county([("甲", "", "")])
    let entered = try record.timeline.entering([
      .init(time: Self.time("2018", ""), state: Self.place("乙")),
      .init(time: Self.time("", "2018"), state: Self.place("甲")),
    ])
    #expect(entered.entries.map(\.state.name) == ["甲", "乙"])
    #expect(throws: TimelineError.self) {
      try record.timeline.entering([.init(time: Self.time("2018", ""), state: Self.place("乙"))])
    }
  }

  /// Whatever is changed, no day has two states and no touching neighbours are equal.
  @Test func randomChangesKeepTheInvariants() throws {
    var generator = SeededGenerator(seed: 20_131_231)
    let today = try Self.day("2024-05-01")
    for _ in 0..<200 {
      var record = try Self.county([("甲", "1990", "")])
      for _ in 0..<12 {
        let year = PartialDate?.some(
          try PartialDate(year: Int.random(in: 1988...2030, using: &generator)))
        let name = ["甲", "乙", "丙"][Int.random(in: 0..<3, using: &generator)]
        let update = RecordUpdate(
          state: Self.place(name), fields: Bool.random(using: &generator) ? [.name] : [],
          validFrom: Int.random(in: 0..<4, using: &generator) == 0 ? .some(year) : nil,
          validTo: Int.random(in: 0..<4, using: &generator) == 0 ? .some(year) : nil,
          effectiveFrom: Bool.random(using: &generator) ? year : nil)
        guard let changed = try? record.applying(update, today: today) else { continue }
        record = changed
        let entries = record.timeline.entries
        for (earlier, later) in zip(entries, entries.dropFirst()) {
          #expect(!earlier.time.overlaps(later.time))
          #expect(earlier.time.end != later.time.start || earlier.state != later.state)
        }
        #expect(entries.allSatisfy { !$0.time.isEmpty })
      }
    }
  }
}

/// SplitMix64: the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

struct ValidTimeTests {
  @Test func brokenDatesLeaveFindings() {
    var findings = Findings()
    _ = ValidTime.reading(from: "2013-02-30", to: "20l3", into: &findings)
    #expect(findings.violations.map(\.path) == ["valid_from", "valid_to"])
    #expect(findings.violations.allSatisfy { $0.rule == "date.format" })
  }

  @Test func anEndBeforeTheBeginningIsRefused() {
    var findings = Findings()
    _ = ValidTime.reading(from: "2018", to: "2018-01-01", into: &findings)
    #expect(findings.violations.map(\.rule) == ["valid_time.order"])
  }
}
