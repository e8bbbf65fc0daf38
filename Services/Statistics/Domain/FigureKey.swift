// The address of a figure: "total/450000/bureau/gross_output/2013?sector=工艺美术&nature=expected".

package import Measures

/// What a figure speaks of.
package struct FigureSubject: Sendable, Hashable {
  package var placeCode: String
  package var channelCode: String
  package var indicatorCode: String
  package var period: Period
  /// Empty: all sectors.
  package var sector: String
  package var nature: Nature

  package init(
    placeCode: String, channelCode: String, indicatorCode: String, period: Period,
    sector: String = "", nature: Nature = .actual
  ) {
    self.placeCode = placeCode
    self.channelCode = channelCode
    self.indicatorCode = indicatorCode
    self.period = period
    self.sector = sector
    self.nature = nature
  }

  package func with(period: Period) -> FigureSubject {
    var subject = self
    subject.period = period
    return subject
  }

  fileprivate var path: String { "\(placeCode)/\(channelCode)/\(indicatorCode)/\(period)" }

  fileprivate var query: String {
    var parts: [String] = []
    if !sector.isEmpty { parts.append("sector=" + sector) }
    if nature != .actual { parts.append("nature=" + nature.rawValue) }
    return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
  }
}

package enum FigureKey: Sendable, Hashable {
  /// Value of the period.
  case total(FigureSubject)
  /// From the year's first day to the period's end.
  case yearToDate(FigureSubject)
  /// Nominal, on the same period of the year before.
  case growth(FigureSubject)
  /// A target, resolved. Its nature is always actual: it names what the target is for.
  case target(FigureSubject)
  /// A stated figure, by its code.
  case stated(String)

  /// Longest key, in UTF-8 bytes.
  package static let maximumBytes = 512
  /// Longest code of a stated figure.
  package static let maximumCodeLength = 100

  /// What the figure speaks of; nil for a stated figure.
  package var subject: FigureSubject? {
    switch self {
    case .total(let subject), .yearToDate(let subject), .growth(let subject),
      .target(let subject):
      subject
    case .stated: nil
    }
  }
}

extension FigureKey: CustomStringConvertible {
  /// The canonical key: a parsed key prints in one way.
  package var description: String {
    switch self {
    case .total(let subject): "total/" + subject.path + subject.query
    case .yearToDate(let subject): "ytd/" + subject.path + subject.query
    case .growth(let subject): "growth/" + subject.path + subject.query
    case .target(let subject): "target/" + subject.path + subject.query
    case .stated(let code): "stated/" + code
    }
  }
}

extension FigureKey {
  /// Reads a key strictly: nothing is trimmed, ignored or repeated.
  package init(parsing text: String) throws(StatisticsError) {
    guard text.utf8.count <= Self.maximumBytes else {
      throw Self.refused(
        String(text.prefix(60)), "figure_key.length",
        ("键最长\(Self.maximumBytes)字节", "A key has at most \(Self.maximumBytes) bytes."))
    }
    let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = halves[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if parts[0] == "stated" {
      self = try Self.stated(parts, text, hasQuery: halves.count > 1)
      return
    }
    // The period of a span has a slash of its own.
    guard parts.count == 5 || parts.count == 6 else { throw Self.shape(text) }
    var subject = FigureSubject(
      placeCode: try Self.place(parts[1], text), channelCode: parts[2], indicatorCode: parts[3],
      period: try Self.period(parts[4...].joined(separator: "/"), text))
    guard !subject.channelCode.isEmpty, !subject.indicatorCode.isEmpty else {
      throw Self.shape(text)
    }
    if halves.count > 1 { try Self.apply(query: String(halves[1]), to: &subject, in: text) }
    switch parts[0] {
    case "total": self = .total(subject)
    case "ytd":
      guard (try? subject.period.yearToDate()) != nil else {
        throw Self.refused(
          text, "figure_key.two_years",
          (
            "“\(subject.period)”跨年，没有年初至今的累计",
            "\(subject.period) lies in two years; nothing adds up over the year so far."
          ))
      }
      self = .yearToDate(subject)
    case "growth": self = .growth(subject)
    case "target":
      guard subject.nature == .actual else {
        throw Self.refused(
          text, "figure_key.target_nature",
          ("目标的键不含性质", "The key of a target has no nature."))
      }
      self = .target(subject)
    default: throw Self.shape(text)
    }
  }

  private static func stated(
    _ parts: [String], _ text: String, hasQuery: Bool
  ) throws(StatisticsError) -> FigureKey {
    guard parts.count == 2, !parts[1].isEmpty, parts[1].count <= maximumCodeLength, !hasQuery else {
      throw shape(text)
    }
    return .stated(parts[1])
  }

  private static func place(_ code: String, _ text: String) throws(StatisticsError) -> String {
    guard PlaceRule.isPlace(code) else {
      throw refused(
        text, "place.code",
        ("地区代码须是6位数字：“\(code)”", "\"\(code)\" is not the six digits of a place."))
    }
    return code
  }

  private static func period(_ part: String, _ text: String) throws(StatisticsError) -> Period {
    // A second spelling of a period (2013-01/2013-12) would be a second key of one figure.
    guard let period = try? Period(parsing: part), period.description == part else {
      throw refused(
        text, "period",
        (
          "“\(part)”不是期别：2013、2013-H1、2013-Q1、2013-05、2018-01/2018-02",
          "\"\(part)\" is none of 2013, 2013-H1, 2013-Q1, 2013-05, 2018-01/2018-02."
        ))
    }
    return period
  }

  private static func apply(
    query: String, to subject: inout FigureSubject, in text: String
  ) throws(StatisticsError) {
    var seen: Set<String> = []
    for part in query.split(separator: "&", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, !pair[1].isEmpty, seen.insert(String(pair[0])).inserted else {
        throw shape(text)
      }
      switch pair[0] {
      case "sector":
        guard SectorRule.isSector(String(pair[1])) else {
          throw refused(text, "report.sector", SectorRule.words)
        }
        subject.sector = String(pair[1])
      case "nature":
        guard let nature = Nature(rawValue: String(pair[1])) else {
          let known = Nature.allCases.map(\.rawValue).joined(separator: ", ")
          throw refused(
            text, "nature", ("没有性质“\(pair[1])”：\(known)", "\(pair[1]) is none of \(known)."))
        }
        subject.nature = nature
      default: throw shape(text)
      }
    }
  }

  private static func shape(_ text: String) -> StatisticsError {
    refused(
      text, "figure_key.shape",
      (
        "键的形式：total|ytd|growth|target/地区/渠道/指标/期别[?sector=…][&nature=…]，或 stated/代码",
        "A key is total|ytd|growth|target/PLACE/CHANNEL/INDICATOR/PERIOD[?sector=…][&nature=…], "
          + "or stated/CODE."
      ))
  }

  private static func refused(
    _ text: String, _ rule: String, _ words: (String, String)
  ) -> StatisticsError {
    .invalid([
      RuleViolation(path: "key", value: text, rule: rule, chinese: words.0, english: words.1)
    ])
  }
}
