// Stated figures between the wire and the columns of their table.

package import CommonMessages
package import Measures
package import Storage

extension StatedKind {
  /// The name in files and in the database; empty for kinds that are none.
  package var name: String {
    switch self {
    case .value: "value"
    case .growth: "growth"
    case .share: "share"
    case .unspecified, .unrecognized: ""
    }
  }

  package var chineseName: String {
    switch self {
    case .value: "数值"
    case .growth: "增速"
    case .share: "比重"
    case .unspecified, .unrecognized: ""
    }
  }

  package init?(named name: String) {
    let found = Self.allKnownCases.first { kind in
      !kind.name.isEmpty && (kind.name == name || kind.chineseName == name)
    }
    guard let found else { return nil }
    self = found
  }
}

extension StatedFigureRow {
  /// Characters of a code, of a label or sector, of a document's name, and of a sentence or note.
  package static let codeCharacters = 80
  package static let labelCharacters = 200
  package static let documentCharacters = 200
  package static let sentenceCharacters = 2_000

  /// Reads the figure of a request; what breaks a rule leaves a violation.
  ///
  /// - Parameter path: path of the figure in the request, `stated_figure`.
  package static func reading(
    _ message: StatedFigure, path: String, violations: inout [Violation]
  ) -> StatedFigureRow {
    var row = StatedFigureRow(id: UUIDv7.next(), code: message.code)
    row.label = message.label
    row.placeCode = message.placeCode
    row.channelCode = message.channelCode
    row.indicatorCode = message.indicatorCode
    row.sector = message.sector
    row.kind = message.kind.name
    row.document = message.provenance?.document ?? ""
    row.sentence = message.provenance?.sentence ?? ""
    row.note = message.provenance?.note ?? ""
    check(message, row, path, &violations)
    if let period = try? Period(parsing: message.period) {
      row.period = period.description
    } else {
      violations.append(
        Violation(
          path: "\(path).period", value: message.period, rule: "period.format",
          zh: "期别应为 2013、2013-H1、2013-Q1、2013-05 或 2018-01/2018-02",
          en: "a period is 2013, 2013-H1, 2013-Q1, 2013-05 or 2018-01/2018-02"))
    }
    let quantity = message.quantity ?? CommonMessages.Quantity()
    if let read = Measures.Quantity.reading(
      quantity, path: "\(path).quantity", violations: &violations)
    {
      row.setQuantity(read)
    }
    return row
  }

  private static func check(
    _ message: StatedFigure, _ row: StatedFigureRow, _ path: String,
    _ violations: inout [Violation]
  ) {
    let texts: [(String, String, Int, Bool)] = [
      ("code", row.code, codeCharacters, true), ("label", row.label, labelCharacters, true),
      ("place_code", row.placeCode, 6, true), ("sector", row.sector, labelCharacters, false),
      ("provenance.document", row.document, documentCharacters, true),
      ("provenance.sentence", row.sentence, sentenceCharacters, false),
      ("provenance.note", row.note, sentenceCharacters, false),
    ]
    for (field, text, limit, isRequired) in texts {
      if isRequired, text.allSatisfy(\.isWhitespace) {
        violations.append(
          Violation(path: "\(path).\(field)", rule: "required", zh: "必填", en: "must not be empty"))
      } else if text.count > limit {
        violations.append(
          Violation(
            path: "\(path).\(field)", value: text, rule: "text.length", zh: "最多\(limit)个字符",
            en: "has at most \(limit) characters"))
      }
    }
    let isCode = row.code.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
    }
    if !isCode {
      violations.append(
        Violation(
          path: "\(path).code", value: row.code, rule: "stated_figure.code",
          zh: "代码只用小写字母、数字和连字符", en: "a code has small letters, digits and hyphens"))
    }
    if row.kind.isEmpty {
      violations.append(
        Violation(
          path: "\(path).kind", value: "\(message.kind.rawValue)", rule: "required",
          zh: "类别应为数值、增速或比重", en: "the kind is value, growth or share"))
    }
  }

  package mutating func setQuantity(_ quantity: Measures.Quantity) {
    text = quantity.text
    unit = quantity.unit.symbol
    nature = quantity.nature.rawValue
    value = quantity.value?.stored
    low = quantity.interval.low?.stored
    high = quantity.interval.high?.stored
    isLowOpen = quantity.interval.lowOpen
    isHighOpen = quantity.interval.highOpen
  }

  /// The quantity as a value; nil when the columns do not make one.
  package var quantity: Measures.Quantity? {
    guard let unit = unit.isEmpty ? MeasureUnit.none : MeasureUnit(unit),
      let nature = Measures.Nature(rawValue: nature)
    else { return nil }
    let ends = (low.flatMap { try? ExactDecimal($0) }, high.flatMap { try? ExactDecimal($0) })
    guard
      let interval = try? Interval(
        low: ends.0, high: ends.1, lowOpen: isLowOpen, highOpen: isHighOpen)
    else { return nil }
    return try? Measures.Quantity(
      text: text, value: value.flatMap { try? ExactDecimal($0) }, interval: interval, unit: unit,
      nature: nature)
  }

  /// The figure as calls answer it.
  package var message: StatedFigure {
    StatedFigure(
      id: id, code: code, label: label, placeCode: placeCode, period: period,
      channelCode: channelCode, indicatorCode: indicatorCode, sector: sector,
      kind: StatedKind(named: kind) ?? .unspecified, quantity: quantity?.message,
      provenance: Provenance(document: document, sentence: sentence, note: note),
      revision: revision, etag: ETag(revision: revision).description,
      createTime: Instant.text(createTime), recordedBy: recordedBy,
      recordTime: Instant.text(recordTime))
  }

  /// Whether both say the same, whatever their revisions and whoever recorded them.
  package func saysTheSame(as other: StatedFigureRow) -> Bool {
    var copy = other
    copy.id = id
    copy.revision = revision
    copy.createTime = createTime
    copy.recordedBy = recordedBy
    copy.recordTime = recordTime
    return copy == self
  }
}
