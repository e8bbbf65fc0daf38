// The handlers of this service on a fresh database, called as the router calls them.

internal import Access
internal import CommonMessages
internal import Crypto
internal import EntryAPI
internal import ExhibitionsAPI
internal import ExhibitionsDomain
internal import ExhibitionsMessages
internal import ExhibitionsStorage
internal import Foundation
internal import Imports
internal import RPC
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

typealias Entry = ExhibitionsMessages.Entry
typealias Quantity = CommonMessages.Quantity
typealias Methods = EntryServiceMethods

struct APIFixture: Sendable {
  let database: Database
  let entries: ExhibitionsEntryAPI
  let house: EntryHouse<Entry>

  static func with(
    _ engine: Engine, _ body: (APIFixture) async throws -> Void
  ) async throws {
    let migrations = ExhibitionsMigrations.all + ImportMigrations.all
    try await withTestDatabase(engine, migrations: migrations) { database in
      try await body(
        APIFixture(
          database: database, entries: ExhibitionsServices.entries(database),
          house: EntryHouse(ExhibitionsEntries.register, database: database)))
    }
  }

  /// The surroundings of a call by an administrator of an organisation.
  func call(_ method: MethodInfo, as organisation: String = "450000") -> CallContext {
    var context = CallContext(method: method)
    context.principal = Principal(
      subject: "administrator.\(organisation)", name: "", organisation: organisation,
      roles: [.administrator])
    return context
  }

  static func entry(_ content: Entry.Content) -> Entry {
    Entry(header: EntryHeader(provenance: Provenance(document: "示例文件")), content: content)
  }

  @discardableResult
  func create(_ content: Entry.Content) async throws -> Entry {
    try #require(
      try await entries.createEntry(
        CreateEntryRequest(entry: Self.entry(content)), context: call(Methods.createEntry.info)
      ).entry)
  }

  func figure(_ key: String) async throws -> Figure {
    try #require(
      try await house.figures.getFigure(
        GetFigureRequest(key: key), context: call(FigureServiceMethods.getFigure.info)
      ).figure)
  }

  /// An import of an organisation, checked and not committed.
  func send(
    _ kind: String, _ text: String, organisation: String, commit: Bool = false
  ) async throws -> Import {
    func context(_ method: MethodInfo) -> CallContext { call(method, as: organisation) }
    typealias Imports = ImportServiceMethods
    let bytes = Array((text + "\n").utf8)
    let digest = SHA256.hash(data: Data(bytes)).map { String(format: "%02x", $0) }.joined()
    let created = try await house.imports.createImport(
      CreateImportRequest(
        kind: kind, fileName: "\(kind).csv", byteCount: UInt64(bytes.count), sha256: digest),
      context: context(Imports.createImport.info))
    let id = created.import?.id ?? ""
    _ = try await house.imports.appendRows(
      AppendRowsRequest(importId: id, chunkNumber: 0, content: bytes),
      context: context(Imports.appendRows.info))
    let validated = try await house.imports.validateImport(
      ValidateImportRequest(importId: id), context: context(Imports.validateImport.info)
    ).import
    guard commit, validated?.state == .validated else { return validated ?? Import() }
    return try await house.imports.commitImport(
      CommitImportRequest(importId: id), context: context(Imports.commitImport.info)
    ).import ?? Import()
  }
}

/// The code of the answer, or nil when the call went well.
func code(_ body: () async throws -> Void) async -> RPCError.Code? {
  do {
    try await body()
    return nil
  } catch let error as RPCError {
    return error.code
  } catch {
    return .unknown
  }
}
