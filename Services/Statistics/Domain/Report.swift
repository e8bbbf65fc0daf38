// A report and its revisions. A revision is never changed; a later one supersedes it.

package import Measures

/// Where a value or record comes from: a document and its sentence.
package struct Source: Sendable, Hashable {
  package var document: String
  package var sentence: String
  package var note: String

  package init(document: String = "", sentence: String = "", note: String = "") {
    self.document = document
    self.sentence = sentence
    self.note = note
  }

  package var isEmpty: Bool { document.isEmpty && sentence.isEmpty && note.isEmpty }

  /// Longest document name, and longest sentence and note, in characters.
  package static let maximumDocumentLength = 200
  package static let maximumTextLength = 4_000

  package func violations(path: String) -> [RuleViolation] {
    let parts = [
      ("document", document, Self.maximumDocumentLength),
      ("sentence", sentence, Self.maximumTextLength), ("note", note, Self.maximumTextLength),
    ]
    return parts.filter { $0.1.count > $0.2 }.map { name, text, limit in
      RuleViolation(
        path: "\(path).\(name)", value: String(text.prefix(60)), rule: "text.length",
        chinese: "最长\(limit)个字符", english: "At most \(limit) characters.")
    }
  }
}

/// An accepted value of a report.
package struct Observation: Sendable, Hashable {
  package let indicatorCode: String
  package let quantity: Quantity
  /// Where this value comes from, if that is not the report's own source.
  package let source: Source

  package init(indicatorCode: String, quantity: Quantity, source: Source = Source()) {
    self.indicatorCode = indicatorCode
    self.quantity = quantity
    self.source = source
  }
}

/// What the register said of a unit when its report was accepted. It stays with the report.
package struct UnitProfile: Sendable, Hashable {
  package var name: String
  package var placeCode: String
  package var sector: String
  package var industryCode: String
  package var industryEdition: String
  package var ownershipCode: String
  /// Federations that had admitted the unit by the period's last day, by code.
  package var federationCodes: [String]

  package init(
    name: String, placeCode: String, sector: String = "", industryCode: String = "",
    industryEdition: String = "", ownershipCode: String = "", federationCodes: [String] = []
  ) {
    self.name = name
    self.placeCode = placeCode
    self.sector = sector
    self.industryCode = industryCode
    self.industryEdition = industryEdition
    self.ownershipCode = ownershipCode
    self.federationCodes = federationCodes
  }
}

/// Life cycle of a report: accepted → accepted (a revision) → withdrawn. Withdrawn is the end;
/// the same thing is reported anew by another report.
package enum ReportState: String, Sendable, Hashable, CaseIterable {
  case accepted, withdrawn

  package enum Event: String, Sendable, Hashable, CaseIterable {
    case revise, withdraw
  }

  package func transition(_ event: Event) throws(StatisticsError) -> ReportState {
    switch (self, event) {
    case (.accepted, .revise): return .accepted
    case (.accepted, .withdraw): return .withdrawn
    case (.withdrawn, _):
      throw StatisticsError(
        .failedPrecondition, chinese: "报表已撤回，不能再\(event == .revise ? "修订" : "撤回")",
        english: "The report is withdrawn; \(event.rawValue) is not possible any more.")
    }
  }
}

/// What a clerk hands in: the key and the values as printed.
package struct ReportDraft: Sendable, Hashable {
  package var key: ReportKey
  package var entries: [Entry]
  package var scopeNote: String
  package var source: Source

  /// One value as printed.
  package struct Entry: Sendable, Hashable {
    package var indicatorCode: String
    /// With its unit: "810亿元".
    package var printed: String
    package var source: Source

    package init(indicatorCode: String, printed: String, source: Source = Source()) {
      self.indicatorCode = indicatorCode
      self.printed = printed
      self.source = source
    }
  }

  package init(
    key: ReportKey, entries: [Entry], scopeNote: String = "", source: Source = Source()
  ) {
    self.key = key
    self.entries = entries
    self.scopeNote = scopeNote
    self.source = source
  }
}

/// One revision of a report.
package struct Report: Sendable, Hashable {
  package var id: String
  package var key: ReportKey
  package var revision: Int64
  package var state: ReportState
  package var observations: [Observation]
  package var scopeNote: String
  package var source: Source
  package var warnings: [String]
  /// Nil unless the report is of a unit.
  package var profile: UnitProfile?
  /// Microseconds since 1970 UTC: of the first revision, and of this one.
  package var createTime: Int64
  package var recordTime: Int64
  package var recordedBy: String
  /// Why this revision was made; empty for the first.
  package var reason: String

  package init(
    id: String, key: ReportKey, revision: Int64, state: ReportState,
    observations: [Observation], scopeNote: String, source: Source, warnings: [String],
    profile: UnitProfile?, createTime: Int64, recordTime: Int64, recordedBy: String,
    reason: String
  ) {
    self.id = id
    self.key = key
    self.revision = revision
    self.state = state
    self.observations = observations
    self.scopeNote = scopeNote
    self.source = source
    self.warnings = warnings
    self.profile = profile
    self.createTime = createTime
    self.recordTime = recordTime
    self.recordedBy = recordedBy
    self.reason = reason
  }

  /// The sector under which the report's values are summed.
  package var cellSector: String { profile?.sector ?? key.sector }
}

extension ReportDraft {
  package static let maximumEntries = Form.maximumIndicators
  package static let maximumScopeNoteLength = 1_000
  package static let maximumSectorLength = 32

  /// Everything that is wrong with the draft by itself and by the catalogue: the shape before
  /// any value is read. Paths start at the report.
  package func violations(_ catalogue: Catalogue) -> [RuleViolation] {
    var found = keyViolations(catalogue)
    func report(_ path: String, _ value: String, _ rule: String, _ words: (String, String)) {
      found.append(
        RuleViolation(path: path, value: value, rule: rule, chinese: words.0, english: words.1))
    }
    if entries.isEmpty || entries.count > Self.maximumEntries {
      report(
        "observations", String(entries.count), "report.observation_count",
        (
          "报表须有1至\(Self.maximumEntries)个数值",
          "A report has 1 to \(Self.maximumEntries) values."
        ))
    }
    if scopeNote.count > Self.maximumScopeNoteLength {
      report(
        "scope_note", String(scopeNote.prefix(60)), "text.length",
        (
          "最长\(Self.maximumScopeNoteLength)个字符",
          "At most \(Self.maximumScopeNoteLength) characters."
        ))
    }
    found += source.violations(path: "provenance")
    let form = try? catalogue.form(key.formCode)
    var seen: Set<String> = []
    for (index, entry) in entries.enumerated() {
      let path = "observations[\(index)].indicator_code"
      found += entry.source.violations(path: "observations[\(index)].provenance")
      guard let indicator = try? catalogue.indicator(entry.indicatorCode) else {
        report(
          path, entry.indicatorCode, "report.indicator",
          ("没有指标“\(entry.indicatorCode)”", "There is no indicator \(entry.indicatorCode)."))
        continue
      }
      if !seen.insert(indicator.code).inserted {
        report(
          path, indicator.code, "report.indicator_twice",
          ("指标“\(indicator.chinese)”重复", "The indicator \(indicator.code) is there twice."))
      }
      if let form, !form.indicatorCodes.contains(indicator.code) {
        report(
          path, indicator.code, "report.indicator_of_form",
          (
            "报表“\(form.code)”没有指标“\(indicator.chinese)”",
            "Form \(form.code) does not ask for \(indicator.code)."
          ))
      }
    }
    return found
  }

  private func keyViolations(_ catalogue: Catalogue) -> [RuleViolation] {
    var found: [RuleViolation] = []
    func report(_ path: String, _ value: String, _ rule: String, _ words: (String, String)) {
      found.append(
        RuleViolation(path: path, value: value, rule: rule, chinese: words.0, english: words.1))
    }
    if (try? catalogue.channel(key.channelCode)) == nil {
      report(
        "channel_code", key.channelCode, "report.channel",
        (
          "没有渠道“\(key.channelCode)”，现有：\(catalogue.channels.map(\.code).joined(separator: "、"))",
          "There is no channel \(key.channelCode)."
        ))
    }
    if let form = try? catalogue.form(key.formCode) {
      if form.channelCode != key.channelCode {
        report(
          "form_code", key.formCode, "report.form_of_channel",
          (
            "报表“\(form.code)”属于渠道“\(form.channelCode)”",
            "Form \(form.code) is of the channel \(form.channelCode)."
          ))
      }
      if !form.accepts(key.period) {
        report(
          "period", key.period.description, "report.period_of_form",
          ("报表“\(form.code)”不按此期别填报", "Form \(form.code) is not filled for this period."))
      }
    } else {
      report(
        "form_code", key.formCode, "report.form",
        ("没有报表“\(key.formCode)”", "There is no form \(key.formCode)."))
    }
    switch key.coverage {
    case .unit:
      if key.unitID.isEmpty {
        report(
          "unit_id", "", "report.unit_missing", ("单位报表须填单位", "A unit's report names its unit."))
      }
      if !key.sector.isEmpty {
        report(
          "sector", key.sector, "report.unit_sector",
          ("单位报表不填行业，行业取自名录", "A unit's sector comes from the register."))
      }
    case .whole, .remainder:
      if key.placeCode.isEmpty {
        report(
          "place_code", "", "report.place_missing",
          ("整体和余额报表须填地区", "The report of a place names its place."))
      }
      if !key.unitID.isEmpty {
        report(
          "unit_id", key.unitID, "report.unit_of_place",
          ("整体和余额报表不填单位", "The report of a place names no unit."))
      }
      if !SectorRule.isSector(key.sector) {
        report("sector", key.sector, "report.sector", SectorRule.words)
      }
    }
    return found
  }
}

/// The form of a sector's name: it stands in figure keys.
package enum SectorRule {
  static let words = (
    "行业名称最长\(ReportDraft.maximumSectorLength)个字符，不含 / ? & = # % 和空格",
    "A sector has at most \(ReportDraft.maximumSectorLength) characters, none of / ? & = # % or space."
  )

  /// Empty is all sectors.
  package static func isSector(_ text: String) -> Bool {
    text.count <= ReportDraft.maximumSectorLength
      && text.unicodeScalars.allSatisfy {
        $0.value > 0x20 && $0.value != 0x7F && !"/?&=#%".unicodeScalars.contains($0)
          && !$0.properties.isWhitespace
      }
  }
}
