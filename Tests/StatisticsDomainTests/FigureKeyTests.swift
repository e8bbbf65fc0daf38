internal import Measures
internal import StatisticsDomain
internal import Testing

struct FigureKeyTests {
  @Test(arguments: [
    "total/450000/bureau/gross_output/2013", "ytd/450000/bureau/gross_output/2013-05",
    "growth/450900/industry/gross_output/2014?nature=expected",
    "total/450900/industry/gross_output/2014?sector=工艺美术&nature=expected",
    "total/450000/bureau/gross_output/2018-01/2018-02?sector=陶瓷",
    "target/450000/region/gross_output/2013-H1", "target/450000/region/gross_output/2014?sector=陶瓷",
    "ytd/450000/bureau/gross_output/2013-01/2013-02",
    "total/450000/bureau/gross_output/2013-11/2014-02",
    "stated/gx-2013-bureau-output-growth", "growth/450000/bureau/gross_output/2013-Q4",
  ])
  func `a key is read and printed as it is`(text: String) throws {
    #expect(try FigureKey(parsing: text).description == text)
  }

  @Test func `what may be left out is left out when printed`() throws {
    let key = try FigureKey(
      parsing: "total/450000/bureau/gross_output/2013?nature=actual&sector=陶瓷")
    #expect(key.description == "total/450000/bureau/gross_output/2013?sector=陶瓷")
  }

  @Test(arguments: [
    ("", "figure_key.shape"), ("total", "figure_key.shape"),
    ("total/450000/bureau/gross_output", "figure_key.shape"),
    ("total/450000/bureau/gross_output/", "period"),
    ("total/450000//gross_output/2013", "figure_key.shape"),
    ("total/45000/bureau/gross_output/2013", "place.code"),
    ("total/４50000/bureau/gross_output/2013", "place.code"),
    ("total/450000/bureau/gross_output/2013-13", "period"),
    ("total/450000/bureau/gross_output/2013-01/2013-12", "period"),
    ("total/450000/bureau/gross_output/2013/", "period"),
    ("total/450000/bureau/gross_output/2013/x/y", "figure_key.shape"),
    ("sum/450000/bureau/gross_output/2013", "figure_key.shape"),
    ("total/450000/bureau/gross_output/2013?", "figure_key.shape"),
    ("total/450000/bureau/gross_output/2013?sector=", "figure_key.shape"),
    ("total/450000/bureau/gross_output/2013?sector=a&sector=b", "figure_key.shape"),
    ("total/450000/bureau/gross_output/2013?sector=a=b", "report.sector"),
    ("total/450000/bureau/gross_output/2013?nature=real", "nature"),
    ("total/450000/bureau/gross_output/2013?colour=red", "figure_key.shape"),
    ("target/450000/bureau/gross_output/2013?nature=expected", "figure_key.target_nature"),
    ("ytd/450000/bureau/gross_output/2013-11/2014-02", "figure_key.two_years"),
    ("stated/", "figure_key.shape"), ("stated/a/b", "figure_key.shape"),
    ("stated/a?sector=b", "figure_key.shape"),
  ])
  func `anything else is refused`(text: String, rule: String) {
    let error = #expect(throws: StatisticsError.self) { try FigureKey(parsing: text) }
    #expect(error?.violations.map(\.rule) == [rule])
    #expect(error?.violations.first?.path == "key")
  }

  @Test func `a long key is refused before it is read`() {
    let text = "stated/" + String(repeating: "a", count: FigureKey.maximumBytes)
    let error = #expect(throws: StatisticsError.self) { try FigureKey(parsing: text) }
    #expect(error?.violations.map(\.rule) == ["figure_key.length"])
  }
}
