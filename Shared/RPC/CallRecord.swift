// The facts of one call that every copy of its context shares, in one object: a call is handed from
// the protocol to the transport to the handler as a single pointer.

internal import Synchronization

final class CallRecord: Sendable {
  let head: CallHead
  let peer: CallPeer
  let deadline: CallInstant?
  let callerDeadline: CallInstant?
  /// Made when something is to be noted, which is seldom.
  private let notes = Mutex<CallNotes?>(nil)

  init(head: CallHead, peer: CallPeer, deadline: CallInstant?, callerDeadline: CallInstant?) {
    self.head = head
    self.peer = peer
    self.deadline = deadline
    self.callerDeadline = callerDeadline
  }

  /// A call whose time begins now.
  convenience init(_ head: CallHead, peer: CallPeer, now: CallInstant) {
    let callerDeadline = head.callerTimeout.map { now.advanced(by: $0) }
    self.init(
      head: head, peer: peer,
      deadline: callerDeadline ?? head.ownTimeout.map { now.advanced(by: $0) },
      callerDeadline: callerDeadline)
  }

  var route: Route { head.route }
  var fields: HeaderFields { head.fields }
  var shape: AnswerShape { head.shape }

  /// Made from the raw headers only when somebody asks.
  var requestMetadata: Metadata {
    withNotes { notes in
      if let known = notes.requestMetadata { return known }
      let metadata = Metadata(received: fields)
      notes.requestMetadata = metadata
      return metadata
    }
  }

  var trace: TraceContext {
    withNotes { notes in
      if let known = notes.trace { return known }
      let caller = fields.first("traceparent").flatMap { TraceContext(traceparent: $0.utf8) }
      let trace = caller?.child() ?? TraceContext()
      notes.trace = trace
      return trace
    }
  }

  /// Whether the caller wants this call followed. A trace that begins here is not, so none is begun
  /// for the question: that takes random numbers of the system.
  var isSampled: Bool {
    fields.first("traceparent") != nil && trace.isSampled
  }

  var responseHeaders: Metadata { notes.withLock { $0?.headers ?? Metadata() } }
  var responseTrailers: Metadata { notes.withLock { $0?.trailers ?? Metadata() } }

  func addHeader(_ value: String, for key: String) throws(RPCError) {
    try withNotes { notes throws(RPCError) in
      guard !notes.headersAreSent else {
        throw RPCError(.internal, "the header \"\(key)\" was set after the headers were sent")
      }
      try notes.headers.add(value, for: key)
    }
  }

  func addTrailer(_ value: String, for key: String) throws(RPCError) {
    try withNotes { notes throws(RPCError) in try notes.trailers.add(value, for: key) }
  }

  /// Takes the headers that leave before the handler is done; from here on none can be added.
  func sealHeaders() -> Metadata {
    withNotes { notes in
      notes.headersAreSent = true
      return notes.headers
    }
  }

  /// What to send beside a complete answer; nil when nothing was set.
  var responseMetadata: (headers: Metadata, trailers: Metadata)? {
    notes.withLock { notes in notes.map { ($0.headers, $0.trailers) } }
  }

  private func withNotes<Result, Failure: Error>(
    _ body: (inout CallNotes) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try notes.withLock { notes throws(Failure) in
      var current = notes ?? CallNotes()
      defer { notes = current }
      return try body(&current)
    }
  }
}

/// What is noted while a call runs.
struct CallNotes {
  var requestMetadata: Metadata?
  var trace: TraceContext?
  var headers = Metadata()
  var trailers = Metadata()
  var headersAreSent = false
}

/// Where a handler leaves headers and trailers for its answer. Safe to use from several tasks.
public struct ResponseMetadata: Sendable {
  let record: CallRecord

  /// Adds a header. For a streaming call this works until the first message is written or the
  /// handler first suspends: then the headers leave.
  ///
  /// - Throws: `internal` for a key or value that cannot be sent, or when it is too late.
  public func addHeader(_ value: String, for key: String) throws(RPCError) {
    try record.addHeader(value, for: key)
  }

  /// Adds a trailer, sent with the end of the answer.
  public func addTrailer(_ value: String, for key: String) throws(RPCError) {
    try record.addTrailer(value, for: key)
  }

  public var headers: Metadata { record.responseHeaders }
  public var trailers: Metadata { record.responseTrailers }
}
