// The outermost layer: trace ids, security headers, limits, and every error as a problem.

internal import GatewayReports
internal import HTTPTypes
package import Hummingbird
internal import Logging
internal import RPC

/// Turns errors into problems and dresses every answer.
package struct ProblemMiddleware: RouterMiddleware {
  private let limits: HTTPLimits
  /// Path templates of every route, to tell a wrong method from a wrong path.
  private let templates: [PathTemplate]

  package init(limits: HTTPLimits, templates: [PathTemplate]) {
    self.limits = limits
    self.templates = templates
  }

  /// Concurrent, as Hummingbird declares it.
  @concurrent
  package func handle(
    _ request: Request, context: GatewayContext,
    next: @concurrent (Request, GatewayContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    if let parent = request.headers[HeaderNames.traceparent],
      let caller = TraceContext(traceparent: parent.utf8)
    {
      context.trace = caller.child()
    }
    context.logger[metadataKey: "trace_id"] = .string(context.trace.traceID)
    var response: Response
    do {
      try checkTarget(request)
      response = try await next(request, context)
    } catch {
      response = answer(problem(for: error, request), request, context)
    }
    dress(&response, trace: context.trace)
    return response
  }

  private func checkTarget(_ request: Request) throws(Problem) {
    let length = request.uri.description.utf8.count
    guard length <= limits.maximumTargetBytes else {
      throw Problem(
        status: 414, code: "invalid_argument", title: "地址过长",
        detail: "the target is \(length) bytes; at most \(limits.maximumTargetBytes) are read")
    }
  }

  private func problem(for error: any Error, _ request: Request) -> Problem {
    switch error {
    case let problem as Problem: return problem
    case let error as RPCError: return Problem(error)
    case is CancellationError: return Problem(RPCError(.canceled, "the request was cancelled"))
    case let error as HTTPError: return problem(for: error, request)
    default: return Problem(RPCError(.internal, "the gateway failed to answer", cause: error))
    }
  }

  private func problem(for error: HTTPError, _ request: Request) -> Problem {
    let path = request.uri.path
    guard error.status == .notFound else {
      return Problem(
        status: error.status.code, code: "unknown", title: error.status.reasonPhrase,
        detail: error.body ?? error.status.reasonPhrase)
    }
    guard templates.contains(where: { $0.matches(path) }) else {
      return Problem(
        status: 404, code: "not_found", title: "没有这个地址",
        detail: "nothing is at \(path); see /v1/openapi.json")
    }
    var problem = Problem(
      status: 405, code: "unimplemented", title: "不支持这个方法",
      detail: "\(path) answers GET and HEAD; writes go through the channel")
    problem.headers = [("allow", "GET, HEAD")]
    return problem
  }

  private func answer(
    _ problem: Problem, _ request: Request, _ context: GatewayContext
  ) -> Response {
    log(problem, request, context)
    var headers = HTTPFields()
    for (name, value) in problem.headers {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    if let delay = problem.retryMilliseconds {
      headers[.retryAfter] = String((delay + 999) / 1000)
    }
    headers[.vary] = "accept"
    let accept = request.headers[values: .accept]
    let form = Negotiation.choose(accept: accept, from: [.json, .html]) ?? .json
    let body: [UInt8]
    if form == .html {
      headers[.contentType] = Representation.html.contentType
      body = Array(
        ProblemPage().render(
          status: problem.status, title: problem.title, detail: problem.detail,
          violations: problem.violations.map { ($0.path, $0.chinese) },
          available: problem.resource?.available ?? [],
          traceID: context.trace.traceID
        ).utf8)
    } else {
      headers[.contentType] = Problem.mediaType
      body = problem.json(instance: request.uri.path, traceID: context.trace.traceID).utf8
    }
    return Response(
      status: HTTPResponse.Status(code: problem.status), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }

  private func log(_ problem: Problem, _ request: Request, _ context: GatewayContext) {
    let level: Logger.Level = problem.status >= 500 ? .warning : .info
    var metadata: Logger.Metadata = [
      "path": .string(request.uri.path), "status": .stringConvertible(problem.status),
      "code": .string(problem.code), "detail": .string(problem.detail),
    ]
    if !problem.cause.isEmpty { metadata["cause"] = .string(problem.cause) }
    context.logger.log(level: level, "request refused", metadata: metadata)
  }

  private func dress(_ response: inout Response, trace: TraceContext) {
    let headers: [(HTTPField.Name, String)] = [
      (
        .contentSecurityPolicy,
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
          + "form-action 'none'; frame-ancestors 'none'"
      ),
      (.xContentTypeOptions, "nosniff"),
      (HeaderNames.referrerPolicy, "no-referrer"),
      (HeaderNames.resourcePolicy, "same-origin"),
      (HeaderNames.frameOptions, "DENY"),
      (HeaderNames.traceID, trace.traceID),
    ]
    for (name, value) in headers { response.headers[name] = value }
    // Figures change with the next record: whatever keeps an answer must ask again.
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-cache" }
  }
}

/// A path with parameters: "/v1/places/{code}".
package struct PathTemplate: Sendable, Hashable {
  private let segments: [Substring]

  package init(_ path: String) {
    segments = path.split(separator: "/")
  }

  package func matches(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    return parts.count == segments.count
      && zip(segments, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
  }
}

/// Headers that HTTPTypes does not name, or names otherwise.
enum HeaderNames {
  static let traceparent = name("traceparent")
  static let traceID = name("x-trace-id")
  static let timeout = name("connect-timeout-ms")
  static let referrerPolicy = name("referrer-policy")
  static let resourcePolicy = name("cross-origin-resource-policy")
  static let frameOptions = name("x-frame-options")

  /// Every name above is a token, so it is a field name.
  private static func name(_ text: String) -> HTTPField.Name {
    HTTPField.Name(text) ?? .accept
  }
}
