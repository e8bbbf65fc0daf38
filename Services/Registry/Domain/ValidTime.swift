// Valid time: the days on which something was so. Its ends keep the precision of the source ("2018"),
// the order goes by first days.

package import Measures

/// The days [from, to); an absent end is open.
package struct ValidTime: Sendable, Hashable {
  package var from: PartialDate?
  package var to: PartialDate?

  package static let always = ValidTime()

  package init(from: PartialDate? = nil, to: PartialDate? = nil) {
    self.from = from
    self.to = to
  }

  /// The first day; 0001-01-01 where the beginning is open.
  package var start: CalendarDate { from?.firstDay ?? .earliest }

  /// The first day after it; nil where the end is open.
  package var end: CalendarDate? { to?.firstDay }

  package var isEmpty: Bool { end.map { $0 <= start } ?? false }

  package func contains(_ day: CalendarDate) -> Bool {
    start <= day && (end.map { day < $0 } ?? true)
  }

  package func overlaps(_ other: ValidTime) -> Bool {
    (other.end.map { start < $0 } ?? true) && (end.map { other.start < $0 } ?? true)
  }

  /// Whether the other begins on the day on which this one ends.
  func touches(_ next: ValidTime) -> Bool { end == next.start }

  /// The ends as a record has them, each empty where it is open.
  ///
  /// - Parameter prefix: path of the record, `place`.
  package static func reading(
    from: String, to: String, into findings: inout Findings
  ) -> ValidTime {
    let time = ValidTime(
      from: date(from, path: "valid_from", into: &findings),
      to: date(to, path: "valid_to", into: &findings))
    if time.isEmpty {
      findings.add(
        "valid_to", to, "valid_time.order", zh: "失效日期应晚于生效日期",
        en: "valid_to must be later than valid_from")
    }
    return time
  }

  /// A date, or nil where the text is empty or broken; a broken one leaves a finding.
  package static func date(
    _ text: String, path: String, into findings: inout Findings
  ) -> PartialDate? {
    if text.isEmpty { return nil }
    if let date = try? PartialDate(parsing: text) { return date }
    findings.add(
      path, text, "date.format", zh: "日期应为 YYYY、YYYY-MM 或 YYYY-MM-DD,且确有此日",
      en: "a date is YYYY, YYYY-MM or YYYY-MM-DD and exists")
    return nil
  }
}

extension ValidTime: CustomStringConvertible {
  package var description: String {
    "[\(from?.description ?? ""), \(to?.description ?? ""))"
  }
}
