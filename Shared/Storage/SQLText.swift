// One text, two engines. SQLite takes `$1` for a *name* and binds an array by first appearance,
// silently: `SELECT $2, $1` would come back swapped. So each text is read once, its `$n` are
// rewritten to `?n`, which SQLite numbers as PostgreSQL does, and the result is kept.

internal import Synchronization

struct SQLText: Sendable {
  /// The text as written; PostgreSQL gets this one.
  let original: String
  /// The text with `?n` in place of `$n`.
  let sqlite: String
  /// `referenced[n - 1]` tells whether `$n` occurs; its count is the highest n.
  let referenced: [Bool]

  /// The highest `$n`: the protocol of PostgreSQL counts parameters in 16 bits.
  static let maximumParameters = 32_000

  init(_ sql: String) throws(StorageError) {
    var scanner = SQLScanner(sql)
    try scanner.scan()
    original = sql
    sqlite = String(decoding: scanner.output, as: UTF8.self)
    referenced = scanner.referenced
  }

  /// Both engines must agree on what a wrong number of values means: an error.
  func check(_ parameters: [SQLValue], maximumTextBytes: Int) throws(StorageError) {
    guard parameters.count == referenced.count else {
      throw StorageError(
        .invalidStatement,
        "The statement has \(referenced.count) parameters and got \(parameters.count) values.",
        cause: original)
    }
    for parameter in parameters { try Self.check(parameter, maximumTextBytes: maximumTextBytes) }
  }

  /// Both C libraries would cut a text at its first NUL without a word.
  static func check(_ value: SQLValue, maximumTextBytes: Int) throws(StorageError) {
    guard case .text(let text) = value else { return }
    guard text.utf8.count <= maximumTextBytes else {
      throw StorageError(
        .invalidArgument, "A text is longer than \(maximumTextBytes) bytes.")
    }
    guard !text.utf8.contains(0) else {
      throw StorageError(.invalidArgument, "A text holds a NUL character.")
    }
  }

  /// For the few texts that are assembled from names.
  static func checkIdentifiers(_ names: [String]) throws(StorageError) {
    for name in names {
      let letters = name.utf8.allSatisfy { byte in
        (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
          || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
      }
      guard letters, let first = name.utf8.first, !(0x30...0x39).contains(first) else {
        throw StorageError(.invalidStatement, "\(name) is not a plain lower-case identifier.")
      }
    }
  }
}

/// Reads SQL just far enough to tell parameters from literals, quoted names and comments.
private struct SQLScanner {
  private let bytes: [UInt8]
  private var index = 0
  private(set) var output: [UInt8] = []
  private(set) var referenced: [Bool] = []

  init(_ sql: String) {
    bytes = Array(sql.utf8)
    output.reserveCapacity(bytes.count)
  }

  mutating func scan() throws(StorageError) {
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        copyQuoted(byte)
      case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"):
        copy { $0 == UInt8(ascii: "\n") }
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
        copyBlockComment()
      case UInt8(ascii: "$"):
        try rewriteParameter()
      case UInt8(ascii: ":") where peek(1) == byte:
        throw refused("`::` is not portable; write CAST(… AS BIGINT).")
      case UInt8(ascii: "?"):
        throw refused("Parameters are written $1, $2, ….")
      case UInt8(ascii: ";"):
        try finish()
      default:
        output.append(byte)
        index += 1
      }
    }
  }

  private func peek(_ offset: Int) -> UInt8? {
    index + offset < bytes.count ? bytes[index + offset] : nil
  }

  private func refused(_ reason: String) -> StorageError {
    StorageError(.invalidStatement, reason, cause: String(decoding: bytes, as: UTF8.self))
  }

  /// A doubled quote ends one run and starts the next, which copies the same bytes.
  private mutating func copyQuoted(_ quote: UInt8) {
    output.append(quote)
    index += 1
    copy { $0 == quote }
  }

  /// Copies up to and including the first byte that `isLast`.
  private mutating func copy(until isLast: (UInt8) -> Bool) {
    while index < bytes.count {
      let byte = bytes[index]
      output.append(byte)
      index += 1
      if isLast(byte) { return }
    }
  }

  private mutating func copyBlockComment() {
    output.append(contentsOf: [bytes[index], bytes[index + 1]])
    index += 2
    var previous: UInt8 = 0
    copy { byte in
      defer { previous = byte }
      return previous == UInt8(ascii: "*") && byte == UInt8(ascii: "/")
    }
  }

  private mutating func rewriteParameter() throws(StorageError) {
    index += 1
    var number = 0
    var digits: [UInt8] = []
    while let byte = peek(0), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      digits.append(byte)
      number = number * 10 + Int(byte - UInt8(ascii: "0"))
      index += 1
      guard number <= SQLText.maximumParameters else { throw refused("Too many parameters.") }
    }
    guard number > 0 else { throw refused("A parameter is $1, $2, …; $0 and $name are not.") }
    while referenced.count < number { referenced.append(false) }
    referenced[number - 1] = true
    output.append(UInt8(ascii: "?"))
    output.append(contentsOf: digits)
  }

  private mutating func finish() throws(StorageError) {
    index += 1
    while let byte = peek(0) {
      guard byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") else {
        throw refused("One statement at a time.")
      }
      index += 1
    }
  }
}

/// Parsed texts by their original, up to a number; more are parsed each time.
final class SQLTextCache: Sendable {
  private let capacity: Int
  private let texts = Mutex<[String: SQLText]>([:])

  init(capacity: Int) { self.capacity = capacity }

  /// The parsed text, and whether it is one of those that may stay prepared.
  func text(_ sql: String) throws(StorageError) -> (text: SQLText, isKept: Bool) {
    if let known = texts.withLock({ $0[sql] }) { return (known, true) }
    let parsed = try SQLText(sql)
    let kept = texts.withLock { texts in
      guard texts.count < capacity else { return false }
      texts[sql] = parsed
      return true
    }
    return (parsed, kept)
  }
}
