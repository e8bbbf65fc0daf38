// What every service's EntryService does. The messages around the content are the same; each
// service says which message its entries are.

package import CommonMessages
internal import Entries
internal import EntryStorage
package import RPC
internal import ServiceAPI
internal import Storage
package import Wire

/// Answers the calls about the entries of one service.
package struct EntryDesk<Message: WireMessage>: Sendable {
  private let surroundings: EntrySurroundings
  private let wire: EntryWire<Message>
  private let heartbeat: Duration

  private var book: EntryBook { surroundings.book }

  /// - Parameter heartbeat: the longest silence of a feed.
  package init(_ surroundings: EntrySurroundings, heartbeat: Duration = .seconds(5)) {
    self.surroundings = surroundings
    self.heartbeat = heartbeat
    wire = EntryWire(surroundings.book.register)
  }

  // MARK: - Reading

  package func kinds() -> ListEntryKindsResponse {
    ListEntryKindsResponse(kinds: book.register.kinds.map(\.message))
  }

  package func get(_ request: GetEntryRequest, _ context: CallContext) async throws -> Message {
    try await answering {
      let (book, time) = (book, try recordedTime(request.asOf))
      return try wire.message(
        await reading(context) { try book.get(request.id, at: time, $0) })
    }
  }

  package func list(
    _ request: ListEntriesRequest, _ context: CallContext
  ) async throws -> (entries: [Message], nextToken: String, total: UInt64) {
    try await answering {
      let query = try query(request)
      let page = try PageRequest(size: request.pageSize, token: request.pageToken)
      let tokens = try await surroundings.database.pageTokens(query: [
        context.method.path, request.kind, request.placeCode, request.period, request.filter,
        request.textContains, request.asOf,
      ])
      let start: String
      if case .text(let id)? = try tokens.start(page)?.first { start = id } else { start = "" }
      let book = book
      let (records, total) = try await reading(context) {
        try book.list(query, after: start, limit: page.size + 1, $0)
      }
      let answer = tokens.page(records, size: page.size) { [.text($0.id)] }
      return (
        try answer.items.map(wire.message), answer.nextToken, UInt64(clamping: total)
      )
    }
  }

  private func query(_ request: ListEntriesRequest) throws -> EntryQuery {
    guard let kind = book.register.kind(request.kind) else {
      let names = book.register.kinds.map(\.name)
      throw RPCError.invalid(
        "kind", request.kind, rule: request.kind.isEmpty ? "required" : "entry.kind",
        zh: "没有这种记录；有：\(names.joined(separator: "、"))",
        en: "there is no such kind; there are \(names.joined(separator: ", "))")
    }
    var query = EntryQuery(kind)
    query.place = try place(request.placeCode)
    if !request.period.isEmpty {
      guard let time = TimeScope(request.period) else {
        throw RPCError.invalid(
          "period", request.period, rule: "time.format", zh: "应为 2013、..2013 或 2013-12-25",
          en: "is a period or a date: 2013, ..2013, 2013-12-25")
      }
      query.time = time
    }
    query.filters = try EntryFigureKey.filters(request.filter, of: kind)
    guard request.textContains.count <= EntryLimits.textCharacters else {
      throw RPCError.invalid(
        "text_contains", request.textContains, rule: "text.length",
        zh: "最多\(EntryLimits.textCharacters)个字符",
        en: "has at most \(EntryLimits.textCharacters) characters")
    }
    query.textContains = request.textContains
    query.asOf = try recordedTime(request.asOf)
    return query
  }

  package func revisions(
    _ request: ListEntryRevisionsRequest, _ context: CallContext
  ) async throws -> [Message] {
    try await answering {
      let book = book
      return try await reading(context) { try book.revisions(of: request.id, $0) }
        .map(wire.message)
    }
  }

  private func reading<Value: Sendable>(
    _ context: CallContext, _ body: @escaping @Sendable (ReadTransaction) throws -> Value
  ) async throws -> Value {
    try await surroundings.database.read(deadline: context.deadline, body)
  }

  // MARK: - Changing

  /// - Parameter answer: makes the response of the entry and its warnings.
  package func create<Request: WireMessage, Response: WireMessage>(
    _ request: Request, _ requestID: String, _ entry: Message?, validateOnly: Bool,
    _ context: CallContext, answer: @escaping @Sendable (Message, [String]) -> Response
  ) async throws -> Response {
    try await answering(path: "entry") {
      let (kind, draft, _) = try wire.draft(entry)
      let (book, wire) = (book, wire)
      return try await changing(request, requestID, context, validateOnly) { transaction in
        let change = try book.create(kind, draft, transaction)
        return answer(try wire.message(change.record), Self.words(change))
      }
    }
  }

  package func update<Request: WireMessage, Response: WireMessage>(
    _ request: Request, _ requestID: String, _ entry: Message?, mask: [String],
    validateOnly: Bool, _ context: CallContext,
    answer: @escaping @Sendable (Message, [String]) -> Response
  ) async throws -> Response {
    try await answering(path: "entry") {
      let (kind, draft, header) = try wire.draft(entry, fields: mask.isEmpty ? nil : Set(mask))
      try Self.check(mask, kind)
      let (book, wire) = (book, wire)
      return try await changing(request, requestID, context, validateOnly) { transaction in
        let change = try book.update(
          header.id, etag: header.etag,
          { stored, current in
            guard stored.name == kind.name else {
              throw EntryError.invalid(
                "content", kind.name, "entry.kind",
                zh: "这条记录是“\(stored.title)”，不能改成“\(kind.title)”",
                en: "the entry is a \(stored.name), not a \(kind.name)")
            }
            return Self.merged(draft, over: current, mask, kind)
          }, transaction)
        return answer(try wire.message(change.record), Self.words(change))
      }
    }
  }

  private static func check(_ mask: [String], _ kind: EntryKind) throws {
    let names = kind.fields.map(\.name) + ["provenance"]
    guard let unknown = mask.first(where: { !names.contains($0) }) else { return }
    throw RPCError.invalid(
      "update_mask", unknown, rule: "update_mask.unknown",
      zh: "不能改动字段 \(unknown)；可改：\(names.joined(separator: "、"))",
      en: "\(unknown) cannot be changed; these can: \(names.joined(separator: ", "))")
  }

  /// What the entry says now, with the fields of the mask as the request has them.
  private static func merged(
    _ draft: EntryDraft, over current: EntryRecord, _ mask: [String], _ kind: EntryKind
  ) -> EntryDraft {
    if mask.isEmpty { return draft }
    var merged = EntryDraft(
      content: current.content, source: current.source,
      unread: draft.unread.filter { mask.contains($0.field.name) }, stated: Set(mask))
    for field in kind.fields where mask.contains(field.name) {
      merged.content[field] = draft.content[field]
    }
    if mask.contains("provenance") { merged.source = draft.source }
    return merged
  }

  package func delete(
    _ request: DeleteEntryRequest, _ context: CallContext
  ) async throws -> DeleteEntryResponse {
    try await answering {
      let book = book
      return try await changing(request, request.requestId, context, false) { transaction in
        try book.delete(request.id, etag: request.etag, transaction)
        return DeleteEntryResponse()
      }
    }
  }

  private func changing<Request: WireMessage, Response: WireMessage>(
    _ request: Request, _ requestID: String, _ context: CallContext, _ validateOnly: Bool,
    _ body: @escaping @Sendable (WriteTransaction) throws -> Response
  ) async throws -> Response {
    let lock = surroundings.lock
    return try await surroundings.database.answerOnce(
      request, requestID: requestID, context: context, validateOnly: validateOnly,
      isLocking: lock != nil
    ) { transaction in
      try lock?(transaction)
      return try body(transaction)
    }
  }

  /// Warnings, and why the entry is in no figure yet.
  private static func words(_ change: EntryChange) -> [String] {
    change.warnings.map { "\($0.zh) (\($0.en))" }
      + change.opened.map { "存疑，核定以前不计入：\($0.doubt.zh) (\($0.doubt.en))" }
  }

  // MARK: - Watching

  package func watch<Response: WireMessage>(
    _ request: WatchEntriesRequest, _ responses: ResponseWriter<Response>, _ context: CallContext,
    answer: @escaping @Sendable (_ cursor: String, FeedStep, Message?, Int64) -> Response
  ) async throws {
    try await answering {
      let (book, kinds) = (book, Set(book.register.kinds.map(\.name)))
      let feed = ChangeFeed<Response>(
        database: surroundings.database, heartbeat: heartbeat,
        snapshot: { transaction, body in try book.snapshot(transaction, body) },
        message: { message in
          switch message {
          case .snapshot(let event):
            return answer("", .snapshot, try Message(protobuf: event.payload), event.revision)
          case .snapshotEnd(let cursor): return answer(cursor, .snapshotEnd, nil, 0)
          case .heartbeat(let cursor): return answer(cursor, .heartbeat, nil, 0)
          case .change(let change):
            // The feed of the register also tells of what is not an entry.
            guard kinds.contains(change.event.entity) else { return nil }
            return answer(
              change.cursor, change.event.action == .put ? .upsert : .delete,
              try Message(protobuf: change.event.payload), change.event.revision)
          }
        })
      try await feed.run(cursor: request.cursor, responses: responses, context: context)
    }
  }
}
