internal import Measures
internal import StatisticsDomain
internal import Testing

struct CellSumTests {
  private func sum(_ texts: [String]) throws -> CellSum {
    let indicator = try Fixture.indicator("gross_output")
    return try texts.reduce(CellSum.zero) { sum, text in
      try sum.adding(CellSum(try Quantity(parsing: text, unit: .yuan), of: indicator))
    }
  }

  private func quantity(_ sum: CellSum, text: String? = nil) throws -> Quantity {
    try sum.quantity(of: Fixture.indicator("gross_output"), nature: .actual, text: text)
  }

  @Test func `values and ends add up exactly`() throws {
    let total = try quantity(try sum(["810亿元", "48.25亿元", "3500万元"]))
    #expect(total.value == (try Fixture.decimal("85860000000")))
    #expect(total.text == "858.6亿")
    #expect(total.interval.low == (try Fixture.decimal("85809495000")))
    #expect(total.interval.high == (try Fixture.decimal("85910505000")))
  }

  @Test func `a sum with an unnamed value has only an interval`() throws {
    let total = try quantity(try sum(["8亿多元", "1亿元"]))
    #expect(total.value == nil)
    #expect(total.interval.low == (try Fixture.decimal("850000000")))
    #expect(total.interval.high == (try Fixture.decimal("1050000000")))
  }

  @Test func `a sum with an unbounded value is unbounded`() throws {
    let total = try quantity(try sum(["15亿元以上", "1亿元"]))
    #expect(total.value == nil)
    #expect(total.interval.low == (try Fixture.decimal("1550000000")))
    #expect(total.interval.high == nil)
  }

  @Test func `what was added is taken away without a trace, in any order`() throws {
    let texts = ["810亿元", "8亿多元", "15亿元以上", "0.01元", "3500万元", "近80万元"]
    let indicator = try Fixture.indicator("gross_output")
    var random = SplitMix(seed: 7)
    for _ in 0..<100 {
      var total = try sum(texts.shuffled(using: &random))
      let kept = texts.shuffled(using: &random).prefix(2)
      for text in texts where !kept.contains(text) {
        total = try total.subtracting(
          CellSum(try Quantity(parsing: text, unit: .yuan), of: indicator))
      }
      #expect(try total == sum(Array(kept)))
    }
  }

  @Test func `one observation keeps its printed text`() throws {
    let one = try sum(["6.40亿元"])
    #expect(try quantity(one, text: "6.40亿").text == "6.40亿")
    #expect(try quantity(one).text == "6.4亿")
  }

  @Test func `a sum is printed as most of its sources were`() throws {
    #expect(try sum(["1亿元", "2亿元", "30000000元"]).printedExponent == 8)
    #expect(try sum(["1亿元", "200万元", "300万元"]).printedExponent == 4)
    #expect(try sum(["12元", "13元", "1亿元"]).printedExponent == 0)
    #expect(try quantity(try sum(["1亿元", "2亿元", "12345678元"])).text == "3.1235亿")
  }

  @Test func `ends finer than the storage move outward`() throws {
    let total = try quantity(try sum(["8.05元"]))
    #expect(total.value == (try Fixture.decimal("8.05")))
    #expect(total.interval.contains(try Fixture.decimal("8.045")))
    #expect(total.interval.low == (try Fixture.decimal("8.04")))
  }

  @Test func `a sum beyond 64 bits is an error`() throws {
    var large = CellSum.zero
    large.value = .max
    var one = CellSum.zero
    one.value = 1
    let error = #expect(throws: StatisticsError.self) { try large.adding(one) }
    #expect(error?.code == .overflow)
  }
}
