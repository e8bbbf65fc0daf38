// One file through the life cycle of an import: create, send, check, store. Whatever ends it early
// leaves nothing half done: rows are stored by the commit alone, in one transaction.

internal import CommonMessages
internal import RPC

/// Sends one file.
struct ImportRun: Sendable {
  let session: Session
  let port: ServiceImports
  let file: ImportFile
  let kind: String
  let isDryRun: Bool

  private var console: Console { session.console }

  /// The import as the service left it: committed, or validated by a dry run.
  ///
  /// - Throws: `Failure` when the file is refused, the service fails, or the user interrupts.
  func run() async throws -> Import {
    let checked: Import
    do {
      checked = try await session.calling(port.service) { try await createAndCheck() }
    } catch is CancellationError {
      // The service drops the call under way, and nothing is stored without a commit.
      throw Failure(
        .interrupted, "已中断，\(file.name) 一行也没有写入", "interrupted; nothing of \(file.name) was stored")
    }
    // The service may know the whole file already.
    if checked.state == .committed { return checked }
    guard checked.state == .validated, checked.errorCount == 0 else {
      throw ImportReport(file: file, result: checked).refusal()
    }
    return isDryRun ? checked : try await commit(checked)
  }

  private func createAndCheck() async throws -> Import {
    let created = try await port.create(file, kind: kind, requestID: Session.newRequestID())
    if created.state == .committed { return created }
    try await send(to: created.id)
    return try await watched(created.id, doing: Phrase("检查", "checking")) {
      try await port.validate(created.id)
    }
  }

  /// Stores the rows. The commit is one transaction: it is not cancelled half-way, since nobody
  /// could then say whether it happened; Ctrl-C takes effect after it.
  private func commit(_ checked: Import) async throws -> Import {
    let committing = Task.detached { [self] in
      let requestID = Session.newRequestID()
      return try await watched(checked.id, doing: Phrase("写入", "storing")) {
        try await port.commit(checked.id, requestID: requestID)
      }
    }
    let result: Import
    do {
      result = try await committing.value
    } catch let error as RPCError {
      throw Self.uncertain(Failure(error, target: session.channels.target(port.service)), error)
    }
    guard result.state == .committed, result.errorCount == 0 else {
      throw ImportReport(file: file, result: result).refusal()
    }
    return result
  }

  /// A commit without an answer may have happened.
  private static func uncertain(_ failure: Failure, _ error: RPCError) -> Failure {
    guard !error.wasNotProcessed, [.unavailable, .deadlineExceeded].contains(error.code) else {
      return failure
    }
    return Failure(
      failure.exitCode,
      failure.lines + [
        Phrase(
          "  不知是否已写入；重新导入即可，相同的内容不会写入两次",
          "  it may have been stored; import it again: the same content is never stored twice")
      ])
  }

  private func send(to id: String) async throws {
    var sent = 0
    for (number, chunk) in file.chunks.enumerated() {
      try Task.checkCancellation()
      try await port.append(to: id, number: UInt32(number), bytes: Array(chunk))
      sent += chunk.count
      console.showProgress(
        ProgressBar.line(
          "\(file.name) \(Phrase("上传", "sending")[session.language])", done: UInt64(sent),
          total: UInt64(file.content.count)))
    }
  }

  /// Runs a long call; on a terminal the service's own progress is shown meanwhile.
  private func watched(
    _ id: String, doing what: Phrase, _ body: @Sendable () async throws -> Import
  ) async throws -> Import {
    guard console.showsProgress else { return try await body() }
    let watching = Task {
      try await port.watch(id) { change in
        console.showProgress(
          ProgressBar.line(
            "\(file.name) \(what[session.language])", done: change.rowsDone,
            total: change.rowCount))
      }
    }
    defer {
      watching.cancel()
      console.clearProgress()
    }
    return try await body()
  }
}
