// One transaction on a PostgreSQL connection: parameters in, rows out.

internal import CPostgres

final class PostgresSession: EngineSession {
  let dialect = Dialect.postgres
  let connection: PostgresConnection
  private let texts: SQLTextCache
  private let options: DatabaseOptions
  private let control: OperationControl

  init(
    connection: PostgresConnection, texts: SQLTextCache, options: DatabaseOptions,
    control: OperationControl
  ) {
    self.connection = connection
    self.texts = texts
    self.options = options
    self.control = control
  }

  func run(
    _ sql: String, _ parameters: [SQLValue], streaming: Bool,
    _ row: (SQLRow) throws(StorageError) -> Void
  ) throws(StorageError) -> Int {
    try control.check()
    let (text, isKept) = try texts.text(sql)
    try text.check(parameters, maximumTextBytes: options.maximumTextBytes)
    var changed = 0
    var columns: SQLColumns?
    try connection.run(
      text, parameters, isKept: isKept, streaming: streaming, control
    ) { (result) throws(StorageError) in
      if result.status == PGRES_COMMAND_OK { changed = result.changedRows }
      guard result.status == PGRES_TUPLES_OK || result.status == PGRES_SINGLE_TUPLE else {
        return
      }
      let known = columns ?? PostgresRows.columns(result)
      columns = known
      changed = result.changedRows
      try PostgresRows.decode(result, known, row)
    }
    return Self.countsAsChange(sql) ? changed : 0
  }

  /// libpq counts the rows of a SELECT as well.
  private static func countsAsChange(_ sql: String) -> Bool {
    let first = sql.utf8.first { $0 > UInt8(ascii: " ") }
    return first != UInt8(ascii: "S") && first != UInt8(ascii: "s")
  }

  func bulkInsert(
    into table: String, columns: [String], rows: [[SQLValue]]
  ) throws(StorageError) {
    var data: [UInt8] = []
    for row in rows {
      for (index, value) in row.enumerated() {
        if index > 0 { data.append(UInt8(ascii: "\t")) }
        try SQLText.check(value, maximumTextBytes: options.maximumTextBytes)
        PostgresRows.appendCopy(value, to: &data)
      }
      data.append(UInt8(ascii: "\n"))
    }
    let stored = try connection.copy(
      "COPY \(table) (\(columns.joined(separator: ", "))) FROM STDIN", data, control)
    try BulkInsert.check(stored, of: rows.count, table)
  }
}

/// Decoding of results in the text format, and COPY's own escapes.
enum PostgresRows {
  static func columns(_ result: PostgresResult) -> SQLColumns {
    let names = (0..<libpq.PQnfields(result.handle)).map { index in
      libpq.PQfname(result.handle, index).map { String(cString: $0) } ?? ""
    }
    return SQLColumns(names)
  }

  static func decode(
    _ result: PostgresResult, _ columns: SQLColumns,
    _ row: (SQLRow) throws(StorageError) -> Void
  ) throws(StorageError) {
    let types = columns.names.indices.map { libpq.PQftype(result.handle, CInt($0)) }
    for line in 0..<libpq.PQntuples(result.handle) {
      var values: [SQLValue] = []
      values.reserveCapacity(types.count)
      for index in types.indices {
        values.append(
          try value(result, line, CInt(index), types[index], name: columns.names[index]))
      }
      try row(SQLRow(columns: columns, values: values))
    }
  }

  private static func value(
    _ result: PostgresResult, _ row: CInt, _ column: CInt, _ type: Oid, name: String
  ) throws(StorageError) -> SQLValue {
    guard libpq.PQgetisnull(result.handle, row, column) == 0,
      let start = libpq.PQgetvalue(result.handle, row, column)
    else { return .null }
    let length = Int(libpq.PQgetlength(result.handle, row, column))
    let bytes = UnsafeRawBufferPointer(start: start, count: length)
    switch type {
    case 18, 19, 25, 705, 1042, 1043:  // char, name, text, unknown, bpchar, varchar
      return .text(String(decoding: bytes, as: UTF8.self))
    case 20, 21, 23, 26, 1700:  // int8, int2, int4, oid, numeric
      return .integer(try integer(String(decoding: bytes, as: UTF8.self), name))
    case 16:  // bool
      return .integer(bytes.first == UInt8(ascii: "t") ? 1 : 0)
    case 2278:  // void
      return .null
    default:
      throw StorageError(
        .invalidStatement, "Column \(name) has PostgreSQL's type \(type); use BIGINT or TEXT.")
    }
  }

  /// A SUM of BIGINT is NUMERIC: an integer, but maybe beyond 64 bits.
  private static func integer(_ text: String, _ name: String) throws(StorageError) -> Int64 {
    if let integer = Int64(text) { return integer }
    if text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }) {
      throw StorageError(.overflow, "Column \(name) is beyond a 64-bit integer.")
    }
    throw StorageError(.invalidStatement, "Column \(name) is a fraction, not an integer.")
  }

  static func appendCopy(_ value: SQLValue, to data: inout [UInt8]) {
    switch value {
    case .null: data.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "N")])
    case .integer(let integer): data.append(contentsOf: String(integer).utf8)
    case .text(let text):
      for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "\\"): data.append(contentsOf: [byte, byte])
        case UInt8(ascii: "\n"): data.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
        case UInt8(ascii: "\r"): data.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
        case UInt8(ascii: "\t"): data.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
        default: data.append(byte)
        }
      }
    }
  }
}
