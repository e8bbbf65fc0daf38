internal import CommonMessages
internal import Measures
internal import RPC
internal import ServiceAPI
internal import Storage
internal import Testing

struct InstantTests {
  @Test(
    arguments: [
      (1, "1970-01-01T00:00:00.000001Z"), (1_388_505_599_123_456, "2013-12-31T15:59:59.123456Z"),
      (-1, "1969-12-31T23:59:59.999999Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
    ] as [(Int64, String)])
  func instantsGoToTextAndBack(time: Int64, text: String) {
    #expect(Instant.text(time) == text)
    #expect(Instant.microseconds(text) == time)
  }

  @Test(
    arguments: [
      ("2013-12-31T23:59:59+08:00", 1_388_505_599_000_000),
      ("2013-12-31T15:59:59.5Z", 1_388_505_599_500_000),
      ("2013-12-31t15:59:59z", 1_388_505_599_000_000),
      ("2013-12-31T12:29:59-03:30", 1_388_505_599_000_000),
      ("2016-12-31T23:59:60Z", 1_483_228_799_000_000),
    ] as [(String, Int64)])
  func otherFormsOfTheStandardAreRead(text: String, time: Int64) {
    #expect(Instant.microseconds(text) == time)
  }

  @Test(arguments: [
    "", "2013-12-31", "2013-12-31 15:59:59Z", "2013-12-31T15:59:59", "2013-02-30T00:00:00Z",
    "2013-12-31T24:00:00Z", "2013-12-31T15:60:59Z", "2013-12-31T15:59:59.1234567Z",
    "2013-12-31T15:59:59.Z", "2013-12-31T15:59:59+0800", "2013-12-31T15:59:59+25:00",
    "２013-12-31T15:59:59Z", "2013-12-31T15:59:59Zx",
  ])
  func whatIsNoInstantIsNil(text: String) {
    #expect(Instant.microseconds(text) == nil)
  }

  @Test func noInstantIsNoText() {
    #expect(Instant.text(0).isEmpty)
  }

  @Test(
    arguments: [
      (0, "1970-01-01"), (1_388_505_599_000_000, "2013-12-31"),
      (1_388_505_600_000_000, "2014-01-01"), (-28_800_000_001, "1969-12-31"),
      (-28_800_000_000, "1970-01-01"), (.max, "0001-01-01"),
    ] as [(Int64, String)])
  func theDayIsThatOfChina(time: Int64, day: String) {
    #expect(CalendarDate.inChina(atMicroseconds: time).description == day)
  }

  @Test func aReadAsksBothClocks() throws {
    let today = try CalendarDate(parsing: "2024-05-01")
    var violations: [Violation] = []
    let now = AsOf(onDate: "", asOf: "", today: today, violations: &violations)
    #expect(now == AsOf(day: today))
    let then = AsOf(
      onDate: "2013", asOf: "2014-01-01T00:00:00Z", today: today, violations: &violations)
    #expect(then.day.description == "2013-01-01")
    #expect(then.recordedTime == 1_388_534_400_000_000)
    #expect(violations.isEmpty)
    _ = AsOf(onDate: "13", asOf: "2014", today: today, violations: &violations)
    #expect(violations.map(\.rule) == ["date.format", "time.format"])
  }
}

struct OrderAndMaskTests {
  @Test(arguments: [
    ("", "code", false), ("name", "name", false), ("name desc", "name", true),
    ("name asc", "name", false), (" name  desc ", "name", true),
  ])
  func anOrderIsOneFieldAndItsDirection(text: String, field: String, isDescending: Bool) {
    var violations: [Violation] = []
    let order = OrderBy(text, fields: ["code", "name"], default: "code", violations: &violations)
    #expect(order == OrderBy(field: field, isDescending: isDescending))
    #expect(violations.isEmpty)
  }

  @Test(arguments: ["size", "name down", "name desc code", "name, code"])
  func otherOrdersAreRefused(text: String) {
    var violations: [Violation] = []
    _ = OrderBy(text, fields: ["code", "name"], default: "code", violations: &violations)
    #expect(violations.map(\.rule) == ["order_by.unknown"])
  }

  @Test func anEmptyMaskMeansWhatIsSet() {
    var violations: [Violation] = []
    let settable = [("name", true), ("level", false)]
    #expect(UpdateMask([], settable: settable, violations: &violations).fields == ["name"])
    #expect(UpdateMask(["level"], settable: settable, violations: &violations).fields == ["level"])
    #expect(
      UpdateMask(["*"], settable: settable, violations: &violations).fields == ["name", "level"])
    #expect(violations.isEmpty)
    _ = UpdateMask(["id"], settable: settable, violations: &violations)
    #expect(violations.map(\.value) == ["id"])
  }

  @Test func aPageSizeIsLimited() throws {
    #expect(try PageRequest(size: 0, token: "").size == PageRequest.defaultSize)
    #expect(try PageRequest(size: UInt32.max, token: "").size == PageRequest.maximumSize)
  }
}

struct QuantityWireTests {
  func read(_ message: CommonMessages.Quantity) -> (Measures.Quantity?, [String]) {
    var violations: [Violation] = []
    let quantity = Measures.Quantity.reading(message, path: "q", violations: &violations)
    return (quantity, violations.map { "\($0.path) \($0.rule)" })
  }

  @Test func aPrintedNumberIsReadAsPrinted() throws {
    let (quantity, broken) = read(.init(text: "8亿多", unit: "元", nature: .expected))
    #expect(broken.isEmpty)
    let message = try #require(quantity).message
    #expect(message.text == "8亿多")
    #expect(message.unit == "元")
    #expect(message.nature == .expected)
    #expect(message.low == CommonMessages.Decimal(unscaled: 800_000_000))
    #expect(message.high == CommonMessages.Decimal(unscaled: 900_000_000))
    #expect(message.highOpen)
    #expect(message.value == nil)
  }

  @Test func aMessageGivesBackItsQuantity() throws {
    for text in ["810亿元", "1.2万余件", "近80人", "600家", "8%"] {
      let quantity = try Measures.Quantity(parsing: text)
      #expect(read(quantity.message).0 == quantity)
    }
  }

  @Test func aValueWithoutTextCountsExactly() throws {
    let (quantity, broken) = read(.init(value: .init(unscaled: 825, scale: 1), unit: "%"))
    #expect(broken.isEmpty)
    #expect(quantity?.interval.isPoint == true)
    #expect(quantity?.value == (try ExactDecimal(unscaled: 825, scale: 1)))
  }

  @Test(arguments: [
    (CommonMessages.Quantity(), "q.text quantity.empty"),
    (.init(text: "82个", unit: "头"), "q.unit quantity.unit"),
    (.init(text: "2l家"), "q.text quantity.letter_in_number"),
    (.init(text: "2 3亿元"), "q.text quantity.unreadable"),
    (.init(text: "82个", value: .init(unscaled: 28)), "q quantity.disagrees"),
    (.init(text: "82个", nature: .unrecognized(9)), "q.nature quantity.nature"),
    (.init(value: .init(unscaled: 8, scale: 19), unit: "元"), "q.text quantity.empty"),
    (.init(value: .init(unscaled: 8), unit: "亿元"), "q.text quantity.empty"),
  ])
  func wrongQuantitiesAreRefused(message: CommonMessages.Quantity, rule: String) {
    let (quantity, broken) = read(message)
    #expect(quantity == nil)
    #expect(broken == [rule])
  }

  @Test func naturesGoBothWays() {
    for nature in Measures.Nature.allCases {
      #expect(Measures.Nature(nature.message) == nature)
    }
    #expect(Measures.Nature(CommonMessages.Nature.unspecified) == nil)
  }
}
