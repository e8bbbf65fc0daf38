// A request between its head and the end of its body: judges each piece as it comes. The bytes
// themselves are kept by `ServerCall`, so that appending to them never copies.

/// A request whose head was admitted and whose body is awaited.
enum PendingRequest: Sendable {
  case call(CallRecord)
  case raw(RawRecord)

  /// Takes a piece of the body. What breaks a rule is refused now, not at the end of the body.
  func append(
    _ bytes: [UInt8], to body: inout [UInt8], limits: RPCLimits
  ) throws(RPCError) {
    switch self {
    case .call(let call): try call.append(bytes, to: &body, limit: limits.maximumRequestBytes)
    case .raw(let raw): try raw.append(bytes, to: &body)
    }
  }

  /// What to run, now that the body is complete.
  func finish(
    _ body: consuming [UInt8], server: RPCServer, now: CallInstant
  ) throws(RPCError) -> Invocation {
    switch self {
    case .call(let call): try call.finish(body, server: server, now: now)
    case .raw(let raw): try raw.finish(body, server: server, now: now)
    }
  }

  var shape: AnswerShape {
    switch self {
    case .call(let call): call.shape
    case .raw(let raw): raw.shape
    }
  }

  var deadline: CallInstant? {
    switch self {
    case .call(let call): call.deadline
    case .raw(let raw): raw.deadline
    }
  }
}

// MARK: - Calls to methods of ours

extension CallRecord {
  fileprivate func append(
    _ bytes: [UInt8], to body: inout [UInt8], limit: Int
  ) throws(RPCError) {
    if head.queryMessage != nil { throw .bodyOnGet(route.info) }
    switch shape.contentType.framing {
    case .unary:
      guard bytes.count <= limit - body.count else {
        throw .tooLarge(body.count + bytes.count, limit: limit, what: "the request")
      }
      body.append(piece: bytes, expecting: head.declaredBytes, limit: limit)
    case .stream:
      // Room for the largest message, and for the byte that shows there is a second one.
      let most = limit.addingSaturated(Envelope.prefixBytes + 1)
      let room = most - body.count
      body.append(
        piece: bytes.count <= room ? bytes : Array(bytes.prefix(room)),
        expecting: head.declaredBytes,
        limit: most)
      try checkEnvelope(body, limit: limit)
    }
  }

  private func checkEnvelope(_ body: [UInt8], limit: Int) throws(RPCError) {
    guard let (flags, count) = Envelope.prefix(of: body) else { return }
    guard flags <= Envelope.compressedFlag else {
      throw RPCError(.invalidArgument, "the request's envelope has unknown flags \(flags)")
    }
    guard flags == 0 || head.coding != .identity else {
      throw RPCError(.internal, "a compressed message came without connect-content-encoding")
    }
    guard count <= limit else {
      throw .tooLarge(count, limit: limit, what: "the request")
    }
    guard body.count <= Envelope.prefixBytes + count else {
      throw RPCError(.unimplemented, "\(route.info) takes one message, and more came")
    }
  }

  fileprivate func finish(
    _ body: consuming [UInt8], server: RPCServer, now: CallInstant
  ) throws(RPCError) -> Invocation {
    let limit = server.limits.maximumRequestBytes
    let message =
      if let queryMessage = head.queryMessage {
        try head.coding.inflate(queryMessage, limit: limit)
      } else {
        try message(body, limit: limit)
      }
    if let deadline, deadline <= now { throw .expiredOnArrival }
    let request = RequestMessage(bytes: .kept(message), record: self, server: server)
    switch route.body {
    case .unary(let handler):
      return .unary(UnaryInvocation(handler: handler, request: request))
    case .serverStreaming(let handler):
      return .stream(StreamInvocation(handler: handler, request: request.readOnce))
    case .unimplemented:
      throw RPCError(.unimplemented, "\(route.info) is not implemented by this server")
    }
  }

  private func message(_ body: consuming [UInt8], limit: Int) throws(RPCError) -> [UInt8] {
    switch shape.contentType.framing {
    case .unary:
      return try head.coding.inflate(body, limit: limit)
    case .stream:
      guard !body.isEmpty else {
        throw RPCError(.unimplemented, "\(route.info) takes one message, and none came")
      }
      guard let (flags, count) = Envelope.prefix(of: body),
        body.count == Envelope.prefixBytes + count
      else {
        throw RPCError(.invalidArgument, "the request's envelope is cut short")
      }
      let coding = flags == Envelope.compressedFlag ? head.coding : .identity
      var message = consume body
      // In place: a long message is not held twice.
      message.removeFirst(Envelope.prefixBytes)
      return try coding.inflate(message, limit: limit)
    }
  }
}

// MARK: - Calls that pass through

/// The facts of a request that is passed through.
final class RawRecord: Sendable {
  private let read: RawHead
  let peer: CallPeer
  let deadline: CallInstant?

  init(_ head: RawHead, peer: CallPeer, now: CallInstant) {
    read = head
    self.peer = peer
    deadline = (head.callerTimeout ?? head.ownTimeout).map { now.advanced(by: $0) }
  }

  var forward: RawRoute { read.forward }
  var head: RequestHead { read.head }
  var shape: AnswerShape { read.shape }
  var deadlineIsCallers: Bool { read.callerTimeout != nil }
  private var limit: Int { read.limit }

  fileprivate func append(_ bytes: [UInt8], to body: inout [UInt8]) throws(RPCError) {
    guard bytes.count <= limit - body.count else {
      throw .tooLarge(body.count + bytes.count, limit: limit, what: "the request")
    }
    body.append(piece: bytes, expecting: nil, limit: limit)
  }

  fileprivate func finish(
    _ body: consuming [UInt8], server: RPCServer, now: CallInstant
  ) throws(RPCError) -> Invocation {
    if let deadline, deadline <= now { throw .expiredOnArrival }
    return .raw(RawInvocation(forward: forward, server: server, record: self, body: body))
  }
}

extension RPCError {
  static func bodyOnGet(_ method: MethodInfo) -> RPCError {
    .status(415, .unknown, "\(method) takes no body by GET: the message is a parameter")
  }

  fileprivate static var expiredOnArrival: RPCError {
    RPCError(.deadlineExceeded, "the deadline passed before the request was complete")
  }
}

extension [UInt8] {
  /// Up to this much is reserved for what a head only promises; the rest when so much has come. Else
  /// many requests of one byte each would ask the system for more than it can map.
  private static var trustedBytes: Int { 65_536 }
  /// A long body without a declared size gets room for this many times what it has. Until they are
  /// written such pages cost nothing; growing to twice the size at each step would hold a body three
  /// times over while it is copied.
  private static var growth: Int { 8 }

  /// Takes a piece of a body of at most `limit` bytes.
  ///
  /// - Parameter declared: the size of the body as its head says.
  fileprivate mutating func append(piece: [UInt8], expecting declared: Int?, limit: Int) {
    let have = count + piece.count
    let isWhole = declared.map { $0 <= have } ?? true
    // Most bodies come in one piece, which then needs no copy.
    if isEmpty, isWhole, capacity < piece.count {
      self = piece
      return
    }
    if have > capacity {
      if have >= Self.trustedBytes {
        let (ahead, overflow) = have.multipliedReportingOverflow(by: Self.growth)
        reserveCapacity(Swift.max(have, Swift.min(declared ?? (overflow ? .max : ahead), limit)))
      } else if let declared {
        reserveCapacity(Swift.max(have, Swift.min(declared, limit, Self.trustedBytes)))
      }
    }
    append(contentsOf: piece)
  }
}
