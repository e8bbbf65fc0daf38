// The files of the training set in memory: built row by row, written as a careful clerk would write
// them (UTF-8 with a mark, a header, an end line with the number of rows).

/// A file of the training set.
struct TrainingFile: Sendable, Equatable {
  /// `registry/places`: service and kind, as in a manifest.
  let kind: String
  let name: String
  let content: [UInt8]
}

/// Rows of one kind.
struct TrainingTable: Sendable {
  let kind: String
  let titles: [String]
  private(set) var rows: [[String]] = []

  /// What every row names as its document: nobody may take one of them for a record.
  static let document = "示例数据（合成，非真实记录）"
  static let documentTitle = "出处文件"
  /// The last columns of every kind that has a source.
  static let source = [documentTitle, "原句", "备注"]

  private let places: [String: Int]

  /// - Parameter titles: every column of the kind, in the order of its template.
  init(_ kind: String, _ titles: [String]) {
    self.kind = kind
    self.titles = titles
    places = Dictionary(
      zip(titles, titles.indices), uniquingKeysWith: { first, _ in first })
  }

  /// Adds a row; a column that is not named stays empty.
  mutating func add(_ cells: KeyValuePairs<String, String>) {
    var row = Array(repeating: "", count: titles.count)
    if let place = places[Self.documentTitle] { row[place] = Self.document }
    for (title, cell) in cells {
      guard let place = places[title] else {
        assertionFailure("\(kind) has no column \(title)")
        continue
      }
      row[place] = cell
    }
    rows.append(row)
  }

  /// The table as a file; its name tells the service and the kind.
  func file(_ name: String? = nil) -> TrainingFile {
    let stem = name ?? kind.split(separator: "/").joined(separator: "-")
    var text = "\u{FEFF}" + Self.line(titles)
    for row in rows { text += Self.line(row) }
    text += "#结束,\(rows.count)\n"
    return TrainingFile(kind: kind, name: "\(stem).csv", content: Array(text.utf8))
  }

  private static func line(_ cells: [String]) -> String {
    cells.map(quoted).joined(separator: ",") + "\n"
  }

  /// RFC 4180: a cell with a separator, a quotation mark or a line end is quoted.
  private static func quoted(_ cell: String) -> String {
    let needsQuotes = cell.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
    return needsQuotes ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
  }
}

/// Words for values.
enum TrainingWords {
  /// `007`
  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Money, given in hundreds of 元: `123.45万元`.
  static func money(_ hundreds: Int) -> String {
    "\(hundreds / 100).\(padded(hundreds % 100, 2))万元"
  }

  /// Values of a list in one cell.
  static func list(_ values: [String]) -> String { values.joined(separator: "、") }
}
