internal import Measures
internal import StatisticsDomain
internal import Testing

struct YearToDateTests {
  private func source(_ values: [(String, String)]) throws -> MemorySource {
    var source = MemorySource()
    source.records = try values.map {
      try Fixture.record(Fixture.key("450000", $0.0), "gross_output", $0.1)
    }
    return source
  }

  private func ytd(_ period: String, _ source: MemorySource) throws -> Figure {
    try FigureEngineTests.figure("ytd/450000/bureau/gross_output/\(period)", source)
  }

  @Test func `sums the months so far`() throws {
    let source = try source([("2013-01", "10亿元"), ("2013-02", "20亿元"), ("2013-03", "30.5亿元")])
    let figure = try ytd("2013-03", source)
    #expect(figure.printed.number == "60.5")
    #expect(figure.quantity?.interval.low == (try Fixture.decimal("5945000000")))
    #expect(figure.inputs.count == 3)
    #expect(figure.recordCount == 3)
    #expect(try ytd("2013-02", source).printed.number == "30")
  }

  @Test func `a missing month is named`() throws {
    let source = try source([("2013-01", "10亿元"), ("2013-03", "30亿元")])
    let figure = try ytd("2013-04", source)
    #expect(figure.mark == .notRecorded)
    #expect(figure.notes == ["缺2013年2月、2013年4月记录"])
  }

  @Test func `a span report covers its months`() throws {
    let source = try source([("2018-01/2018-02", "30亿元"), ("2018-03", "20亿元")])
    #expect(try ytd("2018-03", source).printed.number == "50")
  }

  @Test func `quarters, halves and months fill the year end to end`() throws {
    let source = try source([
      ("2013-H1", "300亿元"), ("2013-Q3", "200亿元"), ("2013-10", "70亿元"), ("2013-11", "70亿元"),
      ("2013-12", "60亿元"),
    ])
    #expect(try ytd("2013", source).printed.number == "700")
    #expect(try ytd("2013-Q3", source).printed.number == "500")
    #expect(try ytd("2013-11", source).printed.number == "640")
    #expect(try ytd("2013-Q1", source).mark == .notRecorded)
  }

  @Test func `periods that overlap do not fill a year`() throws {
    let source = try source([("2013-01/2013-02", "1亿元"), ("2013-02/2013-03", "2亿元")])
    #expect(try ytd("2013-03", source).notes == ["已有期别不能首尾相接"])
  }

  @Test func `the longer report wins, and a contradiction is told`() throws {
    let source = try source([
      ("2013-Q1", "100亿元"), ("2013-01", "30亿元"), ("2013-02", "30亿元"), ("2013-03", "30亿元"),
    ])
    let figure = try ytd("2013-Q1", source)
    #expect(figure.printed.number == "100")
    #expect(figure.notes == ["按3个分期合计为90亿元，与此不同"])
  }

  @Test func `months do not become a year by themselves`() throws {
    let source = try source([("2013-01", "10亿元")])
    let figure = try FigureEngineTests.figure("total/450000/bureau/gross_output/2013", source)
    #expect(figure.mark == .notRecorded)
    #expect(figure.notes == ["无2013年记录", "有分期记录，合计见ytd/450000/bureau/gross_output/2013"])
  }

  @Test func `a stock does not add over time`() throws {
    let source = try source([])
    let error = #expect(throws: StatisticsError.self) {
      try FigureEngineTests.figure("ytd/450000/bureau/employee_count/2013", source)
    }
    #expect(error?.violations.first?.rule == "figure_key.not_additive")
  }

  @Test func `a rate is only what a whole report gives, and its growth is in points`() throws {
    var source = MemorySource()
    source.records = [
      try Fixture.record(Fixture.key("450900", "2013"), "sales_rate", "97.5%"),
      try Fixture.record(Fixture.key("450900", "2012"), "sales_rate", "96.3%"),
    ]
    let above = try FigureEngineTests.figure("total/450000/bureau/sales_rate/2013", source)
    #expect(above.mark == .notRecorded)
    #expect(above.notes == ["无2013年记录", "比率不能相加，只取整体报表"])
    let growth = try FigureEngineTests.figure("growth/450900/bureau/sales_rate/2013", source)
    #expect(growth.printed.number == "1.2")
    #expect(growth.printed.unit == "个百分点")
  }
}
