internal import Measures
internal import Testing

struct PeriodTests {
  @Test(arguments: [
    ("2013", "2013年", "2013-01-01", "2013-12-31"),
    ("2013-H2", "2013年下半年", "2013-07-01", "2013-12-31"),
    ("2013-Q1", "2013年第一季度", "2013-01-01", "2013-03-31"),
    ("2012-02", "2012年2月", "2012-02-01", "2012-02-29"),
    ("2018-01/2018-05", "2018年1—5月", "2018-01-01", "2018-05-31"),
    ("2017-11/2018-02", "2017年11月—2018年2月", "2017-11-01", "2018-02-28"),
  ])
  func everyFormReadsBack(_ text: String, _ chinese: String, _ first: String, _ last: String) throws
  {
    let period = try Period(parsing: text)
    #expect(period.description == text)
    #expect(period.chinese == chinese)
    #expect(period.firstDay.description == first)
    #expect(period.lastDay.description == last)
  }

  @Test(arguments: [
    ("2018-01/2018-03", "2018-Q1"), ("2018-01/2018-12", "2018"), ("2018-07/2018-12", "2018-H2"),
    ("2018-04/2018-04", "2018-04"),
  ])
  func aSpanThatIsAPeriodTakesItsName(_ text: String, _ name: String) throws {
    #expect(try Period(parsing: text).description == name)
  }

  @Test(arguments: [
    "", "13", "2013-13", "2013-00", "2013-Q5", "2013-H3", "2013-1", "2013-Q1/2013-Q2", "2013/2014",
    "2018-05/2018-01", "2013-01/", "0999", "3000", "2013-01-01", "２０１３", "2013-q1",
  ])
  func otherTextIsRefused(_ text: String) {
    #expect(throws: MeasureError.self) { try Period(parsing: text) }
  }

  @Test func relationsFollowTheCalendar() throws {
    let quarter = try Period(parsing: "2013-Q2")
    #expect(try quarter.previousYear().description == "2012-Q2")
    #expect(try quarter.nextYear().description == "2014-Q2")
    #expect(try quarter.previous().description == "2013-Q1")
    #expect(try quarter.yearToDate().description == "2013-H1")
    #expect(try quarter.wholeYear().description == "2013")
    #expect(try Period(parsing: "2018-01/2018-02").previousYear().description == "2017-01/2017-02")
    #expect(try Period(parsing: "2013-05").yearToDate().description == "2013-01/2013-05")
    #expect(throws: MeasureError.self) { try Period(parsing: "2017-11/2018-02").yearToDate() }
    #expect(throws: MeasureError.self) { try Period(parsing: "1000").previousYear() }
  }

  @Test func partsFillTheirPeriod() throws {
    let year = try Period(year: 2013)
    #expect(
      year.parts(of: .quarter).map(\.description) == ["2013-Q1", "2013-Q2", "2013-Q3", "2013-Q4"])
    #expect(year.parts(of: .month).count == 12)
    #expect(try Period(parsing: "2013-05").parts(of: .quarter).isEmpty)
    #expect(try year.contains(Period(parsing: "2013-H1")))
    #expect(try !year.contains(Period(parsing: "2013-12/2014-01")))
    #expect(try year.overlaps(Period(parsing: "2013-12/2014-01")))
  }

  @Test func periodsSortByStartAndTheLongerFirst() throws {
    let texts = ["2013-02", "2013-Q1", "2012-12", "2013-01", "2013"]
    let sorted = try texts.map { try Period(parsing: $0) }.sorted().map(\.description)
    #expect(sorted == ["2012-12", "2013", "2013-Q1", "2013-01", "2013-02"])
  }
}

struct CalendarDateTests {
  @Test(arguments: ["2000-02-29", "1900-02-28", "2013-12-31", "0001-01-01", "9999-12-31"])
  func realDaysReadBack(_ text: String) throws {
    #expect(try CalendarDate(parsing: text).description == text)
  }

  @Test(arguments: [
    "1900-02-29", "2013-02-30", "2013-13-01", "2013-1-1", "20131231", "2013-00-10", "",
  ])
  func otherDaysAreRefused(_ text: String) {
    #expect(throws: MeasureError.self) { try CalendarDate(parsing: text) }
  }

  @Test func addingDaysCountsEachDayOnce() throws {
    var date = try CalendarDate(parsing: "1999-12-25")
    var number = date.dayNumber
    while date.year < 2005 {
      let next = try date.adding(days: 1)
      #expect(next > date)
      #expect(next.dayNumber == number + 1)
      #expect(try next.adding(days: -1) == date)
      (date, number) = (next, number + 1)
    }
    #expect(try CalendarDate(parsing: "2013-12-31").adding(days: 20).description == "2014-01-20")
    #expect(throws: MeasureError.self) { try CalendarDate(parsing: "9999-12-31").adding(days: 1) }
    #expect(throws: MeasureError.self) { try date.adding(days: .max) }
    #expect(throws: MeasureError.self) { try CalendarDate(parsing: "0001-01-01").adding(days: -1) }
  }

  @Test(arguments: [
    ("2013", "2013", "2013-01-01", "2013-12-31"),
    ("2006-08", "2006-08", "2006-08-01", "2006-08-31"),
    ("2006年8月", "2006-08", "2006-08-01", "2006-08-31"),
    ("2005年11月24日", "2005-11-24", "2005-11-24", "2005-11-24"),
    ("2013年", "2013", "2013-01-01", "2013-12-31"),
  ])
  func partialDatesCountFromTheirFirstDay(
    _ text: String, _ iso: String, _ first: String, _ last: String
  ) throws {
    let date = try PartialDate(parsing: text)
    #expect(date.description == iso)
    #expect(date.firstDay.description == first)
    #expect(date.lastDay.description == last)
  }

  @Test(arguments: [
    "20068月", "20051124日", "2013年13月", "2013-02-30", "2013年5日", "2013-", "13年", "2013年5", "",
  ])
  func misprintedDatesAreRefused(_ text: String) {
    #expect(throws: MeasureError.self) { try PartialDate(parsing: text) }
  }
}

struct UnitTests {
  @Test(arguments: [
    ("亿元", "元", 8), ("万元", "元", 4), ("元", "元", 0), ("百万元", "元", 6), ("万人次", "人次", 4),
    ("％", "%", 0), ("万亿元", "元", 12),
  ])
  func multipliersStandInFrontOfTheBase(_ symbol: String, _ base: String, _ exponent: Int) throws {
    let unit = try unit(symbol)
    #expect(unit.base == base)
    #expect(unit.exponent == exponent)
  }

  @Test(arguments: ["", "亿", "朵", "万%", "亿亿元"])
  func otherWordsAreNoUnits(_ symbol: String) {
    #expect(MeasureUnit(symbol) == nil)
  }

  @Test func peopleAreCountedByThreeWords() throws {
    #expect(try unit("名").isCompatible(with: unit("人")))
    #expect(try unit("万人").isCompatible(with: unit("位")))
    #expect(try !unit("人次").isCompatible(with: unit("人")))
    #expect(try !unit("家").isCompatible(with: unit("户")))
  }

  @Test(arguments: Nature.allCases)
  func naturesAreReadByBothNames(_ nature: Nature) {
    #expect(Nature(named: nature.rawValue) == nature)
    #expect(Nature(named: nature.chinese) == nature)
  }
}
