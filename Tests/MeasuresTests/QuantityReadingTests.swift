internal import Measures
internal import Testing

struct QuantityReadingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let unit: String
    let value: String?
    let interval: String
    let kept: String
    var testDescription: String { text }

    init(_ text: String, _ unit: String, _ value: String?, _ interval: String, _ kept: String) {
      self.text = text
      self.unit = unit
      self.value = value
      self.interval = interval
      self.kept = kept
    }
  }

  /// The numbers of the source documents, and the forms of words around them.
  static let printed: [Case] = [
    Case("810亿元", "元", "81000000000", "[809.5亿, 810.5亿)", "810亿"),
    Case("145亿元", "元", "14500000000", "[144.5亿, 145.5亿)", "145亿"),
    Case("6.4亿元", "元", "640000000", "[6.35亿, 6.45亿)", "6.4亿"),
    Case("209.7万元", "元", "2097000", "[209.65万, 209.75万)", "209.7万"),
    Case("750万元", "元", "7500000", "[749.5万, 750.5万)", "750万"),
    Case("1.2万余件", "件", nil, "[1.2万, 1.3万)", "1.2万余"),
    Case("8亿多元", "元", nil, "[8亿, 9亿)", "8亿多"),
    Case("8亿元多", "元", nil, "[8亿, 9亿)", "8亿多"),
    Case("10亿多元", "元", nil, "[10亿, 11亿)", "10亿多"),
    Case("10多亿元", "元", nil, "[10亿, 20亿)", "10多亿"),
    Case("20余亿元", "元", nil, "[20亿, 30亿)", "20余亿"),
    Case("5000多万元", "元", nil, "[5000万, 6000万)", "5000多万"),
    Case("1000多万元", "元", nil, "[1000万, 2000万)", "1000多万"),
    Case("近80人", "人", nil, "(70, 80)", "近80"),
    Case("近千件", "件", nil, "(900, 1000)", "近千"),
    Case("近亿元", "元", nil, "(9000万, 1亿)", "近亿"),
    Case("近50万人", "人", nil, "(40万, 50万)", "近50万"),
    Case("3000多人", "人", nil, "[3000, 4000)", "3000多"),
    Case("几十家", "家", nil, "[20, 100)", "几十"),
    Case("数百家", "家", nil, "[200, 1000)", "数百"),
    Case("几家", "家", nil, "[2, 10)", "几"),
    Case("十几家", "家", nil, "[11, 20)", "十几"),
    Case("30几万人", "人", nil, "[31万, 40万)", "30几万"),
    Case("三四十家", "家", nil, "[30, 40]", "三四十"),
    Case("两三家", "家", nil, "[2, 3]", "两三"),
    Case("上百人次", "人次", nil, "[100, inf)", "上百"),
    Case("上百人次以上", "人次", nil, "[100, inf)", "上百以上"),
    Case("上万件", "件", nil, "[1万, inf)", "上万"),
    Case("过万件", "件", nil, "(1万, inf)", "过万"),
    Case("100余处", "处", nil, "[100, 200)", "100余"),
    Case("百余家", "家", nil, "[100, 200)", "百余"),
    Case("万余件", "件", nil, "[1万, 2万)", "万余"),
    Case("10余次", "次", nil, "[10, 20)", "10余"),
    Case("8万余人次", "人次", nil, "[8万, 9万)", "8万余"),
    Case("30000余条", "条", nil, "[30000, 40000)", "30000余"),
    Case("90多吨", "吨", nil, "[90, 100)", "90多"),
    Case("6个多月", "个月", nil, "[6, 7)", "6多"),
    Case("10多个月", "个月", nil, "[10, 20)", "10多"),
    Case("超过15亿元", "元", nil, "(15亿, inf)", "超过15亿"),
    Case("突破100亿元", "元", nil, "(100亿, inf)", "突破100亿"),
    Case("15亿元以上", "元", nil, "[15亿, inf)", "15亿以上"),
    Case("90%以上", "%", nil, "[90, inf)", "90以上"),
    Case("达90%以上", "%", nil, "[90, inf)", "达90以上"),
    Case("不足100家", "家", nil, "[0, 100)", "不足100"),
    Case("不足5%", "%", nil, "(-inf, 5)", "不足5"),
    Case("不超过60日", "日", nil, "(-inf, 60]", "不超过60"),
    Case("100家以内", "家", nil, "[0, 100]", "100以内"),
    Case("约80人", "人", "80", "[70, 90]", "约80"),
    Case("3000人左右", "人", "3000", "[2000, 4000]", "3000左右"),
    Case("约1万件", "件", "10000", "[0.9万, 1.1万]", "约1万"),
    Case("约1万余件", "件", nil, "[0.9万, 2万)", "约1万余"),
    Case("5个", "个", "5", "[5, 5]", "5"),
    Case("600家", "家", "600", "[600, 600]", "600"),
    Case("28万人", "人", "280000", "[27.5万, 28.5万)", "28万"),
    Case("12人次", "人次", "12", "[12, 12]", "12"),
    Case("五批", "批", "5", "[5, 5]", "五"),
    Case("两次", "次", "2", "[2, 2]", "两"),
    Case("十二项", "项", "12", "[12, 12]", "十二"),
    Case("一百零五家", "家", "105", "[105, 105]", "一百零五"),
    Case("三千二百人", "人", "3200", "[3200, 3200]", "三千二百"),
    Case("两万五千人", "人", "25000", "[24500, 25500)", "两万五千"),
    Case("两万五千元", "元", "25000", "[24500, 25500)", "两万五千"),
    Case("两万五元", "元", "25000", "[24500, 25500)", "两万五"),
    Case("1亿2000万元", "元", "120000000", "[11999.5万, 12000.5万)", "1亿2000万"),
    Case("十五亿元", "元", "1500000000", "[14.5亿, 15.5亿)", "十五亿"),
    Case("三点五亿元", "元", "350000000", "[3.45亿, 3.55亿)", "三点五亿"),
    Case("二〇一三年", "年", "2013", "[2012.5, 2013.5)", "二〇一三"),
    Case("78%", "%", "78", "[77.5, 78.5)", "78"),
    Case("22.5%", "%", "22.5", "[22.45, 22.55)", "22.5"),
    Case("百分之七十八", "%", "78", "[77.5, 78.5)", "百分之七十八"),
    Case("百分之3.5", "%", "3.5", "[3.45, 3.55)", "百分之3.5"),
    Case("-3.2%", "%", "-3.2", "(-3.25, -3.15]", "-3.2"),
    Case("2.5个百分点", "个百分点", "2.5", "[2.45, 2.55)", "2.5"),
    Case("１２３家", "家", "123", "[123, 123]", "123"),
    Case("８．５亿元", "元", "850000000", "[8.45亿, 8.55亿)", "8.5亿"),
    Case("1,234,567元", "元", "1234567", "[1234566.5, 1234567.5)", "1234567"),
    Case("810 亿元", "元", "81000000000", "[809.5亿, 810.5亿)", "810亿"),
    Case("5至8万元", "元", nil, "[5万, 8万]", "5至8万"),
    Case("50万元至80万元", "元", nil, "[50万, 80万]", "50万至80万"),
    Case("3%-5%", "%", nil, "[3, 5]", "3-5"),
    Case("8000～1.2万件", "件", nil, "[8000, 12000]", "8000~1.2万"),
    Case("三至十五万元", "元", nil, "[3万, 15万]", "三至十五万"),
    Case("三至五百万元", "元", nil, "[300万, 500万]", "三至五百万"),
    Case("三至二十万元", "元", nil, "[3万, 20万]", "三至二十万"),
    Case("二十至三十万元", "元", nil, "[20万, 30万]", "二十至三十万"),
    Case("5千至1万元", "元", nil, "[5000, 1万]", "5千至1万"),
    Case("三至五千家", "家", nil, "[3000, 5000]", "三至五千"),
    Case("二至三千五百家", "家", nil, "[2000, 3500]", "二至三千五百"),
    Case("一至十五家", "家", nil, "[1, 15]", "一至十五"),
    Case("1至1亿2000万元", "元", nil, "[1亿, 12000万]", "1至1亿2000万"),
    Case("2至3万5千元", "元", nil, "[2万, 35000]", "2至3万5千"),
    Case("0家", "家", "0", "[0, 0]", "0"),
    Case("0%", "%", "0", "(-0.5, 0.5)", "0"),
    Case("100万亿元", "元", "100000000000000", "[99.5万亿, 100.5万亿)", "100万亿"),
  ]

  @Test(arguments: printed)
  func everyPrintedFormIsRead(_ item: Case) throws {
    let quantity = try Quantity(parsing: item.text)
    #expect(try quantity.unit == unit(item.unit))
    #expect(quantity.text == item.kept)
    #expect(try quantity.value == item.value.map(decimal))
    let expected = item.interval.replacing("万亿", with: "0000亿")
    if expected == item.interval {
      #expect(try quantity.interval == interval(item.interval))
    }
  }

  @Test(arguments: printed)
  func whatIsPrintedReadsBackAsTheSameQuantity(_ item: Case) throws {
    let quantity = try Quantity(parsing: item.text)
    let again = try Quantity(parsing: quantity.printed)
    #expect(again == quantity, "\(quantity.printed)")
    #expect(again.printed == quantity.printed)
  }

  @Test(arguments: [
    ("1.2万余件", "1.2万余件"), ("15亿元以上", "15亿元以上"), ("６００家", "600家"), ("6个多月", "6个多月"),
    ("10多个月", "10多个月"), ("百分之七十八", "百分之七十八"), ("50万元至80万元", "50万至80万元"),
    ("上百人次以上", "上百人次以上"), ("8亿元多", "8亿多元"),
  ])
  func printingPutsTheUnitWhereChineseHasIt(_ text: String, _ printed: String) throws {
    #expect(try Quantity(parsing: text).printed == printed)
  }

  @Test func aMissingUnitIsTakenFromTheColumn() throws {
    let value = try Quantity(parsing: "810", unit: unit("亿元"))
    #expect(value.text == "810亿")
    #expect(try value.value == decimal("81000000000"))
    #expect(try Quantity(parsing: "8多", unit: unit("亿元")).printed == "8多亿元")
    #expect(try Quantity(parsing: "5-8", unit: unit("万元")).interval == interval("[5万, 8万]"))
    #expect(try Quantity(parsing: "15以上", unit: unit("亿元")).printed == "15亿元以上")
    #expect(try Quantity(parsing: "67亿", unit: .yuan).printed == "67亿元")
    #expect(try Quantity(parsing: "185名", unit: unit("人")).unit == unit("人"))
  }

  @Test(arguments: [
    ("2l家", Reading.Rule.letterInNumber), ("20l3", .letterInNumber), ("1O0家", .letterInNumber),
    ("", .empty), ("   ", .empty), ("许多", .notANumber), ("家", .notANumber), ("5朵", .unknownUnit),
    ("近80人以上", .conflictingWords), ("不足100家以上", .conflictingWords), ("8至5家", .reversedRange),
    ("近-5%", .conflictingWords), ("99999999999999亿元", .overflow),
    (String(repeating: "1", count: 65), .tooLong), ("五五开", .unknownUnit),
    ("1万23", .notANumber), ("三百百", .unknownUnit), ("12..", .unknownUnit),
  ])
  func whatIsWrongNamesItsRule(_ text: String, _ rule: Reading.Rule) {
    guard case .invalid(let reason) = Quantity.read(text) else {
      Issue.record("\(text) was read: \(Quantity.read(text))")
      return
    }
    #expect(reason.rule == rule)
    #expect(!reason.chinese.isEmpty && !reason.english.isEmpty)
  }

  @Test func aUnitOtherThanTheExpectedIsRefused() throws {
    guard case .invalid(let reason) = Quantity.read("5家", unit: .yuan) else {
      Issue.record("5家 was taken for money")
      return
    }
    #expect(reason.rule == .unitMismatch)
  }

  @Test func separatedDigitsGiveCandidates() throws {
    guard case .unreadable(let reason, let candidates) = Quantity.read("2 3亿元") else {
      Issue.record("2 3亿元 was not doubted")
      return
    }
    #expect(reason.rule == .unreadable)
    #expect(candidates.map(\.quantity.printed) == ["23亿元", "2.3亿元"])
    #expect(candidates[0].rationaleChinese.contains("23"))
    #expect(candidates[1].rationaleEnglish.contains("2.3"))
  }

  @Test(arguments: [
    ("2 3亿", ["23亿", "2.3亿"]), ("2。3亿", ["23亿", "2.3亿"]), ("2,3亿", ["23亿", "2.3亿"]),
    ("1 2 3家", ["123", "1.23", "12.3"]), ("1.2.3亿", ["1.23亿"]), ("2、3亿", ["23亿", "2.3亿"]),
    ("12 345家", ["12345", "12.345"]), ("1 2 3 4 5家", []),
  ])
  func everyKindOfGapIsDoubted(_ text: String, _ texts: [String]) {
    guard case .unreadable(_, let candidates) = Quantity.read(text) else {
      Issue.record("\(text): \(Quantity.read(text))")
      return
    }
    #expect(candidates.map(\.quantity.text) == texts)
  }

  @Test func aMultiplierInTextAndColumnIsDoubted() throws {
    guard case .unreadable(let reason, let candidates) = try Quantity.read("810亿", unit: unit("亿元"))
    else {
      Issue.record("810亿 in 亿元 was not doubted")
      return
    }
    #expect(reason.rule == .doubledMultiplier)
    #expect(candidates.map(\.quantity.printed) == ["810亿元"])
  }

  @Test func noTextTrapsTheReader() {
    var generator = SeededGenerator(seed: 11)
    let alphabet = Array("0123456789.,-+~ 至百千万亿十几数多余近约上超过不足以下左右个元家人月%分之两三点零l２．负")
    for _ in 0..<30_000 {
      let length = Int.random(in: 0...12, using: &generator)
      let text = String((0..<length).compactMap { _ in alphabet.randomElement(using: &generator) })
      if case .readable(let quantity) = Quantity.read(text) {
        if let value = quantity.value { #expect(quantity.interval.contains(value)) }
        #expect(
          Quantity.read(quantity.printed, unit: quantity.unit).quantity == quantity, "\(text)")
      }
    }
  }
}
