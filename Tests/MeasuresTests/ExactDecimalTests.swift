internal import Measures
internal import Testing

struct ExactDecimalTests {
  @Test(arguments: [
    "0", "8.10", "-0.05", "9223372036854775807", "-9223372036854775808", "0.000000000000000001",
  ])
  func textReadsBackAsItWasWritten(_ text: String) throws {
    #expect(try decimal(text).description == text)
  }

  @Test(arguments: [
    "", "-", ".", "1.", ".5", "1..2", "1e5", " 1", "1 ", "１", "1,000", "--1", "9223372036854775808",
    "0.0000000000000000001", String(repeating: "9", count: 40),
  ])
  func otherTextIsRefused(_ text: String) {
    #expect(throws: MeasureError.self) { try ExactDecimal(parsing: text) }
  }

  @Test func equalityAndHashAreThoseOfTheNumber() throws {
    let long = try decimal("8.100")
    let short = try decimal("8.1")
    #expect(long == short)
    #expect(Set([long, short]).count == 1)
    #expect(long.description == "8.100")
    #expect(long.normalized.description == "8.1")
    #expect(try decimal("-1") < decimal("-0.999"))
  }

  @Test func comparisonDoesNotOverflow() throws {
    #expect(ExactDecimal(.max) > ExactDecimal(.min))
    #expect(try ExactDecimal(unscaled: .max, scale: 18) < ExactDecimal(.max))
  }

  @Test func overflowIsAnErrorAndNotATrap() throws {
    let most = ExactDecimal(.max)
    #expect(throws: MeasureError.self) { try most.adding(1) }
    #expect(throws: MeasureError.self) { try ExactDecimal(.min).negated() }
    #expect(throws: MeasureError.self) { try ExactDecimal(.min).subtracting(1) }
    #expect(throws: MeasureError.self) { try most.multiplied(by: most) }
    #expect(throws: MeasureError.self) { try most.multiplied(byPowerOfTen: 1) }
    #expect(throws: MeasureError.self) { try most.rescaled(to: 1) }
    #expect(throws: MeasureError.self) { try most.multiplied(byPowerOfTen: 400) }
  }

  @Test func aSumTooWideInDecimalsDropsOnlyZeros() throws {
    let most = try decimal("9000000000000000000")
    #expect(
      try most.adding(decimal("0.500").adding(decimal("0.500"))).unscaled
        == 9_000_000_000_000_000_001)
    #expect(throws: MeasureError.self) { try most.adding(decimal("0.500")) }
  }

  @Test func aProductKeepsTheDecimalsOfBoth() throws {
    #expect(try decimal("810").multiplied(by: decimal("1.1")).description == "891.0")
    #expect(try decimal("48").multiplied(by: decimal("1.08")).description == "51.84")
  }

  @Test(arguments: [
    ("2.5", 0, "3", "2", "3"), ("-2.5", 0, "-3", "-3", "-2"), ("2.4", 0, "2", "2", "3"),
    ("0.05", 1, "0.1", "0.0", "0.1"), ("-0.05", 1, "-0.1", "-0.1", "0.0"), ("7", 2, "7", "7", "7"),
  ])
  func roundingGoesWhereItIsTold(
    _ text: String, _ scale: Int, _ half: String, _ down: String, _ up: String
  ) throws {
    let value = try decimal(text)
    #expect(try value.rounded(toScale: scale) == decimal(half))
    #expect(try value.rounded(toScale: scale, .down) == decimal(down))
    #expect(try value.rounded(toScale: scale, .up) == decimal(up))
  }

  @Test func divisionRoundsOnce() throws {
    #expect(try ExactDecimal(1).divided(by: 3, scale: 3).description == "0.333")
    #expect(try ExactDecimal(2).divided(by: 3, scale: 3).description == "0.667")
    #expect(try ExactDecimal(-1).divided(by: 8, scale: 2).description == "-0.13")
    #expect(throws: MeasureError.self) { try ExactDecimal(1).divided(by: 0, scale: 1) }
  }

  @Test func printedDecimalsAreFilledUp() throws {
    #expect(try decimal("8").text(decimals: 1) == "8.0")
    #expect(try decimal("8.05").text(decimals: 1) == "8.1")
    #expect(try decimal("-0.04").text(decimals: 1) == "0.0")
  }

  @Test func rescalingLosesNothing() throws {
    #expect(try decimal("1.50").rescaled(to: 1).unscaled == 15)
    #expect(throws: MeasureError.self) { try decimal("1.55").rescaled(to: 1) }
  }

  @Test(arguments: 0..<20)
  func sumsAndProductsAreThoseOfTheIntegersBehindThem(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let a = try generator.decimal()
      let b = try generator.decimal()
      let scale = 8
      let wideA = try Int128(a.rescaled(to: scale).unscaled)
      let wideB = try Int128(b.rescaled(to: scale).unscaled)
      #expect(try Int128(a.adding(b).rescaled(to: scale).unscaled) == wideA + wideB)
      #expect(try Int128(a.subtracting(b).rescaled(to: scale).unscaled) == wideA - wideB)
      #expect((a < b) == (wideA < wideB))
      #expect((a == b) == (wideA == wideB))
      #expect(try a.adding(b) == b.adding(a))
      #expect(try decimal(a.description) == a)
      if let product = try? a.multiplied(by: b).rescaled(to: scale) {
        #expect(Int128(product.unscaled) * 100_000_000 == wideA * wideB)
      }
    }
  }

  @Test(arguments: 0..<20)
  func aQuotientLiesBetweenItsTwoRoundings(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let a = try generator.decimal()
      let b = try generator.decimal()
      guard !b.isZero else { continue }
      let down = try a.divided(by: b, scale: 4, rounding: .down)
      let up = try a.divided(by: b, scale: 4, rounding: .up)
      let half = try a.divided(by: b, scale: 4)
      #expect(half == down || half == up)
      #expect(try up.subtracting(down) <= decimal("0.0001"))
      // down × b and up × b enclose a.
      let one = try down.multiplied(by: b)
      let other = try up.multiplied(by: b)
      #expect(min(one, other) <= a && a <= max(one, other))
    }
  }
}
