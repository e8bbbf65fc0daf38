// A file of a kind that has been read: rows, and everything that is wrong with its shape at once.

struct ImportFile: Sendable {
  var rows: [ImportRow] = []
  /// Rows that cannot be cut into cells, as they stand.
  var unreadRows: [String] = []
  var errors: [ImportFinding] = []
  var errorCount = 0
  var notes: [ImportNote] = []
  /// False when the file as a whole or its header is wrong: then its rows say nothing certain.
  var isReadable = true

  /// Begins the last line, which tells the number of rows.
  static let trailer = "#结束"

  /// Reads a file.
  ///
  /// - Parameter bytes: the whole file.
  static func read(_ bytes: [UInt8], kind: ImportKind, limits: ImportLimits) -> ImportFile {
    var reader = ImportFileReader(kind: kind, limits: limits)
    switch FileText.decode(bytes) {
    case .failure(let finding): reader.report(finding)
    case .success(let file): reader.read(file)
    }
    return reader.file
  }

  /// A file that is refused for one reason.
  static func refused(_ finding: ImportFinding) -> ImportFile {
    var file = ImportFile()
    file.errors = [finding]
    file.errorCount = 1
    file.isReadable = false
    return file
  }
}
