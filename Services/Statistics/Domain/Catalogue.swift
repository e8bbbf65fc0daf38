// The catalogue: what is measured (indicators), by which way it comes in (channels), on which form.

package import Measures

/// A way by which data come in (渠道). Channels overlap and are never added.
package struct Channel: Sendable, Hashable {
  package let code: String
  package let chinese: String
  package let english: String
  package let description: String

  package init(code: String, chinese: String, english: String, description: String) {
    self.code = code
    self.chinese = chinese
    self.english = english
    self.description = description
  }
}

/// A form (报表): which indicators a channel asks for, and how often.
package struct Form: Sendable, Hashable {
  package let code: String
  package let chinese: String
  package let channelCode: String
  package let indicatorCodes: [String]
  /// Month, quarter, half or year.
  package let periodKind: Period.Kind
  /// Days after the period's end by which a report is due.
  package let dueDays: Int

  package init(
    code: String, chinese: String, channelCode: String, indicatorCodes: [String],
    periodKind: Period.Kind, dueDays: Int
  ) {
    self.code = code
    self.chinese = chinese
    self.channelCode = channelCode
    self.indicatorCodes = indicatorCodes
    self.periodKind = periodKind
    self.dueDays = dueDays
  }

  /// A form with more indicators is two forms.
  package static let maximumIndicators = 200
  /// A report that may be a year late has no due day.
  package static let maximumDueDays = 366

  /// True where a report of this form may be about the period. A span of months within one year
  /// is reported on the monthly form: January and February are often one report.
  package func accepts(_ period: Period) -> Bool {
    switch period.kind {
    case .span:
      periodKind == .month && (try? period.yearToDate()) != nil
    case let kind: kind == periodKind
    }
  }

  /// The kind of form that is filled for a period.
  package static func kind(for period: Period) -> Period.Kind {
    period.kind == .span ? .month : period.kind
  }

  /// The periods of a year and the day by which each is due.
  package func calendar(year: Int) throws(MeasureError) -> [ReportingPeriod] {
    var calendar: [ReportingPeriod] = []
    for period in try Period(year: year).parts(of: periodKind) {
      calendar.append(
        ReportingPeriod(period: period, dueDay: try period.lastDay.adding(days: dueDays)))
    }
    return calendar
  }
}

/// A period of a form's calendar.
package struct ReportingPeriod: Sendable, Hashable {
  package let period: Period
  package let dueDay: CalendarDate
}

/// The whole catalogue as one value.
package struct Catalogue: Sendable {
  package let indicators: [Indicator]
  package let channels: [Channel]
  package let forms: [Form]
  private let indicatorByCode: [String: Indicator]
  private let channelByCode: [String: Channel]
  private let formByCode: [String: Form]

  /// Lists are kept in the order given.
  package init(indicators: [Indicator], channels: [Channel], forms: [Form]) {
    self.indicators = indicators
    self.channels = channels
    self.forms = forms
    indicatorByCode = Dictionary(
      indicators.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    channelByCode = Dictionary(
      channels.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    formByCode = Dictionary(forms.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
  }

  package func indicator(_ code: String) throws(StatisticsError) -> Indicator {
    if let found = indicatorByCode[code] { return found }
    throw .notFound(
      "indicator", code, chinese: "没有指标“\(code)”", english: "There is no indicator \(code).",
      available: indicators.map(\.code))
  }

  package func channel(_ code: String) throws(StatisticsError) -> Channel {
    if let found = channelByCode[code] { return found }
    throw .notFound(
      "channel", code, chinese: "没有渠道“\(code)”", english: "There is no channel \(code).",
      available: channels.map(\.code))
  }

  package func form(_ code: String) throws(StatisticsError) -> Form {
    if let found = formByCode[code] { return found }
    throw .notFound(
      "form", code, chinese: "没有报表“\(code)”", english: "There is no form \(code).",
      available: forms.map(\.code))
  }

  /// The form by which a channel asks for an indicator for such a period. There is at most one,
  /// so that a figure needs no form in its key.
  package func form(channel: String, indicator: String, period: Period) -> Form? {
    let kind = Form.kind(for: period)
    return forms.first {
      $0.channelCode == channel && $0.periodKind == kind && $0.indicatorCodes.contains(indicator)
    }
  }

  /// By code or Chinese name, as import files have both.
  package func indicator(named name: String) -> Indicator? {
    indicatorByCode[name] ?? indicators.first { $0.chinese == name }
  }

  package func channel(named name: String) -> Channel? {
    channelByCode[name] ?? channels.first { $0.chinese == name }
  }
}

extension Catalogue {
  /// Everything that keeps an indicator out of this catalogue.
  package func violations(adding indicator: Indicator) -> [RuleViolation] {
    guard let partOf = indicator.partOf else { return [] }
    guard let whole = indicatorByCode[partOf] else {
      return [
        RuleViolation(
          path: "part_of", value: partOf, rule: "indicator.part_of",
          chinese: "没有指标“\(partOf)”", english: "There is no indicator \(partOf).")
      ]
    }
    guard whole.unit.isCompatible(with: indicator.unit), whole.kind == indicator.kind,
      indicator.kind != .rate
    else {
      return [
        RuleViolation(
          path: "part_of", value: partOf, rule: "indicator.part_of_unit",
          chinese: "部分与整体须同单位、同类别，且不是比率",
          english: "A part has the unit and kind of its whole and is not a rate.")
      ]
    }
    return []
  }

  /// Everything that keeps a form out of this catalogue.
  package func violations(adding form: Form) -> [RuleViolation] {
    var found: [RuleViolation] = []
    func report(_ path: String, _ value: String, _ rule: String, _ words: (String, String)) {
      found.append(
        RuleViolation(path: path, value: value, rule: rule, chinese: words.0, english: words.1))
    }
    if !CodeRule.isCode(form.code, separator: "-") {
      report(
        "code", form.code, "form.code",
        ("代码只能用小写字母、数字和连字符", "A code is lower-case letters, digits and hyphens."))
    }
    if form.chinese.isEmpty || form.chinese.count > Indicator.maximumNameLength {
      report(
        "name_zh", form.chinese, "name.length",
        (
          "名称须有1至\(Indicator.maximumNameLength)个字符",
          "A name has 1 to \(Indicator.maximumNameLength) characters."
        ))
    }
    if channelByCode[form.channelCode] == nil {
      report(
        "channel_code", form.channelCode, "form.channel",
        ("没有渠道“\(form.channelCode)”", "There is no channel \(form.channelCode)."))
    }
    if form.periodKind == .span {
      report(
        "period_kind", "", "form.period_kind",
        ("须是月、季、半年或年", "A form is for months, quarters, halves or years."))
    }
    if !(0...Form.maximumDueDays).contains(form.dueDays) {
      report(
        "due_days", String(form.dueDays), "form.due_days",
        (
          "期限须在0至\(Form.maximumDueDays)天之间",
          "A report is due within \(Form.maximumDueDays) days."
        ))
    }
    return found + indicatorViolations(of: form)
  }

  private func indicatorViolations(of form: Form) -> [RuleViolation] {
    var found: [RuleViolation] = []
    func report(_ path: String, _ value: String, _ rule: String, _ words: (String, String)) {
      found.append(
        RuleViolation(path: path, value: value, rule: rule, chinese: words.0, english: words.1))
    }
    if form.indicatorCodes.isEmpty || form.indicatorCodes.count > Form.maximumIndicators {
      report(
        "indicator_codes", String(form.indicatorCodes.count), "form.indicator_count",
        (
          "报表须有1至\(Form.maximumIndicators)个指标",
          "A form asks for 1 to \(Form.maximumIndicators) indicators."
        ))
    }
    var seen: Set<String> = []
    for (index, code) in form.indicatorCodes.enumerated() {
      let path = "indicator_codes[\(index)]"
      if indicatorByCode[code] == nil {
        report(
          path, code, "form.indicator", ("没有指标“\(code)”", "There is no indicator \(code)."))
      } else if !seen.insert(code).inserted {
        report(
          path, code, "form.indicator_twice",
          ("指标“\(code)”重复", "The indicator \(code) is there twice."))
      } else if let other = forms.first(where: {
        $0.channelCode == form.channelCode && $0.periodKind == form.periodKind
          && $0.code != form.code && $0.indicatorCodes.contains(code)
      }) {
        report(
          path, code, "form.indicator_taken",
          (
            "同一渠道同一期别的报表“\(other.code)”已有该指标，数字会有两个来源",
            "Form \(other.code) of the same channel and kind of period asks for it already; a "
              + "figure would have two sources."
          ))
      }
    }
    return found
  }
}
