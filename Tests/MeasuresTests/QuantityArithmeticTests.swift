internal import Measures
internal import Testing

struct QuantityArithmeticTests {
  @Test func sumsAddValuesAndEnds() throws {
    let sum = try Quantity.sum([Quantity(parsing: "145亿元"), Quantity(parsing: "6.4亿元")])
    #expect(sum.printed == "151.4亿元")
    #expect(try sum.interval == interval("[150.85亿, 151.95亿)"))
  }

  @Test func aSumWithABoundHasAnIntervalAndNoValue() throws {
    let sum = try Quantity.sum([Quantity(parsing: "8亿多元"), Quantity(parsing: "3亿元")])
    #expect(sum.value == nil)
    #expect(try sum.interval == interval("[10.5亿, 12.5亿)"))
    #expect(sum.printed == "10.5亿至12.5亿元")
    let open = try Quantity.sum([Quantity(parsing: "超过15亿元"), Quantity(parsing: "20余亿元")])
    #expect(open.printed == "超过35亿元")
  }

  @Test func unitsAndNaturesDoNotMix() throws {
    let money = try Quantity(parsing: "5元")
    #expect(throws: MeasureError.self) { try Quantity.sum([money, Quantity(parsing: "5家")]) }
    #expect(throws: MeasureError.self) { try Quantity.sum([money, money.with(nature: .expected)]) }
    #expect(throws: MeasureError.self) { try Quantity.sum([]) }
  }

  @Test(arguments: [
    ("810亿元", "10", "891.0亿元", "[890.45亿, 891.55亿)"),
    ("48亿元", "8", "51.84亿元", "[51.3亿, 52.38亿)"),
    ("200亿元", "10", "220.0亿元", "[219.45亿, 220.55亿)"),
    ("十五亿元", "10", "16.5亿元", "[15.95亿, 17.05亿)"),
    ("1亿2000万元", "10", "1.32亿元", "[13199.45万, 13200.55万)"),
    ("1亿2000.5万元", "8.5", "1.30205425亿元", "[13020.48825万, 13020.59675万)"),
    ("三点五亿元", "10", "3.85亿元", "[3.795亿, 3.905亿)"),
    ("两万五千元", "10", "2.75万元", "[26950, 28050)"),
    ("三千二百万元", "10", "3520.0万元", "[3465万, 3575万)"),
    ("1.2万亿元", "10", "1.32万亿元", "[12650亿, 13750亿)"),
    ("48.50亿元", "8", "52.3800亿元", "[52.3746亿, 52.3854亿)"),
    ("一百零五家", "10", "115.5家", "[115.5, 115.5]"),
  ])
  func aGrowthTargetResolvesOnItsBase(
    _ base: String, _ rate: String, _ printed: String, _ bounds: String
  ) throws {
    let target = try Quantity(parsing: base).grown(byPercent: decimal(rate))
    #expect(target.printed == printed)
    #expect(try target.interval == interval(bounds))
    #expect(target.nature == .plan)
  }

  @Test(arguments: [
    ("8亿多元", "10", "8.8亿至9.9亿元"), ("超过1亿2000万元", "10", "超过1.32亿元"),
    ("50万元至80万元", "5", "52.50万至84.00万元"), ("不足十五亿元", "10", "不足16.5亿元"),
  ])
  func aTargetOnABoundKeepsEveryDigitOfItsEnds(
    _ base: String, _ rate: String, _ printed: String
  ) throws {
    #expect(try Quantity(parsing: base).grown(byPercent: decimal(rate)).printed == printed)
  }

  /// What a target prints is its value, whatever numerals and multipliers the base is printed in.
  @Test(arguments: 0..<10)
  func aTargetPrintsEveryDigitOfItsValue(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let words = ["", "十", "百", "千", "万", "十万", "百万", "千万", "亿", "十亿", "百亿", "万亿"]
    for _ in 0..<200 {
      let digits = Int.random(in: 1...99, using: &generator)
      let tail = Int.random(in: 1...9999, using: &generator)
      let text = [
        "\(digits)\(words.randomElement(using: &generator) ?? "")元", "\(digits)亿\(tail)万元",
        "\(digits).\(tail)亿元", "\(digits)万\(tail % 10)千元",
      ].randomElement(using: &generator)
      let base = try Quantity(parsing: #require(text))
      let rate = try ExactDecimal(
        unscaled: Int64.random(in: 1...9999, using: &generator),
        scale: Int.random(in: 0...2, using: &generator))
      let target = try base.grown(byPercent: rate)
      #expect(try Quantity(parsing: target.printed).value == target.value, "\(base) + \(rate)%")
    }
  }

  @Test(arguments: [
    ("48.5亿", 8, 1), ("十五亿", 8, 0), ("1亿2000万", 8, 0), ("十五万", 4, 0), ("三千万", 4, 0),
    ("1.2万亿", 12, 1), ("100万亿", 12, 0), ("2万3000亿", 8, 0), ("50万至80万", 4, 0), ("三千二百", 0, 0),
    ("三点五亿", 8, 1), ("600", 0, 0),
  ])
  func theShapeOfANumberIsItsLargestMultiplierAndItsDecimals(
    _ text: String, _ exponent: Int, _ decimals: Int
  ) {
    let shape = PrintStyle.shape(of: text)
    #expect(shape.exponent == exponent && shape.decimals == decimals)
  }

  @Test func growthIsRoundedOnceFromTheExactQuotient() throws {
    let growth = try Growth(
      current: Quantity(parsing: "810亿元"), base: Quantity(parsing: "750亿元"))
    #expect(growth.printed == "8.0")
    #expect(growth.rate.printed == "8.0%")
    // 809.5 ÷ 750.5 and 810.5 ÷ 749.5
    #expect(try growth.rate.interval.low == decimal("7.861425"))
    #expect(try growth.rate.interval.high == decimal("8.13876"))
    #expect(growth.rate.unit == .percent)
  }

  @Test func aPrintedRateIsNotRoundedTwice() throws {
    // 10449999 on 10000000 is 4.49999 %, which is 4, not 5 by way of 4.5.
    let growth = try Growth(
      current: Quantity(parsing: "10449999家"), base: Quantity(parsing: "10000000家"), decimals: 0)
    #expect(growth.printed == "4")
  }

  @Test func growthNeedsAPositiveBase() throws {
    let now = try Quantity(parsing: "5家")
    #expect(throws: MeasureError.self) { try Growth(current: now, base: Quantity(parsing: "0家")) }
    #expect(throws: MeasureError.self) { try Growth(current: now, base: Quantity(parsing: "几家")) }
    #expect(throws: MeasureError.self) { try Growth(current: now, base: Quantity(parsing: "5元")) }
  }

  @Test func aShareIsInPerCent() throws {
    let share = try Quantity(parsing: "145亿元").share(of: Quantity(parsing: "558亿元"))
    #expect(share.printed == "26.0%")
    #expect(
      try Quantity(parsing: "64家").share(of: Quantity(parsing: "82家"), decimals: 2).text == "78.05")
  }

  @Test func ratesDifferInPercentagePoints() throws {
    let difference = try Quantity(parsing: "82%").subtracting(Quantity(parsing: "53%"))
    #expect(difference.printed == "29个百分点")
  }

  @Test(arguments: 0..<10)
  func growthContainsEveryRateThatItsIntervalsAllow(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let base = Int64.random(in: 1...100_000, using: &generator)
      let now = Int64.random(in: 0...100_000, using: &generator)
      let current = try Quantity(parsing: "\(now)万元")
      let before = try Quantity(parsing: "\(base)万元")
      let growth = try Growth(current: current, base: before)
      guard let value = growth.rate.value else { continue }
      #expect(growth.rate.interval.contains(value))
      for offset in [-4999, 0, 4999] as [Int64] {
        let exactNow = ExactDecimal(now * 10_000 + offset)
        let exactBase = ExactDecimal(base * 10_000 - offset)
        guard exactBase.isPositive else { continue }
        let rate = try exactNow.subtracting(exactBase).multiplied(byPowerOfTen: 2)
          .divided(by: exactBase, scale: 4)
        let near = try Interval.rounding(rate, step: decimal("0.0002"))
        #expect(growth.rate.interval.overlaps(near))
      }
    }
  }

  @Test(arguments: 0..<10)
  func sumsOfExactCountsAreExact(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let counts = (0..<50).map { _ in Int64.random(in: 0...1_000_000, using: &generator) }
    let sum = try Quantity.sum(
      counts.map { try Quantity(exactly: ExactDecimal($0), unit: unit("家")) })
    #expect(sum.value == ExactDecimal(counts.reduce(0, +)))
    #expect(sum.interval.isPoint)
    #expect(sum.printed == "\(counts.reduce(0, +))家")
  }
}
