internal import GatewayDomain
internal import Measures
internal import Testing

@testable internal import GatewayReports

/// How numbers are said.
struct PhraseTests {
  private func growth(_ text: String) throws -> KnownFigure {
    let quantity = try Quantity(parsing: text, unit: .percent)
    return KnownFigure(key: "growth/x", mark: .computed, printed: text, quantity: quantity)
  }

  private func text(_ spans: [ReportSpan]) -> String { spans.map(\.plainText).joined() }

  @Test(arguments: [
    ("8.0%", "增长8.0%"), ("0%", "增长0%"), ("-3.2%", "下降3.2%"), ("315.0%", "增长315.0%"),
  ])
  func aNamedRateIsARiseOrAFall(_ printed: String, _ said: String) throws {
    #expect(text(FigurePhrase.change(try growth(printed))) == said)
  }

  @Test(arguments: [
    ("-90", "-87.1", "下降87.1%至90%"), ("-22.6", "12", "变动-22.6%至12%"), ("1", "2.5", "增长1至2.5%"),
  ])
  func aRangeOfRatesHasOneDirectionOrNone(_ low: String, _ high: String, _ said: String) throws {
    let interval = try Interval(
      low: ExactDecimal(parsing: low), high: ExactDecimal(parsing: high))
    let quantity = try Quantity(
      computed: nil, interval: interval, unit: .percent, nature: .actual,
      style: PrintStyle(exponent: 0, decimals: .atMost(1)))
    let figure = KnownFigure(
      key: "growth/x", mark: .computed, printed: quantity.printed, quantity: quantity)
    #expect(text(FigurePhrase.change(figure)) == said)
  }

  @Test(arguments: [
    ("2026-11-21T16:46:33Z", "2026-11-22 00:46（北京时间）"),
    ("2026-01-02T03:04:05.123456Z", "2026-01-02 11:04（北京时间）"), ("昨天", "昨天"),
  ])
  func timesAreThoseOfBeijing(_ time: String, _ shown: String) {
    #expect(BeijingTime.text(time) == shown)
  }
}
