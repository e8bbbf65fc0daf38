internal import CommonMessages
internal import Foundation
internal import GatewayAPI
internal import GatewaySupport
internal import HTTPTypes
internal import RPC
internal import Testing

struct ProblemTests {
  private func problem(_ reply: Reply, _ status: Int) throws -> [String: Any] {
    #expect(reply.status == status)
    #expect(reply.contentType == "application/problem+json")
    let object = try reply.object()
    #expect(object["status"] as? Int == status)
    #expect((object["traceId"] as? String)?.count == 32)
    #expect((object["type"] as? String)?.hasPrefix("urn:lianshe:error:") == true)
    return object
  }

  private func violations(_ object: [String: Any]) -> [[String: String]] {
    object["violations"] as? [[String: String]] ?? []
  }

  @Test(arguments: [
    ("/v1/federations/45000O/report?year=2013", "code", "parameter.code", "45000O"),
    ("/v1/federations/450000/report?year=20l3", "year", "parameter.year", "20l3"),
    ("/v1/federations/450000/report", "year", "parameter.required", ""),
    ("/v1/federations/450000/report?year=2013&year=2014", "year", "parameter.repeated", "2014"),
    ("/v1/federations/450000/report?year=2013&format=xml", "format", "parameter.choice", "xml"),
    ("/v1/places?colour=red", "colour", "parameter.unknown", "red"),
    ("/v1/places?page_token=%00", "page_token", "parameter.text", "\0"),
    ("/v1/places?page_size=1001", "page_size", "parameter.number", "1001"),
    ("/v1/places?page_size=-1", "page_size", "parameter.number", "-1"),
    ("/v1/places?level=galaxy", "level", "parameter.choice", "galaxy"),
    ("/v1/places?on_date=2013-02-30", "on_date", "parameter.date", "2013-02-30"),
    ("/v1/statistical-reports?include_withdrawn=1", "include_withdrawn", "parameter.boolean", "1"),
    ("/v1/places?name_contains=%zz", "query", "query.malformed", "name_contains=%zz"),
    ("/v1/places?name_contains=%ff", "query", "query.malformed", "name_contains=%ff"),
    ("/v1/memberships?admitted_year=13", "admitted_year", "parameter.year", "13"),
  ])
  func aBadRequestNamesParameterAndRule(
    _ uri: String, _ path: String, _ rule: String, _ value: String
  ) async throws {
    let object = try problem(try await Face().get(uri), 400)
    let violation = try #require(violations(object).first)
    #expect(violation["path"] == path)
    #expect(violation["rule"] == rule)
    #expect(violation["value"] == value)
    #expect(violation["messageZh"]?.isEmpty == false && violation["messageEn"]?.isEmpty == false)
    #expect(object["code"] as? String == "invalid_argument")
  }

  @Test func everyBrokenRuleIsToldAtOnce() async throws {
    let reply = try await Face().get("/v1/federations/x/report?year=y&z=1")
    #expect(
      Set(violations(try problem(reply, 400)).compactMap { $0["path"] }) == ["code", "year", "z"])
  }

  @Test func anUnknownParameterNamesThoseThatExist() async throws {
    let reply = try await Face().get("/v1/targets?place=450000")
    let message = violations(try problem(reply, 400)).first?["messageEn"] ?? ""
    #expect(message.contains("place_code") && message.contains("period"))
  }

  @Test func whatTheServiceSaysBecomesTheProblem() async throws {
    let reply = try await Face().get("/v1/federations/459999/report?year=2013")
    let object = try problem(reply, 404)
    #expect(object["title"] as? String == "没有找到")
    #expect(object["instance"] as? String == "/v1/federations/459999/report")
    let resource = try #require(object["resource"] as? [String: Any])
    #expect(resource["name"] as? String == "459999")
    #expect((resource["available"] as? [String])?.isEmpty == false)
  }

  @Test func violationsOfTheServiceTravel() async throws {
    let face = try await Face()
    let detail = try ErrorDetail(
      BadRequest(violations: [
        FieldViolation(
          path: "as_of", value: "x", rule: "time", messageZh: "不是时间", messageEn: "not a time")
      ]))
    face.registry.fail(RPCError(.invalidArgument, "as_of", details: [detail]))
    let object = try problem(try await face.get("/v1/places?as_of=x"), 400)
    #expect(violations(object).first?["messageZh"] == "不是时间")
  }

  @Test(arguments: RPCError.Code.allCases)
  func everyCodeHasItsStatusAndTitle(_ code: RPCError.Code) async throws {
    let face = try await Face()
    face.registry.fail(RPCError(code, "words"))
    let object = try problem(try await face.get("/v1/places"), code.httpStatus)
    #expect(object["code"] as? String == code.rawValue)
    #expect((object["title"] as? String)?.isEmpty == false)
  }

  @Test func aRetryDelayBecomesAHeader() async throws {
    let face = try await Face()
    let detail = try ErrorDetail(RetryInfo(retryDelayMilliseconds: 1500))
    face.registry.fail(RPCError(.unavailable, "away", details: [detail]))
    let reply = try await face.get("/v1/places")
    #expect(reply.header("retry-after") == "2")
    #expect(try problem(reply, 503)["retryDelayMilliseconds"] as? Int == 1500)
  }

  @Test func anUnknownPathIsNamed() async throws {
    let object = try problem(try await Face().get("/v1/nothing"), 404)
    #expect((object["detail"] as? String)?.contains("/v1/nothing") == true)
  }

  @Test(arguments: [HTTPRequest.Method.post, .put, .delete, .patch])
  func anotherMethodIsNotAllowed(_ method: HTTPRequest.Method) async throws {
    let reply = try await Face().get("/v1/places/450000", method: method)
    #expect(reply.header("allow") == "GET, HEAD")
    _ = try problem(reply, 405)
  }

  @Test func aFormThatNobodyOffersIsNotAcceptable() async throws {
    let reply = try await Face().get("/v1/federations/450000/report?year=2013", accept: "text/csv")
    let detail = try problem(reply, 406)["detail"] as? String
    #expect(detail?.contains("application/json, text/markdown, text/html") == true)
    _ = try problem(try await Face().get("/v1/places", accept: "text/csv;q=0.9"), 406)
  }

  @Test func aTargetOverTheLimitIsTooLong() async throws {
    var limits = HTTPLimits()
    limits.maximumTargetBytes = 60
    let fits = "/v1/places?name_contains=" + String(repeating: "a", count: 35)
    #expect(try await Face(limits: limits).get(fits).status == 200)
    _ = try problem(try await Face(limits: limits).get(fits + "a"), 414)
  }

  @Test func moreKeysThanTheLimitAreRefused() async throws {
    var limits = HTTPLimits()
    limits.maximumKeys = 2
    let key = "key=total/450000/bureau/gross_output/2013"
    let face = try await Face(limits: limits)
    #expect(try await face.get("/v1/figures?\(key)&\(key)").status == 200)
    _ = try problem(try await face.get("/v1/figures?\(key)&\(key)&\(key)"), 400)
  }

  @Test(arguments: ["", "x", "-1", "0", "12345678901", "1.5"])
  func aMalformedTimeoutIsRefused(_ text: String) async throws {
    let reply = try await Face().get("/v1/places", headers: ["connect-timeout-ms": text])
    #expect(violations(try problem(reply, 400)).first?["rule"] == "timeout")
  }

  @Test func timeoutsHaveADefaultAndALimit() async throws {
    var limits = HTTPLimits()
    limits.defaultTimeout = .seconds(5)
    limits.maximumTimeout = .seconds(20)
    for (header, most) in [(nil, 5), ("900000", 20)] as [(String?, Int)] {
      let face = try await Face(limits: limits)
      let now = ContinuousClock.now
      let headers = header.map { ["connect-timeout-ms": $0] } ?? [:]
      _ = try await face.get("/v1/places", headers: headers)
      let deadline = try #require(face.registry.seen.first?.options.deadline)
      #expect(deadline > now + .seconds(most - 1))
      #expect(deadline < now + .seconds(most + 30))
    }
  }

  @Test func aReaderWhoAsksForAPageGetsOne() async throws {
    let reply = try await Face().get(
      "/v1/federations/459999/report?year=2013", accept: "text/html,*/*;q=0.8")
    #expect(reply.status == 404)
    #expect(reply.contentType == "text/html; charset=utf-8")
    #expect(reply.text.contains("没有找到"))
  }

  @Test func aDefectOfOursTellsNothingOfItself() async throws {
    struct Secret: Error {}
    let problem = Problem(RPCError(.internal, "the gateway failed to answer", cause: Secret()))
    let text = String(decoding: problem.json(instance: "/", traceID: "t").utf8, as: UTF8.self)
    #expect(!text.contains("Secret"))
  }
}
