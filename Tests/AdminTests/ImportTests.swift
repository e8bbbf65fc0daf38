internal import ArgumentParser
internal import CommonMessages
internal import ExhibitionsMessages
internal import Foundation
internal import RPC
internal import RegistryMessages
internal import StatisticsMessages
internal import Synchronization
internal import TalentMessages
internal import Testing

@testable internal import Admin

/// An import service that follows a script and remembers what it was sent.
final class ScriptedImports: Sendable {
  struct Record: Sendable {
    var steps: [String] = []
    var bytes: [UInt8] = []
    var chunks: [Int] = []
    var declared: CommonMessages.CreateImportRequest?
  }

  let record = Mutex(Record())
  private let created: Import
  private let validated: Import
  private let committed: Import

  init(
    created: Import = Import(id: "i1", state: .receiving),
    validated: Import = Import(id: "i1", state: .validated, rowCount: 3, insertedCount: 3),
    committed: Import = Import(id: "i1", state: .committed, rowCount: 3, insertedCount: 3)
  ) {
    self.created = created
    self.validated = validated
    self.committed = committed
  }

  var steps: [String] { record.withLock { $0.steps } }

  func register(_ router: inout Router) {
    router.unary(RegistryMessages.ImportServiceMethods.listImportKinds) { _, _ in
      CommonMessages.ListImportKindsResponse(kinds: [
        ImportKind(
          name: "places", title: "行政区划",
          columns: [
            ImportColumn(
              key: "code", title: "代码", required: true, explanation: "六位", example: "450900")
          ])
      ])
    }
    router.unary(RegistryMessages.ImportServiceMethods.getImportTemplate) { request, _ in
      CommonMessages.GetImportTemplateResponse(
        fileName: "\(request.kind).csv", content: Array("\u{FEFF}代码\n".utf8))
    }
    router.unary(RegistryMessages.ImportServiceMethods.createImport) { request, _ in
      self.record.withLock {
        $0.steps.append("create \(request.kind)")
        $0.declared = request
      }
      return CommonMessages.CreateImportResponse(import: self.created)
    }
    router.unary(RegistryMessages.ImportServiceMethods.appendRows) { request, _ in
      let received = self.record.withLock { record -> Int in
        record.steps.append("append \(request.chunkNumber)")
        record.bytes += request.content
        record.chunks.append(request.content.count)
        return record.bytes.count
      }
      return CommonMessages.AppendRowsResponse(receivedBytes: UInt64(received))
    }
    router.unary(RegistryMessages.ImportServiceMethods.validateImport) { _, _ in
      self.record.withLock { $0.steps.append("validate") }
      return CommonMessages.ValidateImportResponse(import: self.validated)
    }
    router.unary(RegistryMessages.ImportServiceMethods.commitImport) { request, _ in
      self.record.withLock { $0.steps.append("commit") }
      return CommonMessages.CommitImportResponse(import: self.committed)
    }
    router.serverStreaming(RegistryMessages.ImportServiceMethods.watchImport) { _, responses, _ in
      try await responses.write(CommonMessages.WatchImportResponse(import: self.validated))
    }
  }
}

@Suite struct ImportTests {
  private let kind = QualifiedKind(service: .registry, kind: ImportKind(name: "places"))

  private func run(
    _ content: [UInt8], _ service: ScriptedImports, isDryRun: Bool = false,
    showsProgress: Bool = false, names: [String] = ["places.csv"]
  ) async throws -> (failure: Failure?, screen: Screen) {
    let stage = try await Stage(showsProgress: showsProgress) { service.register(&$0) }
    let jobs = names.map { ImportJob(file: ImportFile(path: $0, content: content), kind: kind) }
    let ended = try await failure {
      try await ImportQueue(session: stage.session, isDryRun: isDryRun, printsJSON: false)
        .run(jobs)
    }
    await stage.end()
    return (ended, stage.screen)
  }

  @Test func aFileIsSentInChunksWithItsFingerprintAndStored() async throws {
    let service = ScriptedImports()
    let content = (0..<(2 * ImportFile.chunkBytes + 5)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let (failure, screen) = try await run(content, service)
    #expect(failure == nil)
    let record = service.record.withLock { $0 }
    #expect(record.bytes == content)
    #expect(record.chunks == [ImportFile.chunkBytes, ImportFile.chunkBytes, 5])
    #expect(
      record.steps
        == ["create places", "append 0", "append 1", "append 2", "validate", "commit"])
    #expect(record.declared?.byteCount == UInt64(content.count))
    #expect(record.declared?.fileName == "places.csv")
    #expect(screen.output == "places.csv：3 行，新增 3\n")
    #expect(screen.notes.contains("编号 i1；撤回：lianshe import revert i1"))
  }

  @Test func theFingerprintIsSHA256() {
    let file = ImportFile(path: "/tmp/x/abc.csv", content: Array("abc".utf8))
    #expect(file.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(file.name == "abc.csv")
  }

  @Test func aDryRunNeverCommits() async throws {
    let service = ScriptedImports()
    let (failure, screen) = try await run([1], service, isDryRun: true)
    #expect(failure == nil)
    #expect(!service.steps.contains("commit"))
    #expect(!screen.notes.contains("revert"), "there is nothing to take back")
    #expect(screen.output == "places.csv：试运行，3 行，将新增 3；没有写入\n")
  }

  @Test func aRefusedFileListsEveryErrorAndEndsWithTwo() async throws {
    let errors = [
      ImportError(
        line: 4, column: "代码", value: "45O900", reasonZh: "应为六位数字", reasonEn: "six digits",
        rule: "place.code"),
      ImportError(line: 9, reasonZh: "列数不对", reasonEn: "wrong number of cells", rule: "row.width"),
      ImportError(reasonZh: "文件被截断", reasonEn: "cut off", rule: "file.truncated"),
    ]
    let service = ScriptedImports(
      validated: Import(
        id: "i1", kind: "places", state: .refused, rowCount: 9, errors: errors, errorCount: 5))
    let (ended, screen) = try await run([1], service)
    let failure = try #require(ended)
    #expect(failure.exitCode == .invalid)
    #expect(!service.steps.contains("commit"))
    #expect(screen.output.isEmpty)
    #expect(
      failure.chinese == """
        places.csv：5 处错误，没有导入任何一行
          第 4 行，代码：“45O900” 应为六位数字 [place.code]
          第 9 行：列数不对 [row.width]
          整个文件：文件被截断 [file.truncated]
          另有 2 处错误
          改正后重新导入整个文件；各列的规定见 lianshe template places
        """)
    #expect(failure.english.contains("line 4, 代码: \"45O900\" six digits [place.code]"))
  }

  @Test func theSameFileAgainIsNothingNewAndASuccess() async throws {
    let known = Import(
      id: "i0", state: .committed, rowCount: 3, unchangedCount: 3, nothingNew: true)
    let first = try await run([1], ScriptedImports(created: known))
    #expect(first.failure == nil && first.screen.output == "places.csv：没有新内容\n")
    let service = ScriptedImports(committed: known)
    let second = try await run([1], service)
    #expect(second.failure == nil && second.screen.output == "places.csv：没有新内容\n")
  }

  @Test func quarantineAndNotesAreTold() async throws {
    let notes = (1...25).map {
      ImportNote(line: UInt64($0), column: "数值", textZh: "隔离", textEn: "quarantined")
    }
    let service = ScriptedImports(
      committed: Import(
        id: "i1", state: .committed, rowCount: 3, insertedCount: 2, quarantinedCount: 1,
        notes: notes))
    let (_, screen) = try await run([1], service)
    #expect(screen.output == "places.csv：3 行，新增 2，隔离待核 1\n")
    #expect(screen.notes.contains("第 1 行，数值：隔离"))
    #expect(screen.notes.contains("另有 5 条说明"))
  }

  @Test func theFirstFailureStopsTheRestAndNamesIt() async throws {
    let service = ScriptedImports(validated: Import(id: "i1", state: .refused, errorCount: 1))
    let names = ["a.csv", "b.csv", "c.csv"]
    let (failure, _) = try await run([1], service, names: names)
    #expect(failure?.english.contains("not imported: a.csv, b.csv, c.csv") == true)
    #expect(service.steps.filter { $0.hasPrefix("create") }.count == 1)
  }

  @Test func aTerminalSeesTheBarAndAPipeDoesNot() async throws {
    let seen = try await run([1, 2], ScriptedImports(), showsProgress: true)
    #expect(seen.screen.notes.contains("100 % 2/2"))
    let piped = try await run([1, 2], ScriptedImports())
    #expect(!piped.screen.notes.contains("%"))
  }

  @Test func cancellingBeforeTheCommitStoresNothing() async throws {
    let service = ScriptedImports()
    let stage = try await Stage { router in
      service.register(&router)
      router.unary(RegistryMessages.ImportServiceMethods.validateImport) { _, _ in
        try await Task.sleep(for: .seconds(600))
        return CommonMessages.ValidateImportResponse()
      }
    }
    let reached = AsyncStream<Void>.makeStream()
    let job = ImportJob(file: ImportFile(path: "places.csv", content: [1]), kind: kind)
    let task = Task {
      try await failure {
        reached.continuation.yield()
        try await ImportQueue(session: stage.session, isDryRun: false, printsJSON: false)
          .run([job])
      }
    }
    for await _ in reached.stream { break }
    task.cancel()
    let ended = try await task.value
    #expect(ended?.exitCode == .interrupted)
    #expect(!service.steps.contains("commit"))
    await stage.end()
  }

  @Test func filesThatCannotBeReadAreNamed() async throws {
    let folder = try Folder()
    for path in ["\(folder.path)/nowhere.csv", folder.path] {
      let failure = try await failure { _ = try ImportFile(path: path) }
      #expect(failure?.exitCode == .invalid)
      #expect(failure?.english.contains(path) == true)
    }
    let empty = try folder.file("empty.csv", "")
    #expect(try await failure { _ = try ImportFile(path: empty) }?.exitCode == .invalid)
    let file = try folder.file("places.csv", "x")
    #expect(try ImportFile(path: file).content == [0x78])
  }
}

@Suite struct TemplateTests {
  @Test func kindsColumnsAndTheEmptyFileAreShown() async throws {
    let service = ScriptedImports()
    let stage = try await Stage { service.register(&$0) }
    // Only the registry answers; the tool shows what there is.
    try await TemplateCommand.parse([]).run(stage.session)
    #expect(stage.screen.output == "registry/places  行政区划\n")
    #expect(stage.screen.notes.contains("statistics 没有答复"))
    try await TemplateCommand.parse(["places", "--columns"]).run(stage.session)
    #expect(stage.screen.output.contains("450900"))
    let folder = try Folder()
    let path = "\(folder.path)/out.csv"
    try await TemplateCommand.parse(["places", "--output", path]).run(stage.session)
    #expect(try String(contentsOfFile: path, encoding: .utf8).hasSuffix("代码\n"))
    await stage.end()
  }
}

@Suite struct RevertTests {
  /// Keeps one import.
  private final class Keeper: Sendable {
    let kept = Mutex(
      Import(
        id: "i7", kind: "places", fileName: "places.csv", declaredBytes: 12, state: .committed,
        rowCount: 3, insertedCount: 3, createTime: "2026-01-02T03:04:05.123456Z",
        commitTime: "2026-01-02T16:04:06.999999Z"))
    let reasons = Mutex<[String]>([])

    func register(_ router: inout Router) {
      router.unary(RegistryMessages.ImportServiceMethods.getImport) { request, _ in
        guard request.importId == "i7" else { throw RPCError(.notFound, "no such import") }
        return CommonMessages.GetImportResponse(import: self.kept.withLock { $0 })
      }
      router.unary(RegistryMessages.ImportServiceMethods.revertImport) { request, _ in
        self.reasons.withLock { $0.append(request.reason) }
        return try self.kept.withLock { kept in
          guard kept.state == .committed else {
            throw RPCError(
              .failedPrecondition, "…",
              details: [
                try ErrorDetail(
                  BadRequest(violations: [
                    FieldViolation(
                      path: "import_id", rule: "import.state", messageZh: "这次导入已经撤回，不必再撤",
                      messageEn: "this import was taken back already")
                  ]))
              ])
          }
          kept.state = .reverted
          return CommonMessages.RevertImportResponse(import: kept)
        }
      }
    }
  }

  @Test func anImportIsTakenBackOnce() async throws {
    let keeper = Keeper()
    let stage = try await Stage { keeper.register(&$0) }
    let command = try ImportRevertCommand.parse(["i7", "--reason", "旧版"])
    try await command.run(stage.session)
    #expect(stage.screen.output == "places.csv：已撤回\n")
    #expect(keeper.reasons.withLock { $0 } == ["旧版"])
    let again = try await failure { try await command.run(stage.session) }
    #expect(again?.exitCode == .conflict)
    #expect(again?.chinese.contains("这次导入已经撤回") == true)
    #expect(again?.english.contains("taken back already") == true)
    await stage.end()
  }

  @Test func anImportIsShownInBeijingTime() async throws {
    let keeper = Keeper()
    let stage = try await Stage { keeper.register(&$0) }
    try await ImportShowCommand.parse(["i7"]).run(stage.session)
    #expect(
      stage.screen.output == """
        i7  已入库
          文件：places.csv (registry/places，12 字节)
          行数 3：新增 3，修订 0，未变 0，隔离待核 0，错误 0
          收到：2026-01-02 11:04:05 (北京时间)
          入库：2026-01-03 00:04:06 (北京时间)
          撤回：lianshe import revert i7 --reason 理由

        """)
    try await ImportShowCommand.parse(["i7", "--json"]).run(stage.session)
    #expect(stage.screen.output.contains("2026-01-02T03:04:05.123456Z"), "JSON stays UTC")
    await stage.end()
  }

  @Test func anImportThatNobodyHasIsNotFound() async throws {
    let keeper = Keeper()
    let stage = try await Stage { router in
      keeper.register(&router)
      for method in [
        StatisticsMessages.ImportServiceMethods.getImport,
        ExhibitionsMessages.ImportServiceMethods.getImport,
        TalentMessages.ImportServiceMethods.getImport,
      ] {
        router.unary(method) { _, _ in throw RPCError(.notFound, "no such import") }
      }
    }
    let missing = try await failure {
      try await ImportShowCommand.parse(["i8"]).run(stage.session)
    }
    #expect(missing?.exitCode == .notFound)
    #expect(missing?.chinese.contains("没有编号为 i8 的导入") == true)
    await stage.end()
  }

  @Test func aServiceThatDoesNotAnswerMayBeTheOneThatKeepsIt() async throws {
    let keeper = Keeper()
    let stage = try await Stage { keeper.register(&$0) }
    let failure = try await failure {
      try await ImportShowCommand.parse(["i8"]).run(stage.session)
    }
    #expect(failure?.exitCode == .failure)
    await stage.end()
  }

  @Test func aReasonIsRequired() {
    #expect(throws: (any Error).self) { try ImportRevertCommand.parse(["i7"]) }
    #expect(throws: (any Error).self) { try ImportRevertCommand.parse(["i7", "--reason", " "]) }
  }

  @Test(arguments: [
    (["import", "a.csv"], ["import", "files", "a.csv"]), (["import"], ["import", "files"]),
    (["import", "--help"], ["import", "files", "--help"]),
    (["import", "./revert"], ["import", "files", "./revert"]),
    (["import", "revert", "i7"], ["import", "revert", "i7"]),
    (["import", "show", "i7"], ["import", "show", "i7"]),
    (["help", "import"], ["help", "import"]),
  ])
  func filesNeedNoSubcommand(typed: [String], meant: [String]) {
    #expect(ImportCommand.naming(typed) == meant)
  }
}
