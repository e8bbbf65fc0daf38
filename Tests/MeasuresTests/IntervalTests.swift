internal import Measures
internal import Testing

struct IntervalTests {
  @Test func anEmptyIntervalIsRefused() throws {
    #expect(throws: MeasureError.self) { try Interval(low: 2, high: 1) }
    #expect(throws: MeasureError.self) { try Interval(low: 1, high: 1, highOpen: true) }
    #expect(try Interval(low: 1, high: 1) == Interval(point: 1))
  }

  @Test(arguments: [
    ("145", "1", "[144.5, 145.5)"), ("6.4", "0.1", "[6.35, 6.45)"), ("-3", "1", "(-3.5, -2.5]"),
    ("0", "1", "(-0.5, 0.5)"),
  ])
  func roundingMirrorsHalfAwayFromZero(_ value: String, _ step: String, _ expected: String) throws {
    let rounded = try Interval.rounding(decimal(value), step: decimal(step))
    #expect(try rounded == interval(expected))
  }

  @Test func everyNumberOfARoundingIntervalRoundsToItsValue() throws {
    for value in -20...20 {
      let center = ExactDecimal(Int64(value))
      let range = try Interval.rounding(center, step: 1)
      for hundredths in (value * 100 - 120)...(value * 100 + 120) {
        let number = try ExactDecimal(unscaled: Int64(hundredths), scale: 2)
        #expect(try range.contains(number) == (number.rounded(toScale: 0) == center))
      }
    }
  }

  @Test(arguments: [
    // 14亿 against 8亿多
    ("[13.5, 14.5)", "[8, 9)", Answer.no, Answer.no),
    ("[8, 9)", "[13.5, 14.5)", .yes, .yes),
    ("[8, 8]", "[8, 9)", .undecided, .yes),
    ("[8, 9)", "[9, 9]", .yes, .yes),
    ("[8, 9]", "[9, 9]", .undecided, .yes),
    ("[9, 9]", "[8, 9)", .no, .no),
    ("[5, 5]", "[5, 5]", .no, .yes),
    ("(-inf, 5)", "[5, inf)", .yes, .yes),
    ("(-inf, 5]", "[5, inf)", .undecided, .yes),
    ("(-inf, inf)", "[5, 5]", .undecided, .undecided),
  ])
  func comparisonsAreYesNoOrUndecided(
    _ left: String, _ right: String, _ less: Answer, _ atMost: Answer
  ) throws {
    let a = try interval(left)
    let b = try interval(right)
    #expect(a.isLess(than: b) == less)
    #expect(a.isAtMost(b) == atMost)
    #expect(b.isGreater(than: a) == less)
    #expect(b.isAtLeast(a) == atMost)
  }

  @Test func onlyTwoEqualPointsAreSurelyEqual() throws {
    #expect(Interval(point: 5).isEqual(to: Interval(point: 5)) == .yes)
    #expect(try Interval(point: 5).isEqual(to: interval("[5, 6)")) == .undecided)
    #expect(try Interval(point: 6).isEqual(to: interval("[5, 6)")) == .no)
  }

  @Test(arguments: 0..<20)
  func arithmeticContainsTheExactResults(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let (a, x) = try generator.intervalWithMember()
      let (b, y) = try generator.intervalWithMember()
      let factor = try generator.decimal()
      #expect(try a.adding(b).contains(x.adding(y)))
      #expect(try a.subtracting(b).contains(x.subtracting(y)))
      #expect(try a.outward(toScale: 1).contains(a))
      #expect(try a.hull(b).contains(a) && a.hull(b).contains(b))
      if let product = try? x.multiplied(by: factor), let all = try? a.multiplied(by: factor) {
        #expect(all.contains(product))
      }
    }
  }

  @Test(arguments: 0..<20)
  func quotientsContainTheExactResults(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let (a, x) = try generator.intervalWithMember()
      let (b, y) = try generator.intervalWithMember()
      guard let low = b.low, low.isPositive else {
        #expect(throws: MeasureError.self) { try a.divided(by: b, scale: 3) }
        continue
      }
      let quotient = try a.divided(by: b, scale: 3)
      // low ≤ x ÷ y ≤ high, by products instead of quotients.
      if let lowest = quotient.low, let product = try? lowest.multiplied(by: y) {
        #expect(quotient.lowOpen ? product < x : product <= x)
      }
      if let highest = quotient.high, let product = try? highest.multiplied(by: y) {
        #expect(quotient.highOpen ? product > x : product >= x)
      }
    }
  }

  @Test func theOrderOfTwoMembersNeverContradictsTheAnswer() throws {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      let (a, x) = try generator.intervalWithMember()
      let (b, y) = try generator.intervalWithMember()
      switch a.isLess(than: b) {
      case .yes: #expect(x < y)
      case .no: #expect(x >= y)
      case .undecided: #expect(a.overlaps(b))
      }
    }
  }

  @Test func anOpenDivisorGivesOpenEnds() throws {
    #expect(try interval("[2, 4]").divided(by: interval("[1, 2)"), scale: 2) == interval("(1, 4]"))
    #expect(
      try interval("[2, 4]").divided(by: interval("[1, inf)"), scale: 2) == interval("(0, 4]"))
    #expect(try interval("[0, 4]").divided(by: interval("[1, 2)"), scale: 2) == interval("[0, 4]"))
    #expect(
      try interval("[-4, 4]").divided(by: interval("[1, 2)"), scale: 2) == interval("[-4, 4]"))
  }
}
