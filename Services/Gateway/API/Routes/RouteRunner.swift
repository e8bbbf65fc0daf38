// From an HTTP request to a route's request: parameters are checked, the form is chosen, the deadline
// and the caller's token are taken over. All broken rules are told at once.

internal import GatewayClients
internal import HTTPTypes
package import Hummingbird
internal import RPC

/// Runs the handler of one route.
package struct RouteRunner: Sendable {
  private let spec: RouteSpec
  private let limits: HTTPLimits

  package init(_ spec: RouteSpec, limits: HTTPLimits) {
    self.spec = spec
    self.limits = limits
  }

  package func run(_ request: Request, _ context: GatewayContext) async throws -> Response {
    let checked = try check(request, context)
    let reply = try await spec.handler(checked)
    var headers = HTTPFields()
    headers[.contentType] = reply.contentType
    if spec.forms.count > 1 { headers[.vary] = "accept" }
    if let cache = reply.cacheControl { headers[.cacheControl] = cache }
    return Response(
      status: .ok, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
  }

  private func check(
    _ request: Request, _ context: GatewayContext
  ) throws(Problem) -> RouteRequest {
    let query: QueryString
    do {
      query = try QueryString(request.uri.query)
    } catch {
      throw .invalid([
        Problem.Violation(
          path: "query", value: String(error.part.prefix(200)), rule: "query.malformed",
          chinese: "参数的转义有误", english: "the parameter is not percent-encoded UTF-8.")
      ])
    }
    let (values, choices) = try values(query, context)
    let form = try form(request, values["format"]?.first)
    return RouteRequest(
      path: request.uri.description, values: values, choices: choices, form: form,
      scope: try scope(request, context))
  }

  private func values(
    _ query: QueryString, _ context: GatewayContext
  ) throws(Problem) -> (values: [String: [String]], choices: [String: Int32]) {
    var violations = unknown(query)
    var values: [String: [String]] = [:]
    var choices: [String: Int32] = [:]
    for parameter in spec.parameters {
      let given =
        parameter.place == .path
        ? [context.parameters.get(parameter.name)].compactMap { $0 }
        : query.values(parameter.name).filter { !$0.isEmpty }
      if given.isEmpty {
        if parameter.isRequired { violations.append(parameter.missing()) }
        continue
      }
      if given.count > 1, !parameter.isRepeated {
        violations.append(parameter.repeatedTwice(given[1]))
      }
      violations += given.compactMap(parameter.violation)
      values[parameter.name] = given
      if case .choice(let list) = parameter.kind { choices[parameter.name] = list.number(given[0]) }
    }
    guard violations.isEmpty else { throw .invalid(violations) }
    return (values, choices)
  }

  private func unknown(_ query: QueryString) -> [Problem.Violation] {
    let known = spec.parameters.filter { $0.place == .query }.map(\.name)
    let list = known.isEmpty ? "没有参数" : known.joined(separator: ", ")
    let listEnglish = known.isEmpty ? "takes none" : "takes \(known.joined(separator: ", "))"
    return query.parameters.filter { !known.contains($0.name) }.map { parameter in
      Problem.Violation(
        path: String(parameter.name.prefix(200)), value: String(parameter.value.prefix(200)),
        rule: "parameter.unknown", chinese: "没有参数 \(parameter.name)；可用：\(list)",
        english: "there is no parameter \(parameter.name); \(spec.path) \(listEnglish).")
    }
  }

  private func form(
    _ request: Request, _ named: String?
  ) throws(Problem) -> Representation {
    guard !spec.forms.isEmpty else { return .json }
    if let named, let form = Representation(rawValue: named.lowercased()) { return form }
    let accept = request.headers[values: .accept]
    if let form = Negotiation.choose(accept: accept, from: spec.forms) { return form }
    let offered = spec.forms.map(\.mediaType).joined(separator: ", ")
    throw Problem(
      status: 406, code: "invalid_argument", title: "没有所要的形式",
      detail: "\(spec.path) answers \(offered); the Accept header allows none of them")
  }

  private func scope(
    _ request: Request, _ context: GatewayContext
  ) throws(Problem) -> CallScope {
    var timeout = limits.defaultTimeout
    if let text = request.headers[HeaderNames.timeout] {
      guard (1...10).contains(text.utf8.count), let milliseconds = Int64(text), milliseconds > 0,
        text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
      else {
        throw .invalid([
          Problem.Violation(
            path: "connect-timeout-ms", value: String(text.prefix(200)), rule: "timeout",
            chinese: "时限应为1至10位数字的毫秒数",
            english: "connect-timeout-ms is 1 to 10 digits of milliseconds.")
        ])
      }
      timeout = min(.milliseconds(milliseconds), limits.maximumTimeout)
    }
    var metadata = Metadata()
    if let token = request.headers[.authorization] {
      do {
        try metadata.add(token, for: "authorization")
      } catch {
        throw Problem(
          RPCError(.unauthenticated, "the authorization header cannot be read", cause: error))
      }
    }
    return CallScope(deadline: .now + timeout, metadata: metadata, trace: context.trace)
  }
}
