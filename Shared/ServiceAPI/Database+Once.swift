// Every mutation of every service runs here: replay by request_id, dry runs, decoding of stored
// answers. Bodies are synchronous and run in one transaction.

package import RPC
package import Storage
package import Wire

/// Carries the answer of a dry run out of the transaction that it rolls back.
private struct DryRun<Response: Sendable>: Error {
  let response: Response
}

extension Database {
  /// Runs a mutation and gives its answer.
  ///
  /// - Parameters:
  ///   - request: its bytes are the fingerprint: the same `requestID` with another request is
  ///     refused (`already_exists`).
  ///   - requestID: the request's `request_id`; empty means that a repeated call runs again.
  ///   - validateOnly: does everything and takes it back; such a call is not remembered.
  ///   - isLocking: the body takes its locks itself (`Database.writeLocking`).
  package func answerOnce<Request: WireMessage, Response: WireMessage>(
    _ request: Request, requestID: String, context: CallContext, validateOnly: Bool = false,
    isLocking: Bool = false,
    _ body: @escaping @Sendable (WriteTransaction) throws -> Response
  ) async throws -> Response {
    let actor = Actor(context, requestID: requestID)
    if validateOnly {
      return try await dryRun(
        as: actor, deadline: context.deadline, isLocking: isLocking, body)
    }
    guard !requestID.isEmpty else {
      return isLocking
        ? try await writeLocking(as: actor, deadline: context.deadline, body)
        : try await write(as: actor, deadline: context.deadline, body)
    }
    let once = try await writeOnce(
      as: actor, method: context.method.path, fingerprint: try request.protobufBytes(),
      deadline: context.deadline, isLocking: isLocking
    ) { try body($0).protobufBytes() }
    return try Response(protobuf: once.bytes)
  }

  /// Runs a change in a transaction that is rolled back: the answer of the run without its effect.
  package func dryRun<Result: Sendable>(
    as actor: Actor, deadline: ContinuousClock.Instant? = nil, isLocking: Bool = false,
    _ body: @escaping @Sendable (WriteTransaction) throws -> Result
  ) async throws -> Result {
    let run = { @Sendable (transaction: WriteTransaction) throws -> Result in
      throw DryRun(response: try body(transaction))
    }
    do {
      return isLocking
        ? try await writeLocking(as: actor, deadline: deadline, run)
        : try await write(as: actor, deadline: deadline, run)
    } catch let run as DryRun<Result> {
      return run.response
    }
  }

  /// Now by the database's clock, in microseconds since 1970 UTC.
  package var clockNow: Int64 { options.clock.now() }
}
