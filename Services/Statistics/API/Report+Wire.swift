// Reports between the wire and the domain.

internal import CommonMessages
internal import Measures
internal import ServiceAPI
internal import StatisticsDomain
internal import StatisticsMessages
internal import Storage

extension Coverage {
  init?(_ message: CoverageMessage) {
    switch message {
    case .unit: self = .unit
    case .whole: self = .whole
    case .remainder: self = .remainder
    case .unspecified, .unrecognized: return nil
    }
  }

  var message: CoverageMessage {
    switch self {
    case .unit: .unit
    case .whole: .whole
    case .remainder: .remainder
    }
  }
}

extension ReportState {
  var message: ReportStateMessage {
    switch self {
    case .accepted: .accepted
    case .withdrawn: .withdrawn
    }
  }
}

extension Source {
  init(_ message: ProvenanceMessage?) {
    self.init(
      document: message?.document ?? "", sentence: message?.sentence ?? "",
      note: message?.note ?? "")
  }

  /// Nil where nothing is said.
  var message: ProvenanceMessage? {
    isEmpty ? nil : ProvenanceMessage(document: document, sentence: sentence, note: note)
  }
}

extension UnitProfile {
  var message: UnitProfileMessage {
    UnitProfileMessage(
      name: name, placeCode: placeCode, sector: sector, industryCode: industryCode,
      industryEdition: industryEdition, ownershipCode: ownershipCode,
      federationCodes: federationCodes)
  }
}

extension Observation {
  var message: ObservationMessage {
    ObservationMessage(
      indicatorCode: indicatorCode, quantity: quantity.canonicalMessage, provenance: source.message)
  }
}

extension Report {
  var message: ReportMessage {
    ReportMessage(
      id: id, formCode: key.formCode, channelCode: key.channelCode,
      period: key.period.description, coverage: key.coverage.message, placeCode: key.placeCode,
      unitId: key.unitID, sector: key.sector, nature: key.nature.message,
      observations: observations.map(\.message), scopeNote: scopeNote,
      provenance: source.message, state: state.message, warnings: warnings, revision: revision,
      etag: ETag(revision: revision).description, createTime: Instant.text(createTime),
      updateTime: Instant.text(recordTime), recordedBy: recordedBy,
      unitProfile: profile?.message, reason: reason)
  }
}

extension ReportDraft {
  /// Reads the report of a request. Codes are looked up later; here is only what has no meaning.
  static func reading(
    _ message: ReportMessage, _ catalogue: Catalogue, violations: inout [Violation]
  ) -> ReportDraft? {
    let before = violations.count
    let period = try? Period(parsing: message.period)
    if period == nil {
      violations.append(
        Violation(
          path: "report.period", value: message.period, rule: "period.format",
          zh: "期别应为 2013、2013-H1、2013-Q1、2013-05 或 2018-01/2018-02",
          en: "a period is 2013, 2013-H1, 2013-Q1, 2013-05 or 2018-01/2018-02"))
    }
    let coverage = Coverage(message.coverage)
    if coverage == nil {
      violations.append(
        Violation(
          path: "report.coverage", value: "\(message.coverage.rawValue)",
          rule: "report.coverage", zh: "口径须是单位、整体或余额",
          en: "the coverage is unit, whole or remainder"))
    }
    let nature = Nature.reading(message.nature, path: "report.nature", violations: &violations)
    let entries = message.observations.enumerated().map { index, observation in
      entry(
        observation, nature, catalogue, path: "report.observations[\(index)]",
        violations: &violations)
    }
    guard violations.count == before, let period, let coverage else { return nil }
    let (channel, form) = names(message, period, catalogue)
    let key = ReportKey(
      formCode: form, channelCode: channel, period: period, nature: nature,
      sector: message.sector, coverage: coverage, placeCode: message.placeCode,
      unitID: message.unitId)
    return ReportDraft(
      key: key, entries: entries, scopeNote: message.scopeNote,
      source: Source(message.provenance))
  }

  /// The channel and form; one of them says the other where that one is left out.
  private static func names(
    _ message: ReportMessage, _ period: Period, _ catalogue: Catalogue
  ) -> (channel: String, form: String) {
    if !message.formCode.isEmpty {
      let form = try? catalogue.form(message.formCode)
      let channel = message.channelCode.isEmpty ? form?.channelCode : nil
      return (channel ?? message.channelCode, message.formCode)
    }
    let indicator = message.observations.first?.indicatorCode ?? ""
    let form = catalogue.form(
      channel: message.channelCode, indicator: indicator, period: period)
    return (message.channelCode, form?.code ?? "")
  }

  private static func entry(
    _ message: ObservationMessage, _ nature: Nature, _ catalogue: Catalogue, path: String,
    violations: inout [Violation]
  ) -> Entry {
    let quantity = message.quantity ?? QuantityMessage()
    let own = Nature(quantity.nature)
    if quantity.nature != .unspecified, own != nature {
      violations.append(
        Violation(
          path: "\(path).quantity.nature", value: "\(quantity.nature.rawValue)",
          rule: "quantity.nature", zh: "数值的性质与报表不同",
          en: "the value has another nature than the report"))
    }
    let printed = PrintedValue.text(
      quantity, path: "\(path).quantity", violations: &violations)
    return Entry(
      indicatorCode: message.indicatorCode, printed: printed,
      source: Source(message.provenance))
  }
}

extension Nature {
  /// Nothing said is actual, as in files and figure keys.
  static func reading(
    _ message: NatureMessage, path: String, violations: inout [Violation]
  ) -> Nature {
    if message == .unspecified { return .actual }
    if let nature = Nature(message) { return nature }
    violations.append(
      Violation(
        path: path, value: "\(message.rawValue)", rule: "quantity.nature", zh: "未知的性质",
        en: "the nature is not known"))
    return .actual
  }
}

/// The printed text of a value in a request, with its unit.
enum PrintedValue {
  static func text(
    _ message: QuantityMessage, path: String, violations: inout [Violation]
  ) -> String {
    let unit = MeasureUnit(message.unit)
    if !message.unit.isEmpty, unit == nil {
      violations.append(
        Violation(
          path: "\(path).unit", value: message.unit, rule: "quantity.unit", zh: "未知的单位",
          en: "the unit is not known"))
      return message.text
    }
    guard !message.text.isEmpty else {
      // A value without a text is exact: its digits are the text.
      guard let value = message.value.flatMap({ try? ExactDecimal($0) }) else {
        violations.append(
          Violation(
            path: "\(path).text", rule: "quantity.empty", zh: "应填所印数字",
            en: "give the printed number"))
        return ""
      }
      return Quantity.printed(value.description, unit: unit ?? .none)
    }
    // What the caller gave besides the text must be what the text says; a doubtful text says
    // nothing certain.
    let given = [message.value, message.low, message.high].contains { $0 != nil }
    if given, Quantity.read(message.text, unit: unit).quantity != nil {
      _ = Quantity.reading(message, path: path, violations: &violations)
    }
    guard let unit, !namesUnit(message.text) else { return message.text }
    return Quantity.printed(message.text, unit: unit)
  }

  /// True where the text has a unit of its own.
  private static func namesUnit(_ text: String) -> Bool {
    switch Quantity.read(text) {
    case .readable(let quantity): quantity.unit != .none
    case .unreadable(_, let candidates): candidates.contains { $0.quantity.unit != .none }
    case .invalid: true
    }
  }
}

extension Quantity {
  /// The quantity with the fewest decimals in its numbers, so that one value has one form whether
  /// it was just read, stored or computed. Its text keeps the decimals that were printed.
  var canonicalMessage: QuantityMessage {
    var message = message
    message.value = value?.normalized.message
    message.low = interval.low?.normalized.message
    message.high = interval.high?.normalized.message
    return message
  }
}
