internal import CommonMessages
internal import RPC
internal import Testing

@testable internal import Admin

@Suite struct FailureDetailTests {
  private let target = Target(service: .registry, address: "http://127.0.0.1:7401")

  @Test func everyBrokenRuleIsALineWithFieldValueAndRule() throws {
    let request = BadRequest(violations: [
      FieldViolation(
        path: "federation.code", value: "45000O", rule: "code.digits", messageZh: "应为六位数字",
        messageEn: "six digits are expected"),
      FieldViolation(
        path: "federation.name", rule: "required", messageZh: "不能空", messageEn: "is required"),
    ])
    let failure = Failure(
      RPCError(.invalidArgument, "federation.code: …", details: [try ErrorDetail(request)]),
      target: target)
    #expect(
      failure.chinese == """
        输入不合规定 (invalid_argument)
          federation.code：“45000O” 应为六位数字 [code.digits]
          federation.name：不能空 [required]
        """)
    #expect(
      failure.english == """
        invalid_argument: federation.code: …
          federation.code: "45000O" six digits are expected [code.digits]
          federation.name: is required [required]
        """)
  }

  @Test func whatExistsInsteadIsListed() throws {
    let resource = ResourceInfo(
      resourceType: "place", resourceName: "459999", available: ["450000", "450100"])
    let failure = Failure(
      RPCError(.notFound, "place 459999 was not found", details: [try ErrorDetail(resource)]),
      target: target)
    #expect(failure.exitCode == .notFound)
    #expect(failure.chinese.contains("已有：450000、450100"))
    #expect(failure.english.contains("exists: 450000, 450100"))
    // A message that lists them already is not repeated.
    let listed = Failure(
      RPCError(
        .notFound, "not found (exists: 450000, 450100)", details: [try ErrorDetail(resource)]),
      target: target)
    #expect(listed.lines.count == 1)
  }

  @Test func whenToTryAgainIsSaid() throws {
    let retry = RetryInfo(retryDelayMilliseconds: 500)
    let failure = Failure(
      RPCError(.unavailable, "away", details: [try ErrorDetail(retry)]), target: target)
    #expect(failure.chinese.contains("500 毫秒"))
    #expect(failure.english.contains("500 ms"))
  }

  private func advice(_ message: String, answered: Bool, by service: ServiceName) -> Failure {
    var error = RPCError(.unavailable, message)
    error.isFromPeer = answered
    return Failure(error, target: Target(service: service, address: "http://127.0.0.1:1"))
  }

  @Test func theAdviceNamesTheProcessThatIsAway() {
    let away = advice("127.0.0.1:1 cannot be reached", answered: false, by: .gateway)
    #expect(away.chinese.contains("请确认 lianshe-gateway 已启动"))
    let behind = advice(
      "the statistics service is not available: 127.0.0.1:7402 cannot be reached", answered: true,
      by: .gateway)
    #expect(behind.chinese.contains("请确认 lianshe-statistics 已启动"))
    #expect(behind.english.contains("is lianshe-statistics running?"))
    #expect(!behind.chinese.contains("请确认 lianshe-gateway"))
  }

  @Test func aDatabaseThatIsAwayIsNamed() {
    let own = advice("The database server cannot be reached.", answered: true, by: .statistics)
    #expect(own.chinese.contains("lianshe-statistics 在运行，但它的数据库不可用"))
    #expect(!own.chinese.contains("已启动"))
    let behind = advice(
      "the registry service is not available: The database server cannot be reached.",
      answered: true, by: .gateway)
    #expect(behind.english.contains("lianshe-registry runs, but its database is not available"))
  }

  @Test func aServiceThatIsBusyIsNotCalledAbsent() {
    let busy = advice("正在导入大文件，请稍后重试 (…)", answered: true, by: .registry)
    #expect(busy.chinese.contains("lianshe-registry 在运行，但暂时不能办理"))
  }
}
