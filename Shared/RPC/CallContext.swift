// What a handler knows of its call beyond the message. The context is a small value: interceptors
// pass changed copies on, while the facts of the call live once, in its record.

/// The surroundings of one call on the server.
public struct CallContext: Sendable {
  let record: CallRecord
  /// Values left by interceptors.
  public var values: ContextValues

  init(_ record: CallRecord) {
    self.record = record
    values = ContextValues()
  }

  /// A context made by hand, for calling a handler directly.
  public init(
    method: MethodInfo,
    requestMetadata: Metadata = Metadata(),
    deadline: ContinuousClock.Instant? = nil,
    peer: String = "in-process",
    peerIdentity: PeerIdentity? = nil,
    values: ContextValues = ContextValues()
  ) {
    let fields = HeaderFields(requestMetadata.map { .init($0.key, $0.value) })
    let deadline = deadline.map { CallInstant($0) }
    record = CallRecord(
      head: CallHead(
        route: Route(unimplemented: method), fields: fields,
        shape: AnswerShape(contentType: ContentType(method.kind.framing, .proto))),
      peer: CallPeer(address: peer, identity: peerIdentity), deadline: deadline,
      callerDeadline: deadline)
    self.values = values
  }

  public var method: MethodInfo { record.route.info }

  /// The request's headers without those of HTTP and of the protocol itself.
  public var requestMetadata: Metadata { record.requestMetadata }

  /// The first value of one header, and whether there are more, without making metadata of all.
  ///
  /// - Parameter key: in lower case, and none that belongs to HTTP or to the protocol.
  package func requestValue(for key: String) -> (first: String?, isRepeated: Bool) {
    var first: String?
    for field in record.fields.fields where field.isNamed(key) {
      if first != nil { return (first, true) }
      first = field.value
    }
    return (first, false)
  }

  /// The address of the other end, for logs.
  public var peer: String { record.peer.address }

  /// The names that the other end has proved to have by its certificate; nil when it showed none.
  public var peerIdentity: PeerIdentity? { record.peer.identity }

  /// This call's step in the caller's trace, or in a new one.
  public var trace: TraceContext { record.trace }
  /// Whether the caller wants this call followed; cheaper to ask than `trace`.
  package var isSampled: Bool { record.isSampled }
  public var traceID: String { trace.traceID }
  public var spanID: String { trace.spanID }

  /// Headers and trailers to send beside the answer.
  public var response: ResponseMetadata { ResponseMetadata(record: record) }

  /// When the call ends at the latest: the caller's deadline or this server's default.
  public var deadline: ContinuousClock.Instant? { record.deadline?.instant }

  /// The deadline that the caller set; the server's own default is never passed off as it.
  public var callerDeadline: ContinuousClock.Instant? { record.callerDeadline?.instant }

  /// What is left until the deadline, never negative; nil when there is none.
  public var remaining: Duration? {
    record.deadline.map { max(.zero, CallInstant.now.duration(to: $0)) }
  }

  /// For long work between two suspensions: stops it when nobody waits for its result any more.
  ///
  /// - Throws: `deadline_exceeded` or `canceled`.
  public func checkDeadline() throws {
    if let deadline = record.deadline, CallInstant.now >= deadline {
      throw RPCError(.deadlineExceeded, "the deadline of the call has passed")
    }
    if Task.isCancelled { throw RPCError(.canceled, "the call was cancelled") }
  }
}
