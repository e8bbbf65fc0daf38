// A complete request, ready to be handled. The transport chooses where `run` executes; what comes
// back is bytes.

internal import Logging

/// What to run for a request, by the way it is answered.
public enum Invocation: Sendable {
  case unary(UnaryInvocation)
  case stream(StreamInvocation)
  case raw(RawInvocation)

  /// When the transport must give up on the handler.
  public var deadline: CallInstant? {
    switch self {
    case .unary(let call): call.request.record.deadline
    case .stream(let call): call.request.record.deadline
    case .raw(let call): call.record.deadline
    }
  }

  /// Bytes of the request that stay in memory while the handler runs. Those of a message go once it is
  /// decoded; a call that is passed through has its body until it ends.
  package var heldBytes: Int {
    if case .raw(let call) = self { call.body.count } else { 0 }
  }

  /// Whether the answer may have no end of its own.
  package var isStream: Bool {
    switch self {
    case .unary: false
    case .stream: true
    case .raw(let call): call.record.shape.contentType.framing == .stream
    }
  }

  /// The complete answer for a call that the transport gives up on before any of it was sent.
  public func failure(_ error: RPCError) -> Answer {
    switch self {
    case .unary(let call): call.request.record.shape.failure(error)
    case .stream(let call): call.request.record.shape.failure(error)
    case .raw(let call): call.record.shape.failure(error)
    }
  }
}

/// A unary call: one answer, complete.
public struct UnaryInvocation: Sendable {
  let handler: Route.Unary
  let request: RequestMessage

  /// The same call with bytes that go once the handler has read them.
  package var readOnce: UnaryInvocation {
    UnaryInvocation(handler: handler, request: request.readOnce)
  }

  /// The answer, where the method can give it without a task; nil: `run` must be called.
  public func runAtOnce() -> Answer? {
    guard let atOnce = request.record.route.atOnce else { return nil }
    do {
      guard let message = try atOnce(request, CallContext(request.record)) else { return nil }
      return try success(message)
    } catch {
      return failure(error)
    }
  }

  /// Runs the handler. Every failure is an answer too.
  public func run() async -> Answer {
    do {
      return try success(try await handler(request, CallContext(request.record)))
    } catch {
      return failure(error)
    }
  }

  private func success(_ message: [UInt8]) throws -> Answer {
    let record = request.record
    return try record.shape.success(
      message, metadata: record.responseMetadata, limits: request.server.limits,
      request: record.fields)
  }

  private func failure(_ error: any Error) -> Answer {
    let record = request.record
    return record.shape.failure(
      request.server.report(error, in: record), metadata: record.responseMetadata)
  }
}

/// A server-streaming call: a head, messages written to a sink, and an end.
public struct StreamInvocation: Sendable {
  let handler: Route.ServerStreaming
  let request: RequestMessage

  /// The head of the answer with the headers set so far. Later ones are refused.
  public func head() -> ResponseHead {
    request.record.shape.streamHead(headers: request.record.sealHeaders())
  }

  /// Runs the handler; its messages go to the sink in their envelopes.
  ///
  /// - Returns: the last bytes of the answer.
  public func run(writingTo sink: any ResponseSink) async -> [UInt8] {
    do {
      try await handler(request, sink, CallContext(request.record))
      return end(nil)
    } catch {
      return end(request.server.report(error, in: request.record))
    }
  }

  /// The last bytes of the answer of a call that ends with an error, or well.
  public func end(_ error: RPCError?) -> [UInt8] {
    request.record.shape.streamEnd(error: error, trailers: request.record.responseTrailers)
  }
}

/// A call that is passed through.
public struct RawInvocation: Sendable {
  let forward: RawRoute
  let server: RPCServer
  let record: RawRecord
  let body: [UInt8]

  /// Follows the envelopes of an answer that begins like this; nil when it has none.
  package func boundaries(after head: ResponseHead) -> EnvelopeBoundaries? {
    let type = head.fields.first("content-type").flatMap(ContentType.init)
    guard head.status == 200, type?.framing == .stream else { return nil }
    return EnvelopeBoundaries()
  }

  /// The last bytes of a streamed answer that is broken off between two envelopes.
  package func end(_ error: RPCError) -> [UInt8] {
    record.shape.streamEnd(error: error, trailers: Metadata())
  }

  /// Runs the handler, which answers through the sink.
  ///
  /// - Returns: the error as an answer, when the handler failed.
  public func run(writingTo sink: any ResponseSink) async -> Answer? {
    let head = record.head
    let call = RawCall(
      verb: head.verb, path: head.path, fields: head.fields, body: body,
      deadline: record.deadline, deadlineIsCallers: record.deadlineIsCallers,
      peer: record.peer.address, peerIdentity: record.peer.identity,
      response: RawResponseWriter(sink: sink))
    do {
      try await forward.handler(call)
      return nil
    } catch {
      return record.shape.failure(server.report(error, in: record))
    }
  }
}

extension RPCServer {
  /// The error to send for what a handler threw. Its details go to the log and nowhere else.
  func report(_ error: any Error, in record: CallRecord) -> RPCError {
    let known = mapped(error, deadline: record.deadline)
    if known.isWorthLogging {
      logger.error(
        "a handler failed",
        metadata: [
          "method": "\(record.route.info)", "trace_id": "\(record.trace.traceID)",
          "error": "\(known.debugDescription)",
        ])
    }
    return known
  }

  func report(_ error: any Error, in record: RawRecord) -> RPCError {
    let known = mapped(error, deadline: record.deadline)
    if known.isWorthLogging {
      logger.error(
        "a forwarded call failed",
        metadata: ["path": "\(record.head.path)", "error": "\(known.debugDescription)"])
    }
    return known
  }

  /// A handler that stopped because its time was up says "cancelled"; the caller set a deadline
  /// and is told of that.
  private func mapped(_ error: any Error, deadline: CallInstant?) -> RPCError {
    if error is CancellationError, let deadline, CallInstant.now >= deadline {
      return RPCError(.deadlineExceeded, "the deadline of the call has passed", cause: error)
    }
    return RPCError(handlerThrew: error)
  }
}

extension RPCError {
  /// What the caller is not told, the operator must be.
  fileprivate var isWorthLogging: Bool {
    cause != nil && (code == .internal || code == .unknown)
  }
}
