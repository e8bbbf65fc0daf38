// What came of a file, for the person who sent it.

internal import CommonMessages

/// The outcome of one file in words.
struct ImportReport: Sendable {
  let file: ImportFile
  let result: Import

  /// Notes shown before the rest is only counted.
  static let maximumNotes = 20

  /// One line: what was, or would be, done.
  func summary(isDryRun: Bool) -> Phrase {
    if result.nothingNew {
      return Phrase("\(file.name)：没有新内容", "\(file.name): nothing new")
    }
    var parts: [(Phrase, UInt64)] = [
      (Phrase("新增", "inserted"), result.insertedCount),
      (Phrase("修订", "revised"), result.revisedCount),
      (Phrase("未变", "unchanged"), result.unchangedCount),
      (Phrase("隔离待核", "quarantined"), result.quarantinedCount),
    ]
    parts = parts.filter { $0.1 > 0 }
    let zh = parts.map { "\($0.0.zh) \($0.1)" }.joined(separator: "，")
    let en = parts.map { "\($0.1) \($0.0.en)" }.joined(separator: ", ")
    let rows = result.rowCount
    return isDryRun
      ? Phrase(
        "\(file.name)：试运行，\(rows) 行，将\(zh)；没有写入",
        "\(file.name): dry run, \(rows) rows: \(en); nothing stored")
      : Phrase("\(file.name)：\(rows) 行，\(zh)", "\(file.name): \(rows) rows: \(en)")
  }

  /// By what the import can be taken back; nil where it stored nothing.
  var receipt: Phrase? {
    guard result.state == .committed, !result.nothingNew else { return nil }
    return Phrase(
      "  编号 \(result.id)；撤回：lianshe import revert \(result.id) --reason 理由",
      "  id \(result.id); to take it back: lianshe import revert \(result.id) --reason WHY")
  }

  /// What the service normalised, quarantined or changed.
  var notes: [Phrase] {
    let lines = result.notes.prefix(Self.maximumNotes).map { note in
      Phrase(
        "  \(Self.place(note.line, note.column).zh)\(note.textZh)",
        "  \(Self.place(note.line, note.column).en)\(note.textEn)")
    }
    let rest = result.notes.count - lines.count
    return rest > 0
      ? lines + [Phrase("  另有 \(rest) 条说明", "  and \(rest) more notes")] : Array(lines)
  }

  /// The end of a refused file: every error with row, column, value and reason.
  func refusal() -> Failure {
    let count = max(result.errorCount, UInt64(result.errors.count))
    var lines = [
      Phrase(
        "\(file.name)：\(count) 处错误，没有导入任何一行",
        "\(file.name): \(count) \(count == 1 ? "error" : "errors"), nothing was imported")
    ]
    lines += result.errors.map { error in
      let value =
        error.value.isEmpty ? Phrase("", "") : Phrase("“\(error.value)” ", "\"\(error.value)\" ")
      let place = Self.place(error.line, error.column)
      return Phrase(
        "  \(place.zh)\(value.zh)\(error.reasonZh) [\(error.rule)]",
        "  \(place.en)\(value.en)\(error.reasonEn) [\(error.rule)]")
    }
    let rest = Int(clamping: count) - result.errors.count
    if rest > 0 {
      lines.append(Phrase("  另有 \(rest) 处错误", "  and \(rest) more errors"))
    }
    lines.append(
      Phrase(
        "  改正后重新导入整个文件；各列的规定见 lianshe template \(result.kind)",
        "  correct the file and import all of it again; columns: lianshe template \(result.kind)"))
    return Failure(.invalid, lines)
  }

  private static func place(_ line: UInt64, _ column: String) -> Phrase {
    switch (line, column.isEmpty) {
    case (0, true): Phrase("整个文件：", "the file: ")
    case (0, false): Phrase("\(column)：", "\(column): ")
    case (_, true): Phrase("第 \(line) 行：", "line \(line): ")
    case (_, false): Phrase("第 \(line) 行，\(column)：", "line \(line), \(column): ")
    }
  }
}
