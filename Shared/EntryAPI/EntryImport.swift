// Files of entries: one kind of file a kind of entry, with the columns of its fields. A row whose
// natural key is known corrects that entry.

internal import Measures
internal import Entries
package import EntryStorage
package import Imports
internal import Storage

package struct EntryImport: Sendable {
  private let kind: EntryKind
  private let book: EntryBook

  package init(_ kind: EntryKind, _ book: EntryBook) {
    self.kind = kind
    self.book = book
  }

  /// One kind of file for every kind of entry.
  package static func kinds(_ book: EntryBook) -> [ImportKind] {
    book.register.kinds.map { EntryImport($0, book).importKind }
  }

  private static let source = [
    ImportColumn(
      key: "document", title: "出处文件", required: true, explanation: "文件简称。"),
    ImportColumn(key: "sentence", title: "原句", explanation: "所在的句子，照录。"),
    ImportColumn(key: "note", title: "备注", explanation: "读者须知：错字、歧义。"),
  ]

  package var importKind: ImportKind {
    ImportKind(
      name: kind.name, title: kind.title, columns: kind.fields.map(\.column) + Self.source,
      process: process, revert: revert)
  }

  @Sendable private func process(_ run: ImportRun) throws -> ImportOutcome {
    var outcome = ImportOutcome()
    var lines: [[String]: Int] = [:]
    var entered: [(change: EntryChange, row: ImportRow)] = []
    for (number, row) in run.rows.enumerated() {
      let errors = outcome.errors.count
      let draft = read(row, run, &outcome)
      let key = kind.key(of: draft.content)
      if outcome.errors.count == errors, let first = lines[key] {
        outcome.errors.append(
          run.finding(
            row, kind.keyFields.first?.name ?? "", rule: "row.duplicate",
            zh: "与第\(first)行是同一条记录：\(kind.naming(draft.content))",
            en: "this is the entry of line \(first)"))
      }
      // What could not be read is no key of which others are duplicates.
      let isKeyRead = kind.keyFields.allSatisfy {
        draft.content[$0] != nil || row[$0.name].isEmpty
      }
      if isKeyRead { lines[key] = lines[key] ?? row.line }
      if outcome.errors.count == errors, row.flaws.isEmpty {
        if let change = try enter(draft, row, run, &outcome) { entered.append((change, row)) }
      }
      run.progress(number + 1)
    }
    try review(entered, run, &outcome)
    return outcome
  }

  private func read(
    _ row: ImportRow, _ run: ImportRun, _ outcome: inout ImportOutcome
  ) -> EntryDraft {
    var draft = EntryDraft(
      content: EntryContent(),
      source: EntrySource(
        document: row["document"], sentence: row["sentence"], note: row["note"]))
    for field in kind.fields {
      switch field.read(cell: row[field.name]) {
      case .value(let value): draft.content[field] = value
      case .doubtful(let doubt): draft.unread.append(doubt)
      case .invalid(let violation): outcome.errors.append(finding(violation, row, run))
      }
    }
    return draft
  }

  private func finding(
    _ violation: EntryViolation, _ row: ImportRow, _ run: ImportRun
  ) -> ImportFinding {
    let field = violation.field.split(separator: ".").last.map(String.init) ?? violation.field
    var finding = run.finding(
      row, field, rule: violation.rule, zh: violation.zh, en: violation.en)
    if finding.value.isEmpty { finding.value = violation.value }
    return finding
  }

  /// Compares what the file entered with what it belongs together with.
  private func review(
    _ entered: [(change: EntryChange, row: ImportRow)], _ run: ImportRun,
    _ outcome: inout ImportOutcome
  ) throws {
    let changed = entered.filter { $0.change.effect != .unchanged }
    let opened = try book.review(
      kind, afterEntering: changed.map(\.change.record.content), run.transaction)
    let byEntry = Dictionary(grouping: opened, by: \.entryID)
    for (change, row) in changed {
      let doubts = change.opened + (byEntry[change.record.id] ?? [])
      outcome.quarantinedRows += doubts.isEmpty ? 0 : 1
      outcome.notes += doubts.map { doubtful($0, row.line) }
    }
    let own = Set(changed.map(\.change.record.id))
    outcome.notes += opened.filter { !own.contains($0.entryID) }.map { doubtful($0, 0) }
  }

  private func doubtful(_ item: EntryDoubtItem, _ line: Int) -> ImportNote {
    ImportNote(
      line: line, column: item.doubt.field.title,
      zh: "存疑，核定以前不计入：\(item.doubt.zh)",
      en: "in quarantine until somebody decides: \(item.doubt.en)")
  }

  private func enter(
    _ draft: EntryDraft, _ row: ImportRow, _ run: ImportRun, _ outcome: inout ImportOutcome
  ) throws -> EntryChange? {
    do {
      let change = try book.enter(kind, draft, run.transaction)
      count(change, row, run, &outcome)
      return change
    } catch let error as EntryError {
      guard error.violations.isEmpty else {
        outcome.errors += error.violations.compactMap { violation in
          // The entry that it misses stands in a row that could not be read.
          violation.rule == "reference.unknown" && run.mayStandUnread(violation.value)
            ? nil : finding(violation, row, run)
        }
        return nil
      }
      outcome.errors.append(
        run.finding(
          row, kind.placeField?.name ?? "", rule: "\(kind.name).\(error.code.rawValue)",
          zh: error.zh, en: error.en))
      return nil
    }
  }

  private func count(
    _ change: EntryChange, _ row: ImportRow, _ run: ImportRun,
    _ outcome: inout ImportOutcome
  ) {
    switch change.effect {
    case .unchanged: outcome.unchangedRows += 1
    case .created: outcome.insertedRows += 1
    case .revised:
      outcome.revisedRows += 1
      outcome.notes += difference(change, row)
    }
    if change.effect != .unchanged {
      outcome.records.append(
        ImportedRecord(
          entity: kind.name, id: change.record.id,
          effect: change.effect == .created ? .inserted : .revised,
          revision: change.record.revision))
    }
    for warning in change.warnings {
      outcome.notes.append(ImportNote(line: row.line, zh: "请核对：\(warning.zh)", en: warning.en))
    }
  }

  /// What a row changes, for the reader of a dry run.
  private func difference(
    _ change: EntryChange, _ row: ImportRow
  ) -> [ImportNote] {
    guard let before = change.before else { return [] }
    let parts = kind.fields.compactMap { field -> String? in
      let (old, new) = (before.content[field], change.record.content[field])
      return old == new ? nil : "\(field.title)：“\(old?.words ?? "")”→“\(new?.words ?? "")”"
    }
    let text = parts.isEmpty ? "出处" : parts.joined(separator: "；")
    let name = kind.naming(change.record.content)
    return [
      ImportNote(line: row.line, zh: "\(name)将改动：\(text)", en: "\(name) changes: \(text)")
    ]
  }

  @Sendable private func revert(
    _ records: [ImportedRecord], _ transaction: WriteTransaction
  ) throws -> [ImportFinding] {
    var obstacles: [ImportFinding] = []
    for record in records {
      let obstacle = try book.revert(
        record.id, revision: record.revision, isNew: record.effect == .inserted, transaction)
      if let obstacle {
        obstacles.append(
          ImportFinding(
            value: obstacle.name, rule: obstacle.rule, zh: obstacle.zh, en: obstacle.en))
      }
    }
    return obstacles
  }
}

extension EntryField {
  /// The column of a file.
  var column: ImportColumn {
    var words = help
    let content: ImportColumn.Content
    switch form {
    case .text: content = .text
    case .quantity(let unit, let nature):
      content = .printed
      words += "照原文填写，单位\(unit.symbol)。"
      if nature != .actual { words += "性质为\(nature.chinese)。" }
    case .choice(let choices):
      content = .text
      words += "\(choices.all.map(\.title).joined(separator: "、"))之一。"
    case .reference(let kind):
      content = .code
      words += "“\(kind)”的代码。"
    case .time:
      content = .code
      words += "2013、2013-H1、2013-05 或 2013-12-25。"
    case .place:
      content = .code
      words += "六位行政区划代码。"
    case .code:
      content = .code
      words += "小写字母、数字和连字符，唯一。"
    case .number: content = .code
    }
    if isList { words += "多项用顿号分开。" }
    return ImportColumn(
      key: name, title: title, required: isRequired, content: content,
      explanation: words, example: example)
  }
}
