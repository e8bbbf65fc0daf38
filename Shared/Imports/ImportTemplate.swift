// An empty file of a kind: what a clerk opens in a spreadsheet.

package enum ImportTemplate {
  /// A CSV file, UTF-8 with a byte order mark: comments that explain the columns, then the header.
  package static func bytes(of kind: ImportKind) -> [UInt8] {
    var lines = ["# \(kind.title)（\(kind.name)）。以#开头的行是说明，读入时略过。"]
    for column in kind.columns {
      let need = column.isRequired ? "必填" : "可空"
      let example = column.example.isEmpty ? "" : "例：\(column.example)"
      lines.append(
        "# \(column.title)（\(column.key)）：\(need)。\(column.explanation)\(example)")
    }
    lines.append("# 文件末尾可写“\(ImportFile.trailer),行数”，用来发现文件被截断。")
    lines = lines.map { line in line.contains(where: { ",\"\n".contains($0) }) ? quoted(line) : line
    }
    lines.append(kind.columns.map { quoted($0.title) }.joined(separator: ","))
    return [0xEF, 0xBB, 0xBF] + Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
  }

  private static func quoted(_ cell: String) -> String {
    guard cell.contains(where: { ",\"\r\n".contains($0) }) else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }
}
