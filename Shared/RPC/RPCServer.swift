// A router, frozen for serving: it judges the head of every request before anything else is spent
// on it.

public import Logging
internal import Wire

/// Answers requests by the methods of a router. Sans-I/O: a transport drives one `ServerCall` per
/// stream.
public final class RPCServer: Sendable {
  public let limits: RPCLimits
  /// The methods that have handlers.
  public let methods: [MethodInfo]
  /// How often calls came up against which limit.
  package let reached = CallLimitCounts()
  let logger: Logger
  /// What a `google.protobuf.Any` may hold in JSON.
  let types: TypeRegistry
  private let routes: [String: Route]
  private let forwards: [RawRoute]

  public init(
    router: Router, limits: RPCLimits = RPCLimits(), logger: Logger = Logger(label: "lianshe.rpc")
  ) {
    self.limits = limits
    self.logger = logger
    methods = router.methods
    forwards = router.forwards
    types = TypeRegistry(router.routes.map(\.types) + [router.types])
    routes = Dictionary(
      router.routes.map { ($0.info.path, $0) }, uniquingKeysWith: { _, latest in latest })
  }

  /// Decides what to do with a request from its head alone.
  package func read(_ head: RequestHead) -> ReadHead {
    do throws(Refusal) {
      return try admit(head)
    } catch {
      var answer = error.answer
      if head.verb == "HEAD" { answer.body = [] }
      return .refused(answer)
    }
  }

  private func admit(_ head: RequestHead) throws(Refusal) -> ReadHead {
    guard head.path.utf8.count <= limits.maximumPathBytes else {
      reached.reach(.maximumPathBytes)
      throw Refusal(414, .unknown, "the path is over \(limits.maximumPathBytes) bytes")
    }
    if let route = route(head.path) { return .call(try admit(head, to: route)) }
    let path = Self.withoutQuery(head.path)
    guard let route = route(path) else {
      if let forward = forwards.first(where: { path.utf8.starts(with: $0.prefix.utf8) }) {
        return .raw(try admit(head, to: forward))
      }
      throw Refusal(404, .unimplemented, "no method answers to \(path)")
    }
    return .call(try admit(head, to: route))
  }

  /// Strings are equal when Unicode says so, paths when their bytes are: a letter that only looks like
  /// one of ASCII has more bytes.
  private func route(_ path: String) -> Route? {
    guard let route = routes[path], route.info.path.utf8.count == path.utf8.count else {
      return nil
    }
    return route
  }

  private func admit(_ head: RequestHead, to route: Route) throws(Refusal) -> CallHead {
    let fields = ProtocolFields(head.fields)
    if head.verb == "POST" {
      return try admitPost(head, fields, to: route)
    }
    guard route.info.isCallableByGet, head.verb == "GET" || head.verb == "HEAD" else {
      let allowed = route.info.isCallableByGet ? "GET, HEAD, POST" : "POST"
      throw Refusal(
        405, .unknown, "\(route.info) is called by \(allowed), not \(head.verb)",
        fields: [.init("allow", allowed)])
    }
    return try admitGet(head, fields, to: route)
  }

  private func admitPost(
    _ head: RequestHead, _ fields: ProtocolFields, to route: Route
  ) throws(Refusal) -> CallHead {
    let framing = route.info.kind.framing
    guard let type = fields.contentType.flatMap(ContentType.init), type.framing == framing else {
      throw .unsupportedType(route.info)
    }
    var shape = AnswerShape(contentType: type)
    do throws(RPCError) {
      try route.checkImplemented()
      try fields.checkVersion()
      let timeout = try fields.timeout()
      let isUnary = framing == .unary
      let coding = try ContentCoding(
        named: isUnary ? fields.contentEncoding : fields.connectContentEncoding)
      shape.coding = ContentCoding(
        accepting: isUnary ? fields.acceptEncoding : fields.connectAcceptEncoding)
      let declared = fields.declaredBytes
      let limit = limits.maximumBodyBytes(framing)
      if let declared, declared > limit {
        reached.reach(.maximumRequestBytes)
        throw RPCError.tooLarge(declared, limit: limits.maximumRequestBytes, what: "the request")
      }
      return CallHead(
        route: route, fields: head.fields, shape: shape, coding: coding, declaredBytes: declared,
        callerTimeout: timeout.map(CallInterval.init),
        ownTimeout: isUnary ? limits.defaultTimeout.map(CallInterval.init) : nil)
    } catch {
      throw Refusal(answer: shape.failure(error))
    }
  }

  /// A call by GET has its whole request in the head. HEAD is the same call, whose answer has no
  /// body.
  private func admitGet(
    _ head: RequestHead, _ fields: ProtocolFields, to route: Route
  ) throws(Refusal) -> CallHead {
    let query = CallQuery(path: head.path)
    guard let codec = query.codec else {
      throw .unsupportedType(route.info, "; by GET, the parameter encoding says proto or json")
    }
    var shape = AnswerShape(
      contentType: ContentType(.unary, codec), omitsBody: head.verb == "HEAD", isCacheable: true)
    do throws(RPCError) {
      if let declared = fields.declaredBytes, declared > 0 { throw .bodyOnGet(route.info) }
      try route.checkImplemented()
      try query.check()
      try fields.checkVersion()
      let timeout = try fields.timeout()
      let coding = try ContentCoding(named: try query.compression())
      shape.coding = ContentCoding(accepting: fields.acceptEncoding)
      let message = try query.message()
      guard message.count <= limits.maximumRequestBytes else {
        throw .tooLarge(message.count, limit: limits.maximumRequestBytes, what: "the request")
      }
      return CallHead(
        route: route, fields: head.fields, shape: shape, coding: coding, queryMessage: message,
        callerTimeout: timeout.map(CallInterval.init),
        ownTimeout: limits.defaultTimeout.map(CallInterval.init))
    } catch {
      throw Refusal(answer: shape.failure(error))
    }
  }

  /// A request to pass through is judged by its size only: the rest is the backend's to refuse.
  private func admit(_ head: RequestHead, to forward: RawRoute) throws(Refusal) -> RawHead {
    let fields = ProtocolFields(head.fields)
    let type = fields.contentType.flatMap(ContentType.init) ?? ContentType(.unary, .json)
    let limit = limits.maximumBodyBytes(type.framing)
    let shape = AnswerShape(
      contentType: type, omitsBody: head.verb == "HEAD", isCacheable: head.verb == "GET")
    if let declared = fields.declaredBytes, declared > limit {
      reached.reach(.maximumRequestBytes)
      throw Refusal(
        answer: shape.failure(.tooLarge(declared, limit: limit, what: "the request")))
    }
    // A malformed timeout sets no deadline here; the backend answers it with its own error.
    let timeout = try? fields.timeout()
    let ownTimeout = type.framing == .unary ? limits.defaultTimeout : nil
    return RawHead(
      forward: forward, head: head, shape: shape, limit: limit,
      callerTimeout: timeout.map(CallInterval.init),
      ownTimeout: ownTimeout.map(CallInterval.init))
  }

  private static func withoutQuery(_ path: String) -> String {
    guard let end = path.utf8.firstIndex(of: UInt8(ascii: "?")) else { return path }
    return String(path[..<end])
  }
}

extension RPCLimits {
  /// The largest body of a request: a message, in its envelope where there is one.
  func maximumBodyBytes(_ framing: Framing) -> Int {
    switch framing {
    case .unary: maximumRequestBytes
    case .stream: maximumRequestBytes.addingSaturated(Envelope.prefixBytes)
    }
  }
}

extension Int {
  /// Limits may be as large as a number can be, which says that there is none.
  func addingSaturated(_ more: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(more)
    return overflow ? (more < 0 ? .min : .max) : sum
  }
}

/// The answer to a request that was refused by its head.
struct Refusal: Error {
  let answer: Answer

  init(answer: Answer) { self.answer = answer }

  /// A refusal in terms of HTTP. `code` is the one that a client would derive from the status.
  init(_ status: Int, _ code: RPCError.Code, _ message: String, fields: HeaderFields = []) {
    answer = .refusal(.status(status, code, message), fields: fields)
  }

  /// The refusal of a body, or of an `encoding`, that a method does not take.
  static func unsupportedType(_ method: MethodInfo, _ more: String = "") -> Refusal {
    let accepted = ContentType.accepted(method.kind.framing)
    return Refusal(
      415, .unknown, "\(method) takes \(accepted)\(more)",
      fields: [.init("accept-post", accepted)])
  }
}
