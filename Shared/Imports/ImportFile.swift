// A file of a kind that has been read: rows, and everything that is wrong with its shape at once.

internal import Crypto

struct ImportFile: Sendable {
  var rows: [ImportRow] = []
  var errors: [ImportFinding] = []
  var errorCount = 0
  var notes: [ImportNote] = []
  /// SHA-256 over kind and cells: the same content is the same, whatever its encoding, line ends,
  /// order of columns or comments.
  var fingerprint = ""

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
    var file = reader.file
    file.fingerprint = fingerprint(file.rows, kind)
    return file
  }

  /// A file that is refused for one reason.
  static func refused(_ finding: ImportFinding) -> ImportFile {
    var file = ImportFile()
    file.errors = [finding]
    file.errorCount = 1
    return file
  }

  /// Every part is hashed with its length, so that no two contents have the same bytes.
  private static func fingerprint(_ rows: [ImportRow], _ kind: ImportKind) -> String {
    var hash = SHA256()
    func add(_ text: String) {
      let bytes = Array(text.utf8)
      hash.update(data: Array("\(bytes.count):".utf8) + bytes)
    }
    add(kind.name)
    for row in rows {
      add("row")
      for column in kind.columns where !row[column.key].isEmpty {
        add(column.key)
        add(row[column.key])
      }
    }
    return hash.finalize().hexadecimal
  }
}

extension Sequence<UInt8> {
  /// Lower-case hexadecimal.
  var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
