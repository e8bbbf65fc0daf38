internal import Entries
internal import Measures
internal import Testing

struct TimeAndPlaceTests {
  @Test func `a place holds those whose codes begin with its digits`() throws {
    func contains(_ outer: String, _ inner: String) -> Bool { EntryPlace.contains(outer, inner) }
    #expect(contains("450000", "450000") && contains("450000", "459999"))
    #expect(contains("450900", "450923") && !contains("450900", "451000"))
    // 451000 is a prefecture: its last two digits are empty, not its last four.
    #expect(contains("451000", "451021") && !contains("451000", "450923"))
    #expect(!contains("450923", "450900") && contains("450923", "450923"))
    #expect(contains("000000", "450923") && !contains("450000", "000000"))
    #expect(!contains("", "450000") && !contains("450000", "") && !contains("45", "450000"))
  }

  @Test func `ranges hold a place and all below it`() throws {
    func range(_ code: String) throws -> [String] {
      let range = try #require(EntryPlace(code)).range
      return [range.low, range.high]
    }
    #expect(try range("000000") == ["000000", "999999"])
    #expect(try range("450000") == ["450000", "459999"])
    #expect(try range("451000") == ["451000", "451099"])
    #expect(try range("450923") == ["450923", "450923"])
  }

  @Test(arguments: ["000000", "450000", "451000", "450900", "450923", "460000", "100000"])
  func `ranges and containment say the same`(code: String) throws {
    let outer = try #require(EntryPlace(code))
    for inner in ["000000", "100000", "450000", "450100", "450900", "450923", "451000", "460000"] {
      let isInRange = outer.range.low <= inner && inner <= outer.range.high
      #expect(EntryPlace.contains(code, inner) == isInRange, "\(code) \(inner)")
    }
  }

  @Test func `a place is held by a chain of places`() {
    #expect(EntryPlace.chain("450923") == ["450923", "450900", "450000", "000000"])
    #expect(EntryPlace.chain("451000") == ["451000", "450000", "000000"])
    #expect(EntryPlace.chain("450000") == ["450000", "000000"])
    #expect(EntryPlace.chain("000000") == ["000000"])
    #expect(EntryPlace.chain("") == [""] && EntryPlace.chain("45") == ["45"])
  }

  @Test func `provinces and the nation are above prefectures`() throws {
    func isAbove(_ code: String) -> Bool { EntryPlace(code)?.isProvinceOrAbove ?? false }
    #expect(isAbove("000000") && isAbove("450000"))
    #expect(!isAbove("451000") && !isAbove("450923") && !isAbove(""))
  }

  @Test func `a time has a first and a last day`() throws {
    func days(_ text: String) throws -> String {
      let time = try #require(EntryTime(text))
      return "\(time.firstDay) \(time.lastDay)"
    }
    #expect(try days("2013") == "2013-01-01 2013-12-31")
    #expect(try days("2012-02") == "2012-02-01 2012-02-29")
    #expect(try days("2013-H2") == "2013-07-01 2013-12-31")
    #expect(try days("2013-12-25") == "2013-12-25 2013-12-25")
    #expect(try days("2013-11/2014-02") == "2013-11-01 2014-02-28")
  }

  @Test func `containment is of days`() throws {
    func contains(_ outer: String, _ inner: String) throws -> Bool {
      try #require(EntryTime(outer)).contains(#require(EntryTime(inner)))
    }
    #expect(try contains("2013", "2013-12-31") && contains("2013", "2013"))
    #expect(try contains("2013-H1", "2013-06-30") && !contains("2013-H1", "2013-07-01"))
    #expect(try !contains("2013-12", "2013") && !contains("2013", "2013-11/2014-02"))
  }

  @Test func `scopes are a time, all up to one, or all`() throws {
    let within = try #require(TimeScope("2013"))
    #expect(within == .within(try #require(EntryTime("2013"))) && within.text == "2013")
    #expect(within.days.first?.description == "2013-01-01")
    #expect(within.days.last?.description == "2013-12-31")
    let through = try #require(TimeScope("..2016-H1"))
    #expect(through.days.first == nil && through.days.last?.description == "2016-06-30")
    #expect(through.text == "..2016-H1" && through.chinese == "截至2016年上半年")
    #expect(TimeScope("all")?.days.first == nil && TimeScope("all")?.text == "all")
    for wrong in ["", "..", "...2013", "2013..", "2013..2016", "ALL", "..all", "2013 "] {
      #expect(TimeScope(wrong) == nil, "\(wrong)")
    }
  }
}
