// Records for tests: those of the 2013 work report of Guangxi as the demonstration data has them, and
// an invented federation with nothing recorded.

package import CommonMessages
internal import Measures
internal import RegistryMessages
internal import StatisticsMessages

package enum Sample {
  /// A printed number as a message.
  package static func quantity(
    _ text: String, _ nature: CommonMessages.Nature = .actual
  ) -> CommonMessages.Quantity {
    guard let read = try? Measures.Quantity(parsing: text) else {
      return CommonMessages.Quantity(text: text, nature: nature)
    }
    var message = message(read)
    message.nature = nature
    return message
  }

  static func message(_ quantity: Measures.Quantity) -> CommonMessages.Quantity {
    CommonMessages.Quantity(
      text: quantity.text, value: quantity.value.map(decimal),
      low: quantity.interval.low.map(decimal), high: quantity.interval.high.map(decimal),
      lowOpen: quantity.interval.lowOpen, highOpen: quantity.interval.highOpen,
      unit: quantity.unit.symbol, nature: quantity.nature == .plan ? .plan : .actual)
  }

  static func value(_ message: CommonMessages.Quantity) -> Measures.Quantity? {
    try? Measures.Quantity(
      parsing: message.text, unit: MeasureUnit(message.unit))
  }

  private static func decimal(_ value: ExactDecimal) -> CommonMessages.Decimal {
    CommonMessages.Decimal(unscaled: value.unscaled, scale: UInt32(value.scale))
  }

  private static func stated(
    _ code: String, _ label: String, place: String, period: String, channel: String = "",
    indicator: String = "", sector: String = "", kind: StatedKind = .value, _ text: String,
    nature: CommonMessages.Nature = .actual, note: String = ""
  ) -> StatedFigure {
    StatedFigure(
      code: code, label: label, placeCode: place, period: period, channelCode: channel,
      indicatorCode: indicator, sector: sector, kind: kind, quantity: quantity(text, nature),
      provenance: Provenance(document: "广西联社2013年工作情况", sentence: "示例原句。", note: note))
  }

  /// The register.
  package static var registry: MemoryRegistry {
    var registry = MemoryRegistry()
    registry.places = [
      ("450000", "广西壮族自治区", ""), ("450400", "梧州市", "450000"), ("450700", "钦州市", "450000"),
      ("450900", "玉林市", "450000"), ("450923", "博白县", "450900"), ("990000", "示例省", ""),
    ]
    registry.federations = [
      Federation(
        code: "450000", name: "广西壮族自治区二轻城镇集体工业联合社", level: .province,
        placeCode: "450000"),
      Federation(
        code: "450700", name: "钦州市联社", level: .city, placeCode: "450700", parentCode: "450000",
        funding: .fiscal),
      Federation(
        code: "450900", name: "玉林市联社", level: .city, placeCode: "450900", parentCode: "450000",
        funding: .fiscal),
      Federation(
        code: "450923", name: "博白县联社", level: .county, placeCode: "450923",
        parentCode: "450900"),
      Federation(code: "990000", name: "示例省联社", level: .province, placeCode: "990000"),
    ]
    registry.stated = [
      stated(
        "gx-2006-federations", "自治区、市、县三级联社个数", place: "450000", period: "2006", "82个",
        note: "原文写“目前”，未写年份"),
      stated(
        "gx-2006-federations-fiscal-share", "三级联社中财政拨款的比重", place: "450000", period: "2006",
        kind: .share, "78%"),
      stated(
        "gx-2013-qinzhou-new-members", "钦州市吸纳联社新成员企业数", place: "450700", period: "2013", "11家"),
    ]
    return registry
  }

  /// Statistics of the documents.
  package static var statistics: MemoryStatistics {
    var records = MemoryStatistics()
    records.channels = [
      Channel(code: "bureau", nameZh: "统计局规上"), Channel(code: "collective", nameZh: "联社传统城镇集体"),
      Channel(code: "region", nameZh: "特色区域"), Channel(code: "industry", nameZh: "全行业"),
    ]
    records.indicators = [
      Indicator(code: "gross_output", nameZh: "工业总产值", unit: "元", kind: .flow),
      Indicator(code: "export_delivery", nameZh: "出口交货值", unit: "元", kind: .flow),
      Indicator(code: "tax_paid", nameZh: "上缴税金", unit: "元", kind: .flow),
      Indicator(code: "enterprise_count", nameZh: "企业数", unit: "家", kind: .stock),
      Indicator(code: "sales_rate", nameZh: "产品销售率", unit: "%", kind: .rate),
    ]
    addTotals(to: &records)
    addStatements(to: &records)
    return records
  }

  private static func addTotals(to records: inout MemoryStatistics) {
    records.record(
      "450000", "bureau", "2006", ["gross_output": "145亿元", "export_delivery": "32亿元"],
      scope: "全部国有及年主营业务收入500万元及以上的非国有")
    records.record(
      "450000", "region", "2006", ["gross_output": "25亿元", "export_delivery": "16亿元"])
    records.record(
      "450000", "industry", "2006", ["gross_output": "558亿元"], nature: .expected)
    records.record(
      "450000", "bureau", "2013", ["gross_output": "810亿元", "export_delivery": "48亿元"],
      scope: "年主营业务收入2000万元及以上")
    records.record("450000", "collective", "2013", ["gross_output": "48亿元"])
    records.record("450000", "region", "2013", ["gross_output": "200亿元"])
    records.record(
      "450900", "industry", "2014", ["gross_output": "208亿元", "tax_paid": "6.4亿元"],
      nature: .expected)
    records.record(
      "450900", "industry", "2014", ["enterprise_count": "600家", "gross_output": "67亿元"],
      sector: "工艺美术", nature: .expected)
  }

  private static func addStatements(to records: inout MemoryStatistics) {
    let growths: [(String, String, String, String)] = [
      ("bureau", "gross_output", "2013", "8%"), ("bureau", "export_delivery", "2013", "29%"),
      ("collective", "gross_output", "2013", "19%"), ("region", "gross_output", "2013", "21%"),
      ("bureau", "gross_output", "2006", "32%"), ("collective", "gross_output", "2006", "10%"),
    ]
    records.stated = growths.map { channel, indicator, period, text in
      stated(
        "gx-\(period)-\(channel)-\(indicator)", "增速", place: "450000", period: period,
        channel: channel, indicator: indicator, kind: .growth, text)
    }
    records.stated += [
      stated(
        "yulin-2014-output", "玉林市全行业工业总产值同比增长", place: "450900", period: "2014",
        channel: "industry", indicator: "gross_output", kind: .growth, "8%", nature: .expected),
      stated(
        "wuzhou-profit-tax", "梧州市全行业年创利税", place: "450400", period: "2004-01/2006-12",
        channel: "industry", indicator: "profit_tax", "4000万元", note: "原文没有写是哪一年"),
    ]
    records.targets = ["bureau": "10%", "collective": "8%", "region": "10%"].sorted {
      $0.key < $1.key
    }.map { channel, rate in
      Target(
        id: "target-\(channel)", placeCode: "450000", channelCode: channel,
        indicatorCode: "gross_output", period: "2014", kind: .growth, quantity: quantity(rate))
    }
    records.targets.append(
      Target(
        id: "target-2010", placeCode: "450000", channelCode: "region",
        indicatorCode: "gross_output", period: "2010", kind: .absolute,
        quantity: quantity("突破100亿元"), provenance: Provenance(note: "原文写的是“产值规模”")))
    records.quarantine = [
      QuarantineItem(
        id: "q1", channelCode: "collective", placeCode: "450000", period: "2006",
        indicatorCode: "gross_output", printedText: "2 3亿", rule: "unreadable",
        reasonZh: "数字中间有间隔，无法确定原意",
        candidates: [
          QuarantineCandidate(quantity: quantity("23亿元"), rationaleZh: "间隔是误印"),
          QuarantineCandidate(quantity: quantity("2.3亿元"), rationaleZh: "漏印小数点"),
        ], state: .open, provenance: Provenance(document: "创新工作思路 促进行业发展"))
    ]
  }
}
