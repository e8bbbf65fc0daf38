internal import Entries
internal import Measures
internal import Testing

/// From a text to a value, for each form, at its borders and with hostile input.
struct ReadingTests {
  private static func read(_ kind: EntryKind, _ field: String, _ texts: String...) -> String {
    kind.field(field)?.read(texts).words ?? "no such field"
  }

  @Test func `texts are one line of at most 200 characters`() {
    func read(_ text: String) -> String { Self.read(Samples.person, "name", text) }
    #expect(read("李四") == "李四")
    #expect(read(String(repeating: "字", count: 200)).count == 200)
    #expect(read(String(repeating: "字", count: 201)) == "! text.length")
    for hostile in ["李\u{0}四", "李\n四", "李\t四", "李\u{7F}四", "李\u{85}四", "李\u{1E}四"] {
      #expect(read(hostile) == "! text.control_character", "\(hostile.debugDescription)")
    }
    for blank in [" 李四", "李四 ", "\u{3000}李四", " "] {
      #expect(read(blank) == "! text.blank_ends", "\(blank.debugDescription)")
    }
    #expect(read("") == "! required")
    #expect(Self.read(Samples.call, "batch", "") == "")
  }

  @Test func `codes have small letters, digits and hyphens, at most 80`() {
    func read(_ text: String) -> String { Self.read(Samples.edition, "code", text) }
    #expect(read("national-fair-51") == "national-fair-51")
    #expect(read(String(repeating: "a", count: 80)).count == 80)
    for wrong in [
      String(repeating: "a", count: 81), "National", "fair_51", "fair 51", "交易会", "ｆair", "a\"b",
      "a%", "fair-51\n",
    ] {
      #expect(read(wrong) == "! code.format", "\(wrong.debugDescription)")
    }
  }

  @Test func `places are six digits`() {
    func read(_ text: String) -> String { Self.read(Samples.awardTally, "place", text) }
    for right in ["450000", "451000", "000000", "450923"] { #expect(read(right) == right) }
    for wrong in ["45000", "4500000", "45000a", "４５００００", " 450000", "-50000", "广西"] {
      #expect(read(wrong) == "! place.code", "\(wrong)")
    }
  }

  @Test func `times are kept as exactly as they are told`() {
    func read(_ text: String) -> String { Self.read(Samples.awardTally, "period", text) }
    for right in ["2013", "2013-H1", "2013-Q4", "2013-05", "2013-12-25", "2018-01/2018-02"] {
      #expect(read(right) == right)
    }
    #expect(read("2013年5月") == "2013-05")
    #expect(read("2013-01/2013-12") == "2013")
    for wrong in [
      "13", "2013-13", "2013-02-30", "2013-H3", "2013/", "..2013", "all", "2013-5", "二〇一三",
      "2013-12-25T00:00:00Z", "99999", "2014/2013", String(repeating: "9", count: 10_000),
    ] {
      #expect(read(wrong) == "! time.format", "\(wrong.prefix(20))")
    }
  }

  @Test func `numbers go from 1 to 9999`() {
    func read(_ text: String) -> String { Self.read(Samples.edition, "number", text) }
    #expect(read("1") == "1")
    #expect(read("9999") == "9999")
    #expect(read("６") == "6")
    for wrong in ["0", "10000", "-1", "六", "1.5", "6届", "99999999999999999999"] {
      #expect(read(wrong) == "! number.range", "\(wrong)")
    }
  }

  @Test func `choices are known by code and by title`() {
    func read(_ text: String) -> String { Self.read(Samples.awardTally, "grade", text) }
    #expect(read("gold") == "gold")
    #expect(read("金奖") == "gold")
    for wrong in ["Gold", "platinum", "AWARD_GRADE_GOLD", "金"] {
      #expect(read(wrong) == "! choice", "\(wrong)")
    }
  }

  @Test func `the error of a choice names what there is`() {
    guard case .invalid(let violation) = Samples.grade.read(["铂金奖"]) else {
      Issue.record("platinum was read")
      return
    }
    #expect(violation.zh == "应为金奖、银奖、铜奖、优秀奖之一")
    #expect(violation.en == "is one of gold, silver, bronze, excellent")
    #expect(violation.field == "grade" && violation.value == "铂金奖")
  }

  @Test func `numbers are read as printed, with their unit`() {
    func read(_ field: String, _ text: String) -> String {
      Self.read(Samples.training, field, text)
    }
    #expect(read("people", "185名") == "185人" || read("people", "185名") == "185名")
    #expect(read("people", "185") == "185人")
    #expect(read("people", "1.2万余人") == "1.2万余人")
    #expect(read("income", "229万元") == "229万元")
    #expect(read("income", "229万") == "229万元")
    #expect(read("person_times", "634人次") == "634人次")
    #expect(read("people", "634人次") == "! quantity.unit_mismatch")
    #expect(read("people", "2l人") == "! quantity.letter_in_number")
    #expect(read("people", "许多人").hasPrefix("! quantity."))
    #expect(read("people", String(repeating: "9", count: 65)) == "! quantity.too_long")
    #expect(read("people", "99999999999999999999999").hasPrefix("! quantity."))
    #expect(read("people", "-3人").hasPrefix("! quantity."))
    #expect(read("income", "-3万元") == "! quantity.negative")
    #expect(read("people", "1.5人") == "! quantity.fraction")
    #expect(read("people", "1.5万人") == "1.5万人" && read("income", "1.5元") == "1.5元")
    #expect(read("people", "80人\u{0}").hasPrefix("! quantity."))
  }

  @Test func `money needs its unit, and the error offers three`() {
    guard case .invalid(let violation)? = Samples.training.field("income")?.read(["229"]) else {
      Issue.record("229 was read")
      return
    }
    #expect(violation.rule == "quantity.unit_missing")
    for word in ["229元", "229万元", "229亿元"] { #expect(violation.zh.contains(word)) }
  }

  @Test func `a number that may mean several things is doubtful`() {
    let reading = Samples.debts.read(["2 3亿元"])
    #expect(reading.words == "? 23亿元 2.3亿元")
    guard case .doubtful(let doubt) = reading else { return }
    #expect(doubt.rule == .unreadable && doubt.printed == "2 3亿元" && doubt.field == Samples.debts)
    #expect(!doubt.zh.isEmpty && !doubt.en.isEmpty && doubt.relatedIDs.isEmpty)
  }

  @Test func `natures come from the field`() throws {
    let target = try Samples.content(Samples.training, ["target": "100人", "people": "90人"])
    #expect(target.quantity(try #require(Samples.training.field("target")))?.nature == .plan)
    #expect(target.quantity(Samples.people)?.nature == .actual)
  }

  @Test func `a cell of a list comes apart at its signs`() throws {
    let hosts = try #require(Samples.edition.field("hosts"))
    #expect(hosts.read(cell: "甲厅、乙厅；丙厅;丁厅").words == "甲厅、乙厅、丙厅、丁厅")
    #expect(hosts.read(cell: "甲厅、、 乙厅 、甲厅").words == "甲厅、乙厅")
    #expect(hosts.read(cell: "、；").words == "")
    // Only lists come apart.
    #expect(Samples.batch.read(cell: "甲、乙").words == "甲、乙")
    let editions = try #require(Samples.awardTally.field("editions"))
    #expect(editions.read(cell: "、").words == "! required")
    #expect(editions.read(cell: "fair-1、Fair").words == "! code.format")
  }

  @Test func `a list has at most 50 values`() throws {
    let hosts = try #require(Samples.edition.field("hosts"))
    func names(_ count: Int) -> [String] { (0..<count).map { "单位\($0)" } }
    guard case .value(.list(let values)?) = hosts.read(names(50)) else {
      Issue.record("50 values were refused")
      return
    }
    #expect(values.count == 50)
    #expect(hosts.read(names(51)).words == "! list.length")
    #expect(hosts.read(cell: names(51).joined(separator: "、")).words == "! list.length")
  }

  @Test func `long values are cut in errors`() {
    guard case .invalid(let violation) = Samples.batch.read([String(repeating: "字", count: 5_000)])
    else {
      Issue.record("a text of 5000 characters was read")
      return
    }
    #expect(violation.value.count == 200)
  }

  @Test func `a source names its document and has bounds`() {
    func rules(_ source: EntrySource) -> [String] {
      source.violations.map { "\($0.field) \($0.rule)" }
    }
    func text(_ count: Int) -> String { String(repeating: "字", count: count) }
    #expect(rules(EntrySource(document: "总结")) == [])
    #expect(rules(.none) == ["provenance.document required"])
    #expect(rules(EntrySource(document: " \u{3000}")) == ["provenance.document required"])
    #expect(
      rules(EntrySource(document: text(200), sentence: text(2_000), note: text(2_000))) == [])
    #expect(
      rules(EntrySource(document: text(201), sentence: text(2_001), note: text(2_001))) == [
        "provenance.document text.length", "provenance.sentence text.length",
        "provenance.note text.length",
      ])
  }
}
