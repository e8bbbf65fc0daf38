// What was acknowledged survives the death of the writer and of the server; what was not is
// whole or absent.

internal import Foundation
internal import Storage
internal import TestSupport
internal import Testing

@Suite(.timeLimit(.minutes(5))) struct DurabilityTests {
  private static let migration = Migration("crash/0001_pair") { _ in
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

  /// The helper stands beside the test program.
  private static var writer: URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("StorageCrashWriter")
  }

  /// Starts the writer, waits for `count` acknowledgements, kills it, and returns the last
  /// number it acknowledged.
  private static func acknowledged(
    by url: String, beforeKillAt count: Int, kill: (RunningProcess) async throws -> Void
  ) async throws -> Int64 {
    let process = Process()
    let output = Pipe()
    process.executableURL = writer
    process.arguments = [url]
    process.standardOutput = output
    let running = RunningProcess(process)
    try running.run()
    var last: Int64 = 0
    var seen = 0
    for await line in LineReader.lines(of: output.fileHandleForReading) {
      last = try #require(Int64(line))
      seen += 1
      if seen == count { try await kill(running) }
    }
    _ = await running.end()
    return last
  }

  private static func check(_ url: DatabaseURL, _ last: Int64) async throws {
    let database = try await Database.open(url)
    try await database.migrate([migration])
    let rows = try await database.read { transaction in
      try transaction.query(
        "SELECT number, COUNT(*) AS halves FROM pair GROUP BY number ORDER BY number")
    }
    let numbers = try rows.map { try $0.int64("number") }
    #expect(numbers.count >= Int(last), "acknowledged \(last), found \(numbers.count)")
    #expect(numbers == (0..<Int64(numbers.count)).map { $0 + 1 })
    #expect(try rows.allSatisfy { try $0.int64("halves") == 2 })
    // One more may have been committed and not acknowledged, never two.
    #expect(numbers.count <= Int(last) + 1)
    let feed = try await database.read { try $0.query("SELECT seq FROM storage_outbox").count }
    #expect(feed == numbers.count)
    try await Samples.settle(database)
    _ = try await database.sealAudit()
    let verdict = try await database.verifyAudit()
    #expect(verdict == .intact(try await database.read { try $0.auditHead() }))
    await database.close()
  }

  @Test(arguments: Engine.allCases, [1, 7, 40, 111])
  func aKilledWriterLosesNothingItAcknowledged(engine: Engine, count: Int) async throws {
    let test = try await TestDatabase.create(engine)
    do {
      let last = try await Self.acknowledged(by: test.urlText, beforeKillAt: count) {
        $0.kill()
      }
      try #require(last >= Int64(count))
      try await Self.check(test.url, last)
    } catch {
      try? await test.remove()
      throw error
    }
    try await test.remove()
  }

  @Test func aKilledServerLosesNothingItAcknowledged() async throws {
    try await withPostgresCluster { cluster in
      let last = try await Self.acknowledged(by: cluster.urlText, beforeKillAt: 50) { writer in
        try await cluster.perform(.kill)
        writer.kill()
      }
      try await cluster.perform(.start)
      try await Self.check(cluster.url, last)
    }
  }

  /// Everything above hangs on this setting, which GRDB undoes when it turns the log on.
  @Test func sqliteSyncsEveryCommit() async throws {
    try await withTestDatabase(.sqlite) { database in
      let value = try await database.write(as: Samples.actor) {
        try $0.queryOne("PRAGMA synchronous")?.values
      }
      #expect(value == [2])
    }
  }

  /// Whatever the database has as its default; what waits for more than the disk stays.
  @Test(arguments: [
    ("off", "on"), ("local", "on"), ("remote_write", "on"), ("on", "on"),
    ("remote_apply", "remote_apply"),
  ])
  func postgresWaitsForTheDisk(configured: String, effective: String) async throws {
    try await withTestDatabase(.postgres) { database in
      try await database.write(as: Samples.actor) { transaction in
        let name = try transaction.queryOne("SELECT current_database() AS name")?.text("name")
        try transaction.execute(
          "ALTER DATABASE \(name ?? "") SET synchronous_commit = \(configured)")
      }
      let fresh = try await Database.open(database.url)
      let row = try await fresh.write(as: Samples.actor) { transaction in
        try transaction.queryOne(
          """
          SELECT current_setting('synchronous_commit') AS value,
            (SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit') AS standard
          """)
      }
      #expect(try row?.text("standard") == configured, "what a session would have")
      #expect(try row?.text("value") == effective)
      await fresh.close()
    }
  }
}
