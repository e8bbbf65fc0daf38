// Writes pairs of rows, one transaction each, and prints the number of each pair once it is
// acknowledged, until it is killed. Tests kill it and read the rows back.
//
//   StorageCrashWriter URL

internal import Foundation
internal import Storage

enum CrashWriter {
  static let migration = Migration("crash/0001_pair") { _ in
    [
      """
      CREATE TABLE pair (
        number BIGINT NOT NULL,
        half BIGINT NOT NULL,
        PRIMARY KEY (number, half)
      )
      """
    ]
  }

  /// Ends only by an error.
  static func run(_ url: String) async throws {
    let database = try await Database.open(try DatabaseURL(url))
    try await database.migrate([migration])
    var number: Int64 = 0
    while true {
      number += 1
      try await write(number, database)
      try FileHandle.standardOutput.write(contentsOf: Data("\(number)\n".utf8))
    }
  }

  private static func write(_ number: Int64, _ database: Database) async throws {
    let actor = Actor(subject: "crash", requestID: "pair-\(number)")
    _ = try await database.writeOnce(as: actor, method: "pair", fingerprint: []) { transaction in
      for half in [Int64(1), 2] {
        try transaction.execute(
          "INSERT INTO pair (number, half) VALUES ($1, $2)", [.integer(number), .integer(half)])
      }
      try transaction.emit(
        ChangeEvent(entity: "pair", id: "\(number)", revision: 1, action: .put, payload: []))
      try transaction.audit(
        entity: "pair", id: "\(number)", action: "write", before: nil, after: "{}")
      return Array("\(number)".utf8)
    }
  }
}

guard CommandLine.arguments.count == 2 else {
  FileHandle.standardError.write(Data("usage: StorageCrashWriter URL\n".utf8))
  exit(64)
}
do {
  try await CrashWriter.run(CommandLine.arguments[1])
} catch {
  // The server was killed before the writer. A trap would start the debugger's backtrace.
  exit(1)
}
