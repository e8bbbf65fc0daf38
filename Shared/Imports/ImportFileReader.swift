// From the text of a file to its rows. What the cells mean is the kind's own business.

internal import Foundation
internal import Measures

struct ImportFileReader {
  /// What stands at a position of the header.
  private enum Position {
    case column(ImportColumn)
    /// Refused with the header; its cells are not looked at.
    case unknown
    /// Nothing may stand below it.
    case untitled

    var title: String {
      if case .column(let column) = self { column.title } else { "" }
    }
  }

  let kind: ImportKind
  let limits: ImportLimits
  private(set) var file = ImportFile()
  private var columns: [Position] = []
  private var hasHeader = false
  /// Rows of the file, the broken ones too.
  private var rowCount = 0
  private var trailer: (line: Int, text: String)?

  init(kind: ImportKind, limits: ImportLimits) {
    self.kind = kind
    self.limits = limits
  }

  mutating func report(_ finding: ImportFinding) {
    if finding.rule.hasPrefix("file.") || finding.rule.hasPrefix("column.") {
      file.isReadable = false
    }
    file.errorCount += 1
    guard file.errors.count < limits.errors else { return }
    var finding = finding
    finding.value = String(finding.value.prefix(limits.valueCharacters))
    file.errors.append(finding)
  }

  private mutating func note(_ note: ImportNote) {
    if file.notes.count < limits.notes { file.notes.append(note) }
  }

  mutating func read(_ source: FileText) {
    if source.encoding == .gb18030 {
      note(ImportNote(zh: "文件按GB18030编码读入", en: "the file was read as GB18030"))
    }
    let split = Records.split(source.text, limits: limits)
    guard isWhole(split) else { return }
    noteEndMark(split)
    let last = split.records.last { !Self.isBlank($0) && !Self.isComment($0) }
    for record in split.records where !Self.isBlank(record) {
      if Self.isComment(record) {
        readComment(record)
      } else if trailer != nil {
        report(
          ImportFinding(
            line: record.line, value: record.text, rule: "file.after_end",
            zh: "“#结束”之后还有内容", en: "there is content after the end line"))
      } else if !hasHeader {
        hasHeader = true
        readHeader(record)
        if columns.isEmpty { return }
      } else {
        readRow(record, isLast: record == last)
        if rowCount > limits.rows { return }
      }
    }
    if !hasHeader {
      report(ImportFinding(rule: "file.empty", zh: "文件没有标题行", en: "the file has no header line"))
    }
    checkTrailer()
    if file.isReadable, rowCount == 0 {
      note(ImportNote(zh: "文件没有数据行", en: "the file has no rows"))
    }
  }

  // MARK: The file as a whole

  private mutating func isWhole(_ split: RecordSplit) -> Bool {
    if let line = split.overlongLine {
      report(
        ImportFinding(
          line: line, rule: "file.record_too_long", zh: "这一行超过\(limits.recordBytes)字节",
          en: "this row has more than \(limits.recordBytes) bytes"))
      return false
    }
    let line = split.records.last?.line ?? 0
    guard split.isClosed else {
      report(
        ImportFinding(
          line: line, rule: "file.truncated", zh: "文件被截断：从这一行开始的引号没有结束",
          en: "the file is cut off: the quotes that begin in this row are not closed"))
      return false
    }
    guard split.endsWithNewline else {
      report(
        ImportFinding(
          line: line, rule: "file.truncated", zh: "文件被截断：最后一行没有换行",
          en: "the file is cut off: its last line has no line end"))
      return false
    }
    return true
  }

  /// A file that was cut exactly between two rows looks whole; only its end line tells.
  private mutating func noteEndMark(_ split: RecordSplit) {
    guard !split.records.contains(where: { $0.text.hasPrefix(ImportFile.trailer) }) else { return }
    note(
      ImportNote(
        zh: "文件末尾没有“\(ImportFile.trailer),行数”，无法判断文件是否完整",
        en: "no end mark: cannot tell whether the file is whole"))
  }

  /// Spreadsheets write empty rows as commas.
  private static func isBlank(_ record: CSVRecord) -> Bool {
    record.text.allSatisfy { $0.isWhitespace || $0 == "," }
  }

  /// A spreadsheet puts a comment that holds a comma into quotes.
  private static func isComment(_ record: CSVRecord) -> Bool {
    record.text.hasPrefix("#") || record.text.hasPrefix("\"#")
  }

  private mutating func readComment(_ record: CSVRecord) {
    guard record.text.hasPrefix(ImportFile.trailer) else { return }
    let rest = record.text.dropFirst(ImportFile.trailer.count)
    // A spreadsheet pads the line with commas up to the width of the table.
    let text = HalfWidth.normalized(String(rest)).split(separator: ",").first.map(String.init) ?? ""
    trailer = (record.line, text)
  }

  private mutating func checkTrailer() {
    guard let trailer else { return }
    guard let count = Int(trailer.text) else {
      return report(
        ImportFinding(
          line: trailer.line, value: trailer.text, rule: "file.trailer",
          zh: "结束行应写成“#结束,行数”", en: "the end line must read #结束,NUMBER OF ROWS"))
    }
    guard count != rowCount else { return }
    report(
      ImportFinding(
        line: trailer.line, value: trailer.text, rule: "file.truncated",
        zh: "文件被截断：结束行写的是\(count)行，文件里有\(rowCount)行",
        en: "the file is cut off: its end line says \(count) rows, it has \(rowCount)"))
  }

  // MARK: The header

  private mutating func readHeader(_ record: CSVRecord) {
    guard record.fieldCount <= limits.columns else {
      return report(
        ImportFinding(
          line: record.line, value: "\(record.fieldCount)", rule: "file.too_many_columns",
          zh: "列数超过\(limits.columns)", en: "there are more than \(limits.columns) columns"))
    }
    if let separator = foreignSeparator(record) {
      return report(
        ImportFinding(
          line: record.line, value: separator.shown, rule: "file.separator",
          zh: "分隔符应为逗号", en: "the separator must be a comma"))
    }
    guard let fields = Records.fields(of: record) else {
      file.isReadable = false
      return reportQuoting(record)
    }
    var seen: Set<String> = []
    for field in fields {
      let title = HalfWidth.normalized(field)
      if let column = column(titled: title) {
        columns.append(.column(column))
        if !seen.insert(column.key).inserted {
          report(
            ImportFinding(
              line: record.line, column: column.title, value: field, rule: "column.duplicate",
              zh: "列重复", en: "the column stands twice"))
        }
      } else if title.isEmpty {
        columns.append(.untitled)
      } else {
        columns.append(.unknown)
        reportUnknown(title, field, record)
      }
    }
    for column in kind.columns where !seen.contains(column.key) { reportMissing(column, record) }
  }

  private func column(titled title: String) -> ImportColumn? {
    kind.columns.first { $0.title == title || $0.key == title.lowercased() }
  }

  /// What spreadsheets and hasty hands put between cells instead of a comma.
  private static let foreignSeparators: [(mark: Character, shown: String)] = [
    ("\t", "Tab"), (";", ";"), ("；", "；"), ("，", "，"), ("|", "|"),
  ]

  /// The mark that makes columns out of a header that has none: then that alone is wrong with it.
  private func foreignSeparator(
    _ record: CSVRecord
  ) -> (mark: Character, shown: String)? {
    func isColumn(_ text: some StringProtocol) -> Bool {
      let bare = text.trimmingCharacters(in: CharacterSet(charactersIn: "\" "))
      return column(titled: HalfWidth.normalized(bare)) != nil
    }
    let fields = Records.fields(of: record) ?? []
    guard !fields.contains(where: { isColumn($0) }) else { return nil }
    return Self.foreignSeparators.first { separator in
      let parts = record.text.split(separator: separator.mark)
      return parts.count > 1 && parts.contains { isColumn($0) }
    }
  }

  private mutating func reportUnknown(_ title: String, _ field: String, _ record: CSVRecord) {
    let known = kind.columns.map(\.title).joined(separator: "、")
    report(
      ImportFinding(
        line: record.line, column: String(title.prefix(limits.valueCharacters)), value: field,
        rule: "column.unknown", zh: "没有这一列；可用的列：\(known)",
        en: "unknown column; there are \(known)"))
  }

  /// An absent optional column reads as empty cells, which may undo values: so it is said.
  private mutating func reportMissing(_ column: ImportColumn, _ record: CSVRecord) {
    if column.isRequired {
      report(
        ImportFinding(
          line: record.line, column: column.title, rule: "column.missing", zh: "缺少必需的列",
          en: "a required column is missing"))
    } else {
      note(
        ImportNote(
          line: record.line, column: column.title, zh: "文件没有“\(column.title)”列，按空读入",
          en: "the file has no column \(column.key); it is read as empty"))
    }
  }

  // MARK: Rows

  private mutating func readRow(_ record: CSVRecord, isLast: Bool) {
    rowCount += 1
    guard rowCount <= limits.rows else {
      return report(
        ImportFinding(
          line: record.line, rule: "file.too_many_rows", zh: "行数超过\(limits.rows)",
          en: "there are more than \(limits.rows) rows"))
    }
    guard record.isWellQuoted else { return reportQuoting(record) }
    guard record.fieldCount == columns.count else { return reportWidth(record, isLast: isLast) }
    guard let fields = Records.fields(of: record) else { return reportQuoting(record) }
    var row = ImportRow(line: record.line, cells: [:])
    for (position, field) in zip(columns, fields) {
      guard isAcceptable(field, position.title, record) else {
        if case .column(let column) = position { row.flaws.insert(column.key) }
        continue
      }
      switch position {
      case .column(let column):
        let cell = normalised(field, column, record)
        if !cell.isEmpty {
          row.cells[column.key] = cell
        } else if column.isRequired {
          row.flaws.insert(column.key)
          reportEmpty(column, record)
        }
      case .unknown: break
      case .untitled:
        if !field.isEmpty { reportStray(record, field) }
      }
    }
    file.rows.append(row)
  }

  private mutating func isAcceptable(
    _ field: String, _ title: String, _ record: CSVRecord
  ) -> Bool {
    // Counting characters is slow, and there are never more of them than bytes.
    if field.utf8.count > limits.cellCharacters, field.count > limits.cellCharacters {
      report(
        ImportFinding(
          line: record.line, column: title, value: field, rule: "cell.too_long",
          zh: "单元格超过\(limits.cellCharacters)个字符",
          en: "the cell has more than \(limits.cellCharacters) characters"))
      return false
    }
    guard let control = field.unicodeScalars.first(where: Self.isUnprintable) else { return true }
    let code = "U+" + String(control.value, radix: 16, uppercase: true)
    report(
      ImportFinding(
        line: record.line, column: title, value: code, rule: "cell.control",
        zh: "单元格含有不可见的控制字符\(code)", en: "the cell has the control character \(code)"))
    return false
  }

  /// Control characters, and those that make text run the other way and so show another value
  /// than is stored. Line breaks and tabs are text.
  private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0x00...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF: true
    default: false
    }
  }

  private mutating func normalised(
    _ field: String, _ column: ImportColumn, _ record: CSVRecord
  ) -> String {
    switch column.content {
    case .text: return trimmed(field)
    case .printed, .code:
      let cell = HalfWidth.normalized(field)
      if HalfWidth.isChanged(field) {
        note(
          ImportNote(
            line: record.line, column: column.title, zh: "全角“\(field)”按“\(cell)”读入",
            en: "full-width “\(field)” is read as “\(cell)”"))
      }
      return column.content == .code ? cell : trimmed(field)
    }
  }

  private func trimmed(_ text: String) -> String {
    let head = text.drop(while: \.isWhitespace)
    guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(head[...last])
  }

  /// A last row that is too short is what a cut in the middle of a line leaves behind.
  private mutating func reportWidth(_ record: CSVRecord, isLast: Bool) {
    let (found, wanted) = (record.fieldCount, columns.count)
    keepUnread(record)
    if isLast, found < wanted {
      report(
        ImportFinding(
          line: record.line, value: record.text, rule: "file.truncated",
          zh: "文件被截断：最后一行只有\(found)列，标题行有\(wanted)列",
          en: "the file is cut off: its last row has \(found) cells, the header has \(wanted)"))
    } else {
      report(
        ImportFinding(
          line: record.line, value: record.text, rule: "row.width",
          zh: "这一行有\(found)列，标题行有\(wanted)列",
          en: "this row has \(found) cells, the header has \(wanted)"))
    }
  }

  /// Where more rows are broken than are told, the file is not worked on any further.
  private mutating func keepUnread(_ record: CSVRecord) {
    if file.unreadRows.count < limits.errors {
      file.unreadRows.append(record.text)
    } else {
      file.isReadable = false
    }
  }

  private mutating func reportQuoting(_ record: CSVRecord) {
    keepUnread(record)
    report(
      ImportFinding(
        line: record.line, value: record.text, rule: "row.quotes", zh: "引号用法不对",
        en: "the quotation marks are wrong"))
  }

  private mutating func reportEmpty(_ column: ImportColumn, _ record: CSVRecord) {
    report(
      ImportFinding(
        line: record.line, column: column.title, rule: "cell.required", zh: "不能为空",
        en: "must not be empty"))
  }

  private mutating func reportStray(_ record: CSVRecord, _ field: String) {
    report(
      ImportFinding(
        line: record.line, value: field, rule: "cell.without_column",
        zh: "这个单元格上面没有列名", en: "this cell has no column title above it"))
  }
}
