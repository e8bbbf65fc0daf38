// Statistics that live in memory, behind the typed client: whole reports in, figures out. Only what a
// report of the gateway asks for.

package import CommonMessages
internal import Measures
internal import RPC
package import StatisticsMessages

/// Records and the figures that follow from them.
package struct MemoryStatistics: Sendable {
  package var channels: [Channel] = []
  package var indicators: [Indicator] = []
  package var reports: [Report] = []
  package var stated: [StatedFigure] = []
  package var targets: [Target] = []
  package var quarantine: [QuarantineItem] = []
  package var differences: [Difference] = []

  package init() {}

  /// Adds a report on the whole of a place. Values are as printed: "810亿元".
  package mutating func record(
    _ place: String, _ channel: String, _ period: String, _ values: KeyValuePairs<String, String>,
    sector: String = "", nature: CommonMessages.Nature = .actual, scope: String = ""
  ) {
    let observations = values.map { indicator, text in
      Observation(indicatorCode: indicator, quantity: Sample.quantity(text, nature))
    }
    reports.append(
      Report(
        id: "report-\(reports.count + 1)", channelCode: channel, period: period, coverage: .whole,
        placeCode: place, sector: sector, nature: nature, observations: observations,
        scopeNote: scope,
        provenance: Provenance(document: "示例文件", sentence: "示例原句\(reports.count + 1)。")))
  }

  /// A channel that answers what the gateway asks.
  package func channel() -> FakeChannel {
    let fake = FakeChannel()
    let records = self
    fake.on(StatisticsServiceMethods.listChannels) { _ in
      ListChannelsResponse(channels: records.channels)
    }
    fake.on(StatisticsServiceMethods.listForms) { _ in
      ListFormsResponse(forms: records.forms)
    }
    fake.on(StatisticsServiceMethods.listIndicators) { _ in
      ListIndicatorsResponse(indicators: records.indicators)
    }
    fake.on(StatisticsServiceMethods.listYears) { request in
      ListYearsResponse(years: records.years(of: request.placeCode))
    }
    fake.on(StatisticsMessages.StatedFigureServiceMethods.listStatedFigures) { request in
      let found = records.stated.filter {
        request.placeCode.isEmpty || $0.placeCode == request.placeCode
      }
      return ListStatedFiguresResponse(statedFigures: found)
    }
    fake.on(StatisticsServiceMethods.listTargets) { request in
      ListTargetsResponse(targets: records.targets.filter { $0.placeCode == request.placeCode })
    }
    fake.on(StatisticsServiceMethods.listQuarantineItems) { _ in
      ListQuarantineItemsResponse(items: records.quarantine)
    }
    fake.on(StatisticsServiceMethods.listDifferences) { _ in
      ListDifferencesResponse(differences: records.differences)
    }
    fake.on(StatisticsServiceMethods.listReports) { request in
      let prefix = Self.prefix(request.placeCode)
      let found = records.reports.filter {
        $0.placeCode.hasPrefix(prefix) && $0.period == request.period
          && (request.nature == .unspecified || $0.nature == request.nature)
      }
      return ListReportsResponse(reports: found)
    }
    fake.on(StatisticsServiceMethods.listPlaceTotals) { _ in ListPlaceTotalsResponse() }
    fake.on(StatisticsServiceMethods.batchGetFigures) { request in
      BatchGetFiguresResponse(figures: request.keys.map(records.figure), generation: 7)
    }
    fake.on(StatisticsServiceMethods.explainFigure) { request in
      ExplainFigureResponse(explanation: records.explanation(request.key))
    }
    return fake
  }

  private var forms: [Form] {
    channels.map { channel in
      Form(
        code: channel.code + "-year", channelCode: channel.code,
        indicatorCodes: indicators.map(\.code), periodKind: .year)
    }
  }

  private func years(of place: String) -> [String] {
    let found =
      reports.filter { $0.placeCode == place }.map(\.period)
      + stated.filter { $0.placeCode == place }.map(\.period)
    return Set(found.filter { $0.count == 4 }).sorted()
  }

  private static func prefix(_ code: String) -> String {
    var prefix = Substring(code)
    while prefix.hasSuffix("00") { prefix = prefix.dropLast(2) }
    return String(prefix)
  }

  // MARK: Figures

  private struct Subject {
    var kind = ""
    var place = ""
    var channel = ""
    var indicator = ""
    var period = ""
    var sector = ""
    var nature = CommonMessages.Nature.actual

    init(_ key: String) {
      let halves = key.split(separator: "?", maxSplits: 1).map(String.init)
      let parts = halves[0].split(separator: "/", maxSplits: 4).map(String.init)
      guard parts.count == 5 else { return }
      (kind, place, channel, indicator, period) = (parts[0], parts[1], parts[2], parts[3], parts[4])
      for option in halves.dropFirst().flatMap({ $0.split(separator: "&") }) {
        if option.hasPrefix("sector=") { sector = String(option.dropFirst(7)) }
        if option == "nature=expected" { nature = .expected }
        if option == "nature=preliminary" { nature = .preliminary }
      }
    }
  }

  package func figure(_ key: String) -> Figure {
    let subject = Subject(key)
    var notes: [String] = []
    var value: Measures.Quantity?
    var printed: String?
    switch subject.kind {
    case "total": value = total(subject)
    case "growth":
      guard let year = Int(subject.period) else { break }
      var before = subject
      before.period = "\(year - 1)"
      if let now = total(subject), let base = total(before) {
        let growth = try? Growth(current: now, base: base)
        value = growth?.rate
        printed = growth?.printed
      }
      if value == nil { notes = ["无\(year - 1)年记录"] }
    case "target": (value, notes) = target(subject)
    default: break
    }
    guard let value else {
      return Figure(key: key, mark: .notRecorded, printed: "未统计", notes: notes, generation: 7)
    }
    return Figure(
      key: key, mark: .computed, quantity: Sample.message(value), printed: printed ?? value.printed,
      printedUnit: printed == nil ? "" : "%", recordCount: 1, notes: notes, generation: 7,
      label: key)
  }

  private func total(_ subject: Subject) -> Measures.Quantity? {
    let report = reports.first { report in
      report.placeCode == subject.place && report.channelCode == subject.channel
        && report.period == subject.period && report.sector == subject.sector
        && report.nature == subject.nature
        && report.observations.contains { $0.indicatorCode == subject.indicator }
    }
    let found = report?.observations.first { $0.indicatorCode == subject.indicator }
    return found?.quantity.flatMap { Sample.value($0) }
  }

  private func target(_ subject: Subject) -> (Measures.Quantity?, [String]) {
    guard
      let target = targets.first(where: {
        $0.placeCode == subject.place && $0.channelCode == subject.channel
          && $0.indicatorCode == subject.indicator && $0.period == subject.period
      }), let quantity = target.quantity.flatMap({ Sample.value($0) })
    else { return (nil, []) }
    guard target.kind == .growth, let year = Int(subject.period) else { return (quantity, []) }
    var base = subject
    base.period = "\(year - 1)"
    guard let from = total(base), let rate = quantity.value else {
      return (nil, ["基期\(year - 1)年未统计"])
    }
    return (try? from.grown(byPercent: rate), [])
  }

  private func explanation(_ key: String) -> FigureExplanation {
    let subject = Subject(key)
    let found = reports.filter { report in
      report.placeCode == subject.place && report.channelCode == subject.channel
        && report.period == subject.period
    }
    let records = found.flatMap { report in
      report.observations.filter { $0.indicatorCode == subject.indicator }.map { observation in
        FigureRecord(
          recordType: "report", recordId: report.id, revision: 1,
          indicatorCode: observation.indicatorCode, quantity: observation.quantity,
          placeCode: report.placeCode, coverage: .whole, period: report.period,
          provenance: report.provenance, recordedBy: "operator",
          recordTime: "2026-01-02T03:04:05Z")
      }
    }
    return FigureExplanation(
      figure: figure(key), formulaZh: "整体报表所载", formulaEn: "From a whole report.",
      records: records, totalSize: UInt64(records.count))
  }
}
