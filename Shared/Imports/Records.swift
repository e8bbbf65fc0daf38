// From text to records: a record ends at a line end outside quotes. The fields of a record are read
// by SwiftCSV. It tells no lines, fills rows that are too short, accepts a file that ends inside
// quotes, and takes characters instead of bytes, so that a comma with a combining accent is no
// comma to it. Therefore the records are cut and judged here (RFC 4180, strictly), each is then
// read alone, and both must agree on the number of fields.

internal import SwiftCSV

/// A record of the file.
struct CSVRecord: Equatable {
  /// The line it begins at, from 1.
  var line: Int
  var text: String
  var fieldCount: Int
  /// False when a quotation mark stands where none may.
  var isWellQuoted: Bool
}

struct RecordSplit {
  var records: [CSVRecord] = []
  /// False when the text ends inside quotes.
  var isClosed = true
  /// False when the last line has no line end.
  var endsWithNewline = true
  /// The first record that is longer than a record may be; nothing after it is read.
  var overlongLine: Int?
}

enum Records {
  /// Cuts a text into records. Line ends are LF, CRLF or CR; they may be mixed, and inside quotes
  /// they become LF. A line that begins with `#` is one record, whatever quotes it holds.
  static func split(_ text: String, limits: ImportLimits) -> RecordSplit {
    var splitter = RecordSplitter(maximumBytes: limits.recordBytes)
    for byte in text.utf8 where !splitter.isOverlong { splitter.take(byte) }
    return splitter.finish()
  }

  /// The fields of one record; nil where its quoting is broken or the two readings differ.
  static func fields(of record: CSVRecord) -> [String]? {
    guard record.isWellQuoted,
      let table = try? CSV<Enumerated>(
        string: record.text + "\n", delimiter: .comma, loadColumns: false),
      table.header.count == record.fieldCount
    else { return nil }
    return table.header
  }
}

private struct RecordSplitter {
  private enum State {
    case recordStart, fieldStart, unquoted, quoted
    /// After a quotation mark inside quotes: the end of the quotes, or the first of a pair.
    case quoteInQuotes
    case comment
  }

  private let maximumBytes: Int
  private var split = RecordSplit()
  private var state = State.recordStart
  private var line = 1
  private var current: [UInt8] = []
  private var start = 1
  private var fieldCount = 1
  private var isWellQuoted = true
  private var isAfterReturn = false

  init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

  var isOverlong: Bool { split.overlongLine != nil }

  mutating func take(_ byte: UInt8) {
    let wasAfterReturn = isAfterReturn
    isAfterReturn = byte == UInt8(ascii: "\r")
    if byte == UInt8(ascii: "\n"), wasAfterReturn { return }
    if byte == UInt8(ascii: "\n") || isAfterReturn { return takeLineEnd() }
    current.append(byte)
    if current.count > maximumBytes { split.overlongLine = start }
    advance(byte)
  }

  private mutating func advance(_ byte: UInt8) {
    switch (state, byte) {
    case (.comment, _): break
    case (.recordStart, UInt8(ascii: "#")): state = .comment
    case (.recordStart, UInt8(ascii: "\"")), (.fieldStart, UInt8(ascii: "\"")): state = .quoted
    case (.quoted, UInt8(ascii: "\"")): state = .quoteInQuotes
    case (.quoted, _): break
    case (.quoteInQuotes, UInt8(ascii: "\"")): state = .quoted
    case (_, UInt8(ascii: ",")):
      fieldCount += 1
      state = .fieldStart
    case (.quoteInQuotes, _), (.unquoted, UInt8(ascii: "\"")):
      // Read on as if it were a letter: one stray mark must not swallow the rest of the file.
      isWellQuoted = false
      state = .unquoted
    default: state = .unquoted
    }
  }

  private mutating func takeLineEnd() {
    line += 1
    guard state != .quoted else {
      current.append(UInt8(ascii: "\n"))
      return
    }
    endRecord()
  }

  private mutating func endRecord() {
    split.records.append(
      CSVRecord(
        line: start, text: String(decoding: current, as: UTF8.self), fieldCount: fieldCount,
        isWellQuoted: isWellQuoted))
    current.removeAll(keepingCapacity: true)
    state = .recordStart
    start = line
    fieldCount = 1
    isWellQuoted = true
  }

  mutating func finish() -> RecordSplit {
    guard !isOverlong else { return split }
    split.isClosed = state != .quoted
    split.endsWithNewline = state == .recordStart
    if state != .recordStart { endRecord() }
    return split
  }
}
