internal import Access
internal import CommonMessages
internal import Crypto
internal import Imports
internal import RPC
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

/// What the import calls add to the desk.
@Suite(.timeLimit(.minutes(5))) struct ImportAPITests {
  /// Others may hold the writer for long; who imports waits as long as his own deadline lasts.
  @Test(arguments: [true, false])
  func anImportWaitsForTheWriterUntilItsDeadline(isCommit: Bool) async throws {
    var options = DatabaseOptions()
    options.leaseTimeout = .milliseconds(50)
    try await withTestDatabase(.sqlite, migrations: ImportMigrations.all, options: options) {
      database in
      let api = ImportAPI(database: database, kinds: [Self.kind])
      let first = ServiceFixture(database: database).call()
      let id = try await Self.received(api, first)
      if isCommit {
        _ = try await api.validateImport(ValidateImportRequest(importId: id), context: first)
      }
      var call = CallContext(
        method: first.method, deadline: ContinuousClock.now + .seconds(120))
      call.principal = first.principal
      let gate = Gate()
      let long = Task {
        try await database.write(as: .system("test")) { _ in
          gate.arrive()
          gate.waitForRelease()
        }
      }
      try await gate.arrival()
      let waiting = Task { [call] in
        isCommit
          ? try await api.commitImport(CommitImportRequest(importId: id), context: call).import
          : try await api.validateImport(ValidateImportRequest(importId: id), context: call).import
      }
      // Several times what a caller without a deadline is given.
      try await Task.sleep(for: .milliseconds(300))
      gate.release()
      try await long.value
      #expect(try await waiting.value?.state == (isCommit ? .committed : .validated))
    }
  }

  private static let kind = OfferedKind(
    Imports.ImportKind(
      name: "k", title: "k",
      columns: [ImportColumn(key: "a", title: "甲", explanation: "")],
      process: { run in
        var outcome = ImportOutcome()
        outcome.insertedRows = run.rows.count
        return outcome
      }, revert: { _, _ in [] }), role: .clerk)

  private static func received(_ api: ImportAPI, _ call: CallContext) async throws -> String {
    let content = Array("甲\n1\n".utf8)
    let sha256 = SHA256.hash(data: content).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
    let created = try await api.createImport(
      CreateImportRequest(
        kind: "k", fileName: "k.csv", byteCount: UInt64(content.count), sha256: sha256),
      context: call)
    let id = try #require(created.import?.id)
    _ = try await api.appendRows(
      AppendRowsRequest(importId: id, chunkNumber: 0, content: content), context: call)
    return id
  }
}
