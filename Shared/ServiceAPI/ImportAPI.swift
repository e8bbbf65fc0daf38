// What every service's ImportService does. The services share its messages, so each only says that
// this answers its own calls.

package import Access
package import CommonMessages
package import Imports
package import RPC
package import Storage
internal import Wire

/// A kind of file with the lowest role that may bring it.
package struct OfferedKind: Sendable {
  package var kind: Imports.ImportKind
  package var role: Role

  package init(_ kind: Imports.ImportKind, role: Role) {
    self.kind = kind
    self.role = role
  }
}

/// Answers the import calls of one service.
package struct ImportAPI: Sendable {
  /// How often `watchImport` looks at an import.
  package static let watchInterval: Duration = .milliseconds(100)

  private let database: Database
  private let desk: ImportDesk
  private let roles: [String: Role]
  private let lock: (@Sendable (WriteTransaction) throws -> Void)?
  private let didChange: @Sendable () -> Void

  /// - Parameters:
  ///   - lock: what the service's writers do first, where they wait for each other
  ///     (`Database.writeLocking`); nil where they do not.
  ///   - didChange: after every attempt to change records.
  package init(
    database: Database, kinds: [OfferedKind], limits: ImportLimits = ImportLimits(),
    lock: (@Sendable (WriteTransaction) throws -> Void)? = nil,
    didChange: @escaping @Sendable () -> Void = {}
  ) {
    self.database = database
    self.lock = lock
    self.didChange = didChange
    desk = ImportDesk(
      database: database, kinds: kinds.map(\.kind), limits: limits, lock: lock)
    roles = Dictionary(kinds.map { ($0.kind.name, $0.role) }, uniquingKeysWith: { $1 })
  }

  package func listImportKinds(
    _ request: ListImportKindsRequest, context: CallContext
  ) async throws -> ListImportKindsResponse {
    ListImportKindsResponse(kinds: desk.kinds.map(\.message))
  }

  /// - Throws: `not_found` naming the kinds that there are.
  package func getImportTemplate(
    _ request: GetImportTemplateRequest, context: CallContext
  ) async throws -> GetImportTemplateResponse {
    do throws(Imports.ImportError) {
      let kind = try desk.kind(request.kind)
      return GetImportTemplateResponse(
        fileName: "\(kind.name).csv", content: ImportTemplate.bytes(of: kind))
    } catch {
      throw RPCError(import: error)
    }
  }

  package func createImport(
    _ request: CreateImportRequest, context: CallContext
  ) async throws -> CreateImportResponse {
    try await telling {
      try authorize(request.kind, context)
      let desk = desk
      return try await database.answerOnce(
        request, requestID: request.requestId, context: context
      ) { transaction in
        CreateImportResponse(
          import: try desk.create(
            kind: request.kind, fileName: request.fileName, byteCount: request.byteCount,
            sha256: request.sha256, transaction
          ).message)
      }
    }
  }

  package func appendRows(
    _ request: AppendRowsRequest, context: CallContext
  ) async throws -> AppendRowsResponse {
    try await telling {
      let desk = desk
      let received = try await database.write(as: Actor(context), deadline: context.deadline) {
        UInt64(
          clamping: try desk.append(
            request.importId, chunk: request.chunkNumber, content: request.content, $0))
      }
      return AppendRowsResponse(receivedBytes: received)
    }
  }

  package func validateImport(
    _ request: ValidateImportRequest, context: CallContext
  ) async throws -> ValidateImportResponse {
    try await telling {
      try authorize(try await find(request.importId, context).kind, context)
      return ValidateImportResponse(
        import: try await desk.validate(
          request.importId, as: Actor(context), rights: Self.rights(context),
          deadline: context.deadline
        ).message)
    }
  }

  /// A repeated commit gives the same answer, whatever its `request_id`.
  package func commitImport(
    _ request: CommitImportRequest, context: CallContext
  ) async throws -> CommitImportResponse {
    defer { didChange() }
    return try await telling {
      try authorize(try await find(request.importId, context).kind, context)
      return CommitImportResponse(
        import: try await desk.commit(
          request.importId, as: Actor(context, requestID: request.requestId),
          rights: Self.rights(context), deadline: context.deadline
        ).message)
    }
  }

  package func revertImport(
    _ request: RevertImportRequest, context: CallContext
  ) async throws -> RevertImportResponse {
    defer { didChange() }
    return try await telling {
      let (desk, lock) = (desk, lock)
      return try await database.answerOnce(
        request, requestID: request.requestId, context: context, isLocking: lock != nil
      ) { transaction in
        try lock?(transaction)
        return RevertImportResponse(
          import: try desk.revert(request.importId, reason: request.reason, transaction).message)
      }
    }
  }

  package func getImport(
    _ request: GetImportRequest, context: CallContext
  ) async throws -> GetImportResponse {
    GetImportResponse(import: try await find(request.importId, context))
  }

  /// Streams an import whenever it has changed, until it has come to an end.
  package func watchImport(
    _ request: WatchImportRequest, responses: ResponseWriter<WatchImportResponse>,
    context: CallContext
  ) async throws {
    var last: Import?
    while true {
      try context.checkDeadline()
      let now = try await find(request.importId, context)
      if now != last { try await responses.write(WatchImportResponse(import: now)) }
      last = now
      if [.refused, .committed, .reverted].contains(now.state) { return }
      try await Task.sleep(for: Self.watchInterval)
    }
  }

  private func find(_ id: String, _ context: CallContext) async throws -> Import {
    try await telling {
      let desk = desk
      let organisation = context.principal?.organisation ?? ""
      return try await database.read(deadline: context.deadline) {
        try desk.get(id, organisation: organisation, $0).message
      }
    }
  }

  /// The roles that the caller holds, included ones too, for kinds whose rows need different ones.
  private static func rights(_ context: CallContext) -> Set<String> {
    guard let principal = context.principal else { return [] }
    return Set(Role.allCases.filter { principal.holds(anyOf: [$0]) }.map(\.rawValue))
  }

  /// Some files need a higher role than the method does.
  private func authorize(_ kind: String, _ context: CallContext) throws {
    guard let role = roles[kind], let principal = context.principal,
      !principal.holds(anyOf: [role])
    else { return }
    throw RPCError(
      .permissionDenied,
      "a file of \(kind) needs the role \(role.rawValue) (导入“\(kind)”需要角色\(role.chineseName))")
  }

  private func telling<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
    do {
      return try await body()
    } catch let error as Imports.ImportError {
      throw RPCError(import: error)
    } catch let error as StorageError {
      throw RPCError(storage: error)
    }
  }
}
