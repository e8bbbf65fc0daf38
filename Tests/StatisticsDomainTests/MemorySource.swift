// What is recorded, as plain lists: the domain's engine is tested without a database.

internal import Measures
internal import StatisticsDomain

/// One observation of a report, flat.
struct Recorded {
  var key: ReportKey
  var indicatorCode: String
  var quantity: Quantity
  /// Sector of the unit's profile.
  var unitSector = ""
}

struct MemorySource: FigureSource {
  var catalogue = Fixture.catalogue
  var places = Fixture.places
  var records: [Recorded] = []
  var open: [(ReportKey, String, OpenItem)] = []
  var stated: [StatedFigure] = []
  var targets: [Target] = []
  var revisedAfter: Int64 = 0

  func view(on day: CalendarDate) throws -> PlaceView { places.view(on: day) }

  func cells(_ scope: CellScope, period: Period, places: Set<String>) throws -> [Cell] {
    var cells: [String: Cell] = [:]
    let indicator = try catalogue.indicator(scope.indicatorCode)
    for record in records
    where record.key.channelCode == scope.channelCode && record.key.nature == scope.nature
      && record.indicatorCode == scope.indicatorCode && record.key.period == period
    {
      let key = record.key
      let sector = key.coverage == .unit ? record.unitSector : key.sector
      let id = "\(key.placeCode)/\(key.coverage)/\(sector)"
      let sum = try CellSum(record.quantity, of: indicator)
      let before = cells[id]?.sum ?? .zero
      let added = try before.adding(sum)
      cells[id] = Cell(
        placeCode: key.placeCode, coverage: key.coverage, sector: sector, sum: added,
        text: added.count == 1 ? record.quantity.text : nil)
    }
    return Array(cells.values)
  }

  func cells(_ scope: CellScope, year: Int, places: Set<String>) throws -> [Period: [Cell]] {
    var found: [Period: [Cell]] = [:]
    for period in Set(records.map(\.key.period)) where period.firstDay.year == year {
      found[period] = try cells(scope, period: period, places: places)
    }
    return found.filter { !$0.value.isEmpty }
  }

  func openItems(_ scope: CellScope, period: Period) throws -> [OpenItem] {
    open.filter {
      $0.0.channelCode == scope.channelCode && $0.0.nature == scope.nature
        && $0.1 == scope.indicatorCode && $0.0.period == period
    }.map(\.2)
  }

  func statedFigure(_ code: String) throws -> StatedFigure? { stated.first { $0.code == code } }

  func target(_ subject: FigureSubject) throws -> Target? {
    targets.first { $0.subject == subject }
  }

  func isRevised(_ contributions: [Contribution], after time: Int64) throws -> Bool {
    revisedAfter > time
  }
}

enum Fixture {
  static let indicators = [
    Indicator(
      code: "gross_output", chinese: "工业总产值", english: "Gross output", unit: .yuan, scale: 2,
      kind: .flow),
    Indicator(
      code: "export_delivery", chinese: "出口交货值", english: "Export delivery", unit: .yuan,
      scale: 2, kind: .flow, partOf: "gross_output"),
    Indicator(
      code: "tax_paid", chinese: "上缴税金", english: "Tax paid", unit: .yuan, scale: 2, kind: .flow),
    Indicator(
      code: "profit_total", chinese: "利润总额", english: "Total profits", unit: .yuan, scale: 2,
      kind: .flow, mayBeNegative: true),
    Indicator(
      code: "enterprise_count", chinese: "企业数", english: "Enterprises", unit: unit("家"), scale: 0,
      kind: .stock),
    Indicator(
      code: "employee_count", chinese: "从业人员", english: "Employees", unit: unit("人"), scale: 0,
      kind: .stock),
    Indicator(
      code: "sales_rate", chinese: "产品销售率", english: "Sales rate", unit: .percent, scale: 2,
      kind: .rate),
  ]

  static let catalogue = Catalogue(
    indicators: indicators,
    channels: ["bureau": "统计局规上", "collective": "联社传统城镇集体", "region": "特色区域", "industry": "全行业"]
      .sorted { $0.key < $1.key }.map {
        Channel(code: $0.key, chinese: $0.value, english: $0.key, description: "")
      },
    forms: ["bureau", "collective", "region", "industry"].flatMap { channel in
      [Period.Kind.month, .quarter, .half, .year].map { kind in
        Form(
          code: "\(channel)-\(kind.rawValue)", chinese: "报表", channelCode: channel,
          indicatorCodes: indicators.map(\.code), periodKind: kind, dueDays: 10)
      }
    })

  static let places = PlaceTree([
    place("450000", "广西壮族自治区", .province, nil),
    place("450100", "南宁市", .prefecture, "450000"),
    place("450126", "宾阳县", .county, "450100"),
    place("450300", "桂林市", .prefecture, "450000"),
    place("450331", "荔浦县", .county, "450300", to: "2018-08-01", successor: "450381"),
    place("450381", "荔浦市", .county, "450300", from: "2018-08-01"),
    place("450900", "玉林市", .prefecture, "450000"),
    place("450923", "博白县", .county, "450900"),
    place("450981", "北流市", .county, "450900"),
  ])

  static func place(
    _ code: String, _ name: String, _ level: PlaceLevel, _ parent: String?, from: String? = nil,
    to: String? = nil, successor: String? = nil
  ) -> PlaceFact {
    PlaceFact(
      code: code, name: name, level: level, parentCode: parent,
      validFrom: from.flatMap { try? CalendarDate(parsing: $0) },
      validTo: to.flatMap { try? CalendarDate(parsing: $0) }, successorCode: successor)
  }

  static func unit(_ symbol: String) -> MeasureUnit { MeasureUnit(symbol) ?? .none }

  static func indicator(_ code: String) throws -> Indicator { try catalogue.indicator(code) }

  static func key(
    _ place: String, _ period: String, _ coverage: Coverage = .whole, channel: String = "bureau",
    sector: String = "", nature: Nature = .actual, unit: String = ""
  ) throws -> ReportKey {
    let period = try Period(parsing: period)
    return ReportKey(
      formCode: "\(channel)-\(Form.kind(for: period).rawValue)", channelCode: channel,
      period: period, nature: nature, sector: sector, coverage: coverage, placeCode: place,
      unitID: unit)
  }

  static func record(
    _ key: ReportKey, _ indicator: String, _ printed: String, unitSector: String = ""
  ) throws -> Recorded {
    let quantity = try Quantity(
      parsing: printed, unit: try self.indicator(indicator).unit, nature: key.nature)
    return Recorded(
      key: key, indicatorCode: indicator, quantity: quantity, unitSector: unitSector)
  }

  static func decimal(_ text: String) throws -> ExactDecimal { try ExactDecimal(parsing: text) }

  static func target(
    _ place: String, _ channel: String, _ indicator: String, _ period: String,
    _ kind: TargetKind, _ printed: String, createTime: Int64 = 100
  ) throws -> Target {
    let unit = kind == .growth ? .percent : try self.indicator(indicator).unit
    return Target(
      id: "t-\(channel)-\(period)", placeCode: place, channelCode: channel,
      indicatorCode: indicator, sector: "", period: try Period(parsing: period), kind: kind,
      quantity: try Quantity(parsing: printed, unit: unit, nature: .plan), basePeriod: nil,
      source: Source(document: "工作总结"), revision: 1, createTime: createTime,
      recordTime: createTime, recordedBy: "tester")
  }
}
