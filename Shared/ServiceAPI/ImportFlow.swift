// What every service's ImportService does. Messages of the services differ in nothing but their
// package, so a handler is one line for each method.

package import Access
package import CommonMessages
package import Imports
package import RPC
package import Storage
package import Wire

/// A kind of file with the lowest role that may bring it.
package struct OfferedKind: Sendable {
  package var kind: Imports.ImportKind
  package var role: Role

  package init(_ kind: Imports.ImportKind, role: Role) {
    self.kind = kind
    self.role = role
  }
}

/// The import methods of one service.
package struct ImportFlow: Sendable {
  /// How often `watch` looks at an import.
  package static let watchInterval: Duration = .milliseconds(100)

  private let database: Database
  private let desk: ImportDesk
  private let roles: [String: Role]
  private let lock: (@Sendable (WriteTransaction) throws -> Void)?

  /// - Parameter lock: what the service's writers do first, where they wait for each other
  ///   (`Database.writeLocking`); nil where they do not.
  package init(
    database: Database, kinds: [OfferedKind], limits: ImportLimits = ImportLimits(),
    lock: (@Sendable (WriteTransaction) throws -> Void)? = nil
  ) {
    self.database = database
    self.lock = lock
    desk = ImportDesk(
      database: database, kinds: kinds.map(\.kind), limits: limits, lock: lock)
    roles = Dictionary(kinds.map { ($0.kind.name, $0.role) }, uniquingKeysWith: { $1 })
  }

  package var kinds: [CommonMessages.ImportKind] { desk.kinds.map(\.message) }

  /// - Throws: `not_found` naming the kinds that there are.
  package func template(_ kind: String) throws -> (fileName: String, content: [UInt8]) {
    do throws(Imports.ImportError) {
      let kind = try desk.kind(kind)
      return ("\(kind.name).csv", ImportTemplate.bytes(of: kind))
    } catch {
      throw RPCError(import: error)
    }
  }

  /// - Parameter request: the call's message; with `requestID` it makes a repeated call answer the
  ///   same import.
  package func create<Request: WireMessage, Response: WireMessage>(
    _ request: Request, requestID: String, kind: String, fileName: String, byteCount: UInt64,
    sha256: String, context: CallContext,
    _ response: @escaping @Sendable (Import) -> Response
  ) async throws -> Response {
    try await telling {
      try authorize(kind, context)
      let desk = desk
      return try await database.answerOnce(
        request, requestID: requestID, context: context
      ) { transaction in
        response(
          try desk.create(
            kind: kind, fileName: fileName, byteCount: byteCount, sha256: sha256, transaction
          ).message)
      }
    }
  }

  /// Gives the bytes received so far.
  package func append(
    _ id: String, chunk number: UInt32, content: [UInt8], context: CallContext
  ) async throws -> UInt64 {
    try await telling {
      let desk = desk
      return try await database.write(as: Actor(context), deadline: context.deadline) {
        UInt64(clamping: try desk.append(id, chunk: number, content: content, $0))
      }
    }
  }

  package func validate(_ id: String, context: CallContext) async throws -> Import {
    try await telling {
      try authorize(try await get(id, context: context).kind, context)
      return try await desk.validate(
        id, as: Actor(context), rights: Self.rights(context), deadline: context.deadline
      ).message
    }
  }

  /// A repeated commit gives the same answer, whatever its `request_id`.
  package func commit(
    _ id: String, requestID: String, context: CallContext
  ) async throws -> Import {
    try await telling {
      try authorize(try await get(id, context: context).kind, context)
      return try await desk.commit(
        id, as: Actor(context, requestID: requestID), rights: Self.rights(context),
        deadline: context.deadline
      ).message
    }
  }

  package func revert<Request: WireMessage, Response: WireMessage>(
    _ request: Request, requestID: String, id: String, reason: String, context: CallContext,
    _ response: @escaping @Sendable (Import) -> Response
  ) async throws -> Response {
    try await telling {
      let (desk, lock) = (desk, lock)
      return try await database.answerOnce(
        request, requestID: requestID, context: context, isLocking: lock != nil
      ) { transaction in
        try lock?(transaction)
        return response(try desk.revert(id, reason: reason, transaction).message)
      }
    }
  }

  package func get(_ id: String, context: CallContext) async throws -> Import {
    try await telling {
      let desk = desk
      let organisation = context.principal?.organisation ?? ""
      return try await database.read(deadline: context.deadline) {
        try desk.get(id, organisation: organisation, $0).message
      }
    }
  }

  /// Streams an import whenever it has changed, until it has come to an end.
  package func watch(
    _ id: String, context: CallContext, _ write: (Import) async throws -> Void
  ) async throws {
    var last: Import?
    while true {
      try context.checkDeadline()
      let now = try await get(id, context: context)
      if now != last { try await write(now) }
      last = now
      if [.refused, .committed, .reverted].contains(now.state) { return }
      try await Task.sleep(for: Self.watchInterval)
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
