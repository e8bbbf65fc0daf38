// The life cycle of an import, on both engines.

internal import Crypto
internal import Foundation
internal import Imports
internal import Storage
internal import TestSupport
internal import Testing

@Suite struct ImportDeskTests {
  static let header = "代码,名称,数量,备注\n"

  static func desk(_ database: Database, _ limits: ImportLimits = ImportLimits()) -> ImportDesk {
    ImportDesk(database: database, kinds: [Samples.kind], limits: limits)
  }

  static func withDesk(
    _ engine: Engine, limits: ImportLimits = ImportLimits(),
    _ body: (Database, ImportDesk) async throws -> Void
  ) async throws {
    try await withTestDatabase(engine, migrations: Samples.migrations) { database in
      try await body(database, desk(database, limits))
    }
  }

  static func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Creates an import and sends its chunks.
  static func send(
    _ text: String, _ database: Database, _ desk: ImportDesk, chunk size: Int = 1 << 20,
    as actor: Actor = Samples.actor(), declaring: Int? = nil
  ) async throws -> String {
    let bytes = Samples.bytes(text)
    let digest = sha256(bytes)
    let record = try await database.write(as: actor) {
      try desk.create(
        kind: "things", fileName: "things.csv", byteCount: UInt64(declaring ?? bytes.count),
        sha256: digest, $0)
    }
    #expect(record.state == .receiving)
    for (number, start) in stride(from: 0, to: bytes.count, by: size).enumerated() {
      let part = Array(bytes[start..<min(start + size, bytes.count)])
      _ = try await database.write(as: actor) {
        try desk.append(record.id, chunk: UInt32(number), content: part, $0)
      }
    }
    return record.id
  }

  static func commit(
    _ text: String, _ database: Database, _ desk: ImportDesk, as actor: Actor = Samples.actor()
  ) async throws -> ImportRecord {
    let id = try await send(text, database, desk, as: actor)
    let dry = try await desk.validate(id, as: actor)
    guard dry.state == .validated else { return dry }
    let run = try await desk.commit(id, as: actor)
    #expect(counts(run) == counts(dry), "a dry run gives the answer of the run")
    #expect(run.notes == dry.notes)
    return run
  }

  static func counts(_ record: ImportRecord) -> [Int] {
    [record.insertedRows, record.revisedRows, record.unchangedRows, record.quarantinedRows]
  }

  static func importError(_ action: () async throws -> some Any) async -> ImportError? {
    do {
      _ = try await action()
      return nil
    } catch {
      return error as? ImportError
    }
  }

  @Test(arguments: Engine.allCases)
  func aFileInManyChunksIsStoredWhole(engine: Engine) async throws {
    try await Self.withDesk(engine) { database, desk in
      let rows = (0..<300).map { "c\($0),名称\($0),\($0),\n" }.joined()
      let id = try await Self.send(Self.header + rows, database, desk, chunk: 777)
      let dry = try await desk.validate(id, as: Samples.actor())
      #expect(dry.state == .validated)
      #expect(dry.insertedRows == 300)
      let before = try await Samples.things(database)
      #expect(before.isEmpty, "a dry run stores nothing")
      let run = try await desk.commit(id, as: Samples.actor())
      #expect(run.state == .committed)
      #expect(run.committedAt != nil)
      let after = try await Samples.things(database)
      #expect(after.count == 300)
      #expect(after["c299"] == "名称299")
      let stored = try await database.read { try desk.get(id, organisation: "450000", $0) }
      #expect(stored == run)
      let entries = try await database.read { try $0.auditEntries(entity: "import", id: id) }
      #expect(entries.map(\.action) == ["commit"])
    }
  }

  /// On a copy, beside the work of others: the same answer, and nothing stored.
  @Test(arguments: Engine.allCases)
  func theDryRunOfALargeFileKeepsNobodyWaiting(engine: Engine) async throws {
    var limits = ImportLimits()
    limits.largeRows = 3
    let (stopped, released) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    var kind = Samples.kind
    kind.process = { run in
      let outcome = try Samples.kind.process(run)
      if run.rows.count > 3 {
        stopped.signal()
        released.wait()
      }
      return outcome
    }
    try await withTestDatabase(engine, migrations: Samples.migrations) { database in
      let desk = ImportDesk(
        database: database, kinds: [kind], limits: limits, lock: ImportDesk.takeTurn)
      _ = try await Self.commit(Self.header + "a,甲,1,\nb,乙,2,\nc,丙,3,\n", database, desk)
      let id = try await Self.send(
        Self.header + "a,甲,1,\nb,乙二,2,\nd,丁,4,\ne,戊,5,\n", database, desk)
      let dry = Task { try await desk.validate(id, as: Samples.actor()) }
      await withCheckedContinuation { continuation in
        Thread.detachNewThread {
          stopped.wait()
          continuation.resume()
        }
      }
      // A write that is given little time, and does not meet the rows of the file.
      try await database.write(
        as: Samples.actor(), deadline: ContinuousClock.now + .seconds(30)
      ) { try $0.execute("INSERT INTO doubt (code, printed) VALUES ('z', '1')") }
      released.signal()
      let answer = try await dry.value
      #expect(answer.state == .validated)
      #expect(Self.counts(answer) == [2, 1, 1, 0])
      #expect(try await Samples.things(database) == ["a": "甲", "b": "乙", "c": "丙"])
      released.signal()
      let run = try await desk.commit(id, as: Samples.actor())
      #expect(Self.counts(run) == Self.counts(answer))
      #expect(try await Samples.things(database).count == 5)
    }
  }

  @Test(arguments: Engine.allCases)
  func aLargeFileWithErrorsIsRefused(engine: Engine) async throws {
    var limits = ImportLimits()
    limits.largeRows = 1
    try await Self.withDesk(engine, limits: limits) { database, desk in
      let record = try await Self.commit(Self.header + "a,甲,1,\nb,乙,2l,\n", database, desk)
      #expect(record.state == .refused)
      #expect(record.errors.map(\.value) == ["2l"])
      let stored = try await database.read { try desk.get(record.id, organisation: "450000", $0) }
      #expect(stored == record)
    }
  }

  @Test(arguments: Engine.allCases)
  func threeBadRowsRefuseTheWholeFileWithThreeErrors(engine: Engine) async throws {
    try await Self.withDesk(engine) { database, desk in
      let record = try await Self.commit(
        Self.header + "a,甲,1,\nb,乙,2l,\nc,丙,3,\nd,丁,x,\ne,戊,O,\n", database, desk)
      #expect(record.state == .refused)
      #expect(record.errorCount == 3)
      #expect(record.errors.map(\.line) == [3, 5, 6])
      #expect(record.errors.map(\.value) == ["2l", "x", "O"])
      #expect(record.errors.map(\.column) == ["数量", "数量", "数量"])
      #expect(Self.counts(record) == [0, 0, 0, 0])
      let things = try await Samples.things(database)
      #expect(things.isEmpty)
      let again = await Self.importError { try await desk.commit(record.id, as: Samples.actor()) }
      #expect(again?.code == .failedPrecondition)
      #expect(again?.en.contains("refused") == true)
      #expect(again?.en.contains("committed") == true)
    }
  }

  @Test(arguments: Engine.allCases)
  func theSameFileTwiceIsNothingNew(engine: Engine) async throws {
    try await Self.withDesk(engine) { database, desk in
      let text = Self.header + "a,甲,1,\nb,乙,2 3亿,\n"
      let first = try await Self.commit(text, database, desk)
      #expect(Self.counts(first) == [1, 0, 0, 1])
      #expect(!first.isNothingNew)
      let second = try await Self.commit("\u{FEFF}" + text, database, desk)
      #expect(second.state == .committed)
      #expect(second.isNothingNew)
      #expect(Self.counts(second) == [0, 0, 2, 0])
      #expect(second.errors.isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func aCorrectedFileRevisesByItsKeyAndSaysSoFirst(engine: Engine) async throws {
    try await Self.withDesk(engine) { database, desk in
      _ = try await Self.commit(Self.header + "a,甲,1,\nb,乙,2,\n", database, desk)
      let corrected = try await Self.commit(
        Self.header + "a,甲,1,\nb,乙乙,2,\nc,丙,3,\n", database, desk)
      #expect(Self.counts(corrected) == [1, 1, 1, 0])
      #expect(corrected.notes.filter { $0.line > 1 }.map(\.zh) == ["“乙”改为“乙乙”"])
      let things = try await Samples.things(database)
      #expect(things == ["a": "甲", "b": "乙乙", "c": "丙"])
      // The older file undoes the correction.
      let older = try await Self.commit(Self.header + "a,甲,1,\nb,乙,2,\n", database, desk)
      #expect(Self.counts(older) == [0, 1, 1, 0])
      #expect(!older.isNothingNew)
    }
  }

  @Test(arguments: Engine.allCases)
  func brokenRowsDoNotHideWhatIsWrongWithOthers(engine: Engine) async throws {
    try await Self.withDesk(engine) { database, desk in
      let record = try await Self.commit(
        Self.header + "a,甲,1,\nb,,2l,\nc,丙\u{7},3l,\nd,丁\ne,\"戊,4,\n\"f,己,5l,\ng,庚,6l,\n",
        database, desk)
      #expect(record.state == .refused)
      #expect(
        record.errors.map { "\($0.line) \($0.column) \($0.rule)" } == [
          "3 名称 cell.required", "3 数量 number.letter_for_digit", "4 名称 cell.control",
          "4 数量 number.letter_for_digit", "5  row.width", "6  row.quotes",
          "8 数量 number.letter_for_digit",
        ])
      #expect(record.errorCount == 7)
      #expect(try await Samples.things(database).isEmpty)
    }
  }

  /// What a header leaves open, or a cut, says nothing certain about any row.
  @Test(
    arguments: Engine.allCases,
    ["代码,数量\na,2l\n", "代码,名称,数量\na,甲,2l\nb,乙\n", "代码,名称,数量\na,甲,2l\n#结束,2\n"])
  func rowsOfAFileThatIsNotWholeAreNotJudged(engine: Engine, text: String) async throws {
    try await Self.withDesk(engine) { database, desk in
      let record = try await Self.commit(text, database, desk)
      #expect(record.state == .refused)
      #expect(record.errorCount == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func aFileRestoresWhatWasChangedByOtherHands(engine: Engine) async throws {
    try await Self.withDesk(engine) { database, desk in
      let text = Self.header + "a,甲,1,\nb,乙,2,\n"
      _ = try await Self.commit(text, database, desk)
      try await database.write(as: Samples.actor()) {
        try $0.execute("UPDATE thing SET name = '改' WHERE code = 'a'")
        try $0.execute("DELETE FROM thing WHERE code = 'b'")
      }
      let again = try await Self.commit(text, database, desk)
      #expect(!again.isNothingNew)
      #expect(Self.counts(again) == [1, 1, 0, 0])
      #expect(try await Samples.things(database) == ["a": "甲", "b": "乙"])
    }
  }

  @Test(arguments: Engine.allCases)
  func aFileSentTwiceCanComeAgainAfterTheFirstWasTakenBack(engine: Engine) async throws {
    try await Self.withDesk(engine) { database, desk in
      let text = Self.header + "a,甲,1,\n"
      let first = try await Self.commit(text, database, desk)
      #expect(try await Self.commit(text, database, desk).isNothingNew)
      _ = try await database.write(as: Samples.actor()) {
        try desk.revert(first.id, reason: "错发", $0)
      }
      #expect(try await Samples.things(database).isEmpty)
      let again = try await Self.commit(text, database, desk)
      #expect(Self.counts(again) == [1, 0, 0, 0])
      #expect(try await Samples.things(database) == ["a": "甲"])
    }
  }

  @Test(arguments: Engine.allCases)
  func onlyWhatNobodyWorksOnIsForgotten(engine: Engine) async throws {
    let clock = ManualClock(microseconds: 1_000_000)
    var options = DatabaseOptions()
    options.clock = clock.storage
    try await withTestDatabase(
      engine, migrations: Samples.migrations, options: options
    ) { database in
      let desk = Self.desk(database)
      let text = Self.header + "a,甲,1,\n"
      let idle = try await Self.send(text, database, desk)
      let growing = try await Self.send(text, database, desk, declaring: 1_000)
      let checked = try await Self.send(text, database, desk)
      let done = try await Self.send(text, database, desk)
      _ = try await desk.validate(done, as: Samples.actor())
      _ = try await desk.commit(done, as: Samples.actor())
      clock.advance(by: 1_000_000)
      let time = clock.storage.now()
      _ = try await database.write(as: Samples.actor()) {
        try desk.append(growing, chunk: 1, content: [65], $0)
      }
      _ = try await desk.validate(checked, as: Samples.actor())
      #expect(try await ImportDesk.discardAbandoned(idleSince: time, in: database) == 1)
      let known = try await database.read { transaction in
        try transaction.query("SELECT id FROM imports ORDER BY id").map { try $0.text("id") }
      }
      #expect(known == [growing, checked, done].sorted())
      let chunks = try await database.read { transaction in
        try transaction.query("SELECT DISTINCT import_id FROM import_chunks ORDER BY import_id")
          .map { try $0.text("import_id") }
      }
      #expect(chunks == [growing, checked].sorted(), "\(idle) and the finished one keep none")
    }
  }

  @Test(arguments: Engine.allCases)
  func anImportIsTakenBackWhileNothingDependsOnIt(engine: Engine) async throws {
    try await Self.withDesk(engine) { database, desk in
      let text = Self.header + "a,甲,1,\nb,乙,2,\n"
      let first = try await Self.commit(text, database, desk)
      let unreasoned = await Self.importError {
        try await database.write(as: Samples.actor()) { try desk.revert(first.id, reason: " ", $0) }
      }
      #expect(unreasoned?.code == .invalidArgument)
      let reverted = try await database.write(as: Samples.actor()) {
        try desk.revert(first.id, reason: "错发", $0)
      }
      #expect(reverted.state == .reverted)
      let none = try await Samples.things(database)
      #expect(none.isEmpty)
      // Taken back, the same content is new again.
      let second = try await Self.commit(text, database, desk)
      #expect(Self.counts(second) == [2, 0, 0, 0])
      _ = try await Self.commit(Self.header + "b,乙乙,2,\n", database, desk)
      let tooLate = await Self.importError {
        try await database.write(as: Samples.actor()) {
          try desk.revert(second.id, reason: "错发", $0)
        }
      }
      #expect(tooLate?.code == .failedPrecondition)
      #expect(tooLate?.zh.contains("b已改") == true)
      let kept = try await Samples.things(database)
      #expect(kept == ["a": "甲", "b": "乙乙"], "all or none are taken back")
      let twice = await Self.importError {
        try await database.write(as: Samples.actor()) { try desk.revert(first.id, reason: "x", $0) }
      }
      #expect(twice?.code == .failedPrecondition)
    }
  }

  @Test(arguments: Engine.allCases)
  func chunksMayComeTwiceAndInAnyOrderButNotDiffer(engine: Engine) async throws {
    try await Self.withDesk(engine) { database, desk in
      let bytes = Samples.bytes(Self.header + "a,甲,1,\n")
      let digest = Self.sha256(bytes)
      let id = try await database.write(as: Samples.actor()) {
        try desk.create(
          kind: "things", fileName: "x.csv", byteCount: UInt64(bytes.count), sha256: digest, $0
        ).id
      }
      func append(_ number: UInt32, _ content: [UInt8]) async throws -> Int64 {
        try await database.write(as: Samples.actor()) {
          try desk.append(id, chunk: number, content: content, $0)
        }
      }
      let (first, rest) = (Array(bytes[..<10]), Array(bytes[10...]))
      #expect(try await append(1, rest) == Int64(rest.count))
      #expect(try await append(0, first) == Int64(bytes.count))
      #expect(try await append(0, first) == Int64(bytes.count))
      let differs = await Self.importError { try await append(0, Array(bytes[1..<11])) }
      #expect(differs?.rule == "import.chunk_differs")
      let more = await Self.importError { try await append(2, [1]) }
      #expect(more?.rule == "import.more_than_declared")
      #expect(try await desk.validate(id, as: Samples.actor()).state == .validated)
      let late = await Self.importError { try await append(3, [1]) }
      #expect(late?.code == .failedPrecondition)
    }
  }

  @Test(arguments: Engine.allCases)
  func whatDiffersFromItsDeclarationIsCutOff(engine: Engine) async throws {
    try await Self.withDesk(engine) { database, desk in
      let text = Self.header + "a,甲,1,\n"
      let short = try await Self.send(
        text, database, desk, declaring: Samples.bytes(text).count + 5)
      let cut = try await desk.validate(short, as: Samples.actor())
      #expect(cut.state == .refused)
      #expect(cut.errors.map(\.rule) == ["file.truncated"])
      #expect(cut.errors[0].zh.contains("文件被截断"))
      let bytes = Samples.bytes(text)
      let other = Self.sha256(bytes + [1])
      let id = try await database.write(as: Samples.actor()) { transaction in
        let id = try desk.create(
          kind: "things", fileName: "x", byteCount: UInt64(bytes.count), sha256: other, transaction
        ).id
        _ = try desk.append(id, chunk: 0, content: bytes, transaction)
        return id
      }
      let changed = try await desk.validate(id, as: Samples.actor())
      #expect(changed.errors.map(\.rule) == ["file.truncated"])
    }
  }

  @Test(arguments: Engine.allCases)
  func aMissingChunkIsNoticed(engine: Engine) async throws {
    try await Self.withDesk(engine) { database, desk in
      let bytes = Samples.bytes(Self.header + "a,甲,1,\n")
      let digest = Self.sha256(bytes)
      let id = try await database.write(as: Samples.actor()) { transaction in
        let id = try desk.create(
          kind: "things", fileName: "x", byteCount: UInt64(bytes.count), sha256: digest,
          transaction
        ).id
        _ = try desk.append(id, chunk: 1, content: bytes, transaction)
        return id
      }
      let record = try await desk.validate(id, as: Samples.actor())
      #expect(record.errors.map(\.rule) == ["file.truncated"])
    }
  }

  @Test(arguments: Engine.allCases)
  func anImportBelongsToItsOrganisation(engine: Engine) async throws {
    try await Self.withDesk(engine) { database, desk in
      let id = try await Self.send(Self.header + "a,甲,1,\n", database, desk)
      let other = Samples.actor("450100")
      let seen = await Self.importError { try await desk.validate(id, as: other) }
      #expect(seen?.code == .notFound)
      let read = await Self.importError {
        try await database.read { try desk.get(id, organisation: "450100", $0) }
      }
      #expect(read?.code == .notFound)
    }
  }

  @Test(arguments: Engine.allCases)
  func aSecondCommitAnswersLikeTheFirst(engine: Engine) async throws {
    try await Self.withDesk(engine) { database, desk in
      let id = try await Self.send(Self.header + "a,甲,1,\n", database, desk)
      let early = await Self.importError { try await desk.commit(id, as: Samples.actor()) }
      #expect(early?.code == .failedPrecondition, "it has not been validated")
      _ = try await desk.validate(id, as: Samples.actor())
      let states = try await withThrowingTaskGroup(of: ImportState.self) { group in
        for _ in 0..<4 {
          group.addTask { try await desk.commit(id, as: Samples.actor()).state }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(states.allSatisfy { $0 == .committed })
      let things = try await Samples.things(database)
      #expect(things == ["a": "甲"])
    }
  }

  @Test(arguments: Engine.allCases)
  func declarationsOutsideTheLimitsAreRefused(engine: Engine) async throws {
    var limits = ImportLimits()
    limits.fileBytes = 100
    limits.chunkBytes = 10
    limits.fileNameCharacters = 5
    limits.openImports = 1
    try await Self.withDesk(engine, limits: limits) { database, desk in
      let digest = Self.sha256([])
      func create(
        _ kind: String = "things", _ name: String = "a", _ count: UInt64 = 50, _ sha: String
      ) async -> ImportError? {
        await Self.importError {
          try await database.write(as: Samples.actor()) {
            try desk.create(kind: kind, fileName: name, byteCount: count, sha256: sha, $0)
          }
        }
      }
      #expect(await create("nothing", "a", 50, digest)?.available == ["things"])
      #expect(await create("things", "a", 0, digest)?.code == .invalidArgument)
      #expect(await create("things", "a", 101, digest)?.code == .resourceExhausted)
      #expect(await create("things", "toolong", 50, digest)?.rule == "import.file_name")
      #expect(await create("things", "a", 50, "ABC")?.rule == "import.sha256")
      #expect(await create("things", "a", 50, digest) == nil)
      #expect(await create("things", "a", 50, digest)?.rule == "import.too_many_open")
      let discarded = try await ImportDesk.discardAbandoned(idleSince: .max, in: database)
      #expect(discarded == 1)
      #expect(await create("things", "a", 50, digest) == nil)
    }
  }

  @Test(arguments: Engine.allCases)
  func anEmptyOrOversizedChunkIsRefused(engine: Engine) async throws {
    var limits = ImportLimits()
    limits.chunkBytes = 10
    try await Self.withDesk(engine, limits: limits) { database, desk in
      let digest = Self.sha256([])
      let id = try await database.write(as: Samples.actor()) {
        try desk.create(kind: "things", fileName: "a", byteCount: 50, sha256: digest, $0).id
      }
      for (size, code) in [(0, ImportError.Code.invalidArgument), (11, .resourceExhausted)] {
        let error = await Self.importError {
          try await database.write(as: Samples.actor()) {
            try desk.append(id, chunk: 0, content: [UInt8](repeating: 65, count: size), $0)
          }
        }
        #expect(error?.code == code)
      }
    }
  }
}
