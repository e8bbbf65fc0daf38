// Which report a request speaks of, checked; and the scope of the calls it makes.

internal import GatewayClients
internal import GatewayDomain
internal import RPC
internal import ServiceAPI

/// A federation and a year.
struct ReportSubject: Sendable {
  let federation: String
  let year: ReportYear

  /// Every broken rule leaves a violation; then the result is nil.
  ///
  /// - Parameter path: of the message that holds the fields, with a dot; empty for the request.
  init?(_ code: String, _ year: String, path: String = "", _ violations: inout [Violation]) {
    if !PlaceCode.isValid(code) {
      violations.append(
        Violation(
          path: path + "federation_code", value: code, rule: "federation.code",
          zh: "联社代码应为6位数字", en: "A federation's code is six digits."))
    }
    let read = ReportYear(year)
    if read == nil {
      violations.append(
        Violation(
          path: path + "year", value: year, rule: "report.year", zh: "年份应为4位数字",
          en: "A year is four digits."))
    }
    guard let read, PlaceCode.isValid(code) else { return nil }
    federation = code
    self.year = read
  }

  /// - Throws: `invalid_argument` with everything that is wrong.
  init(_ code: String, _ year: String) throws(RPCError) {
    var violations: [Violation] = []
    guard let subject = ReportSubject(code, year, &violations) else {
      throw RPCError.invalid(violations)
    }
    self = subject
  }
}

extension CallScope {
  /// The services see the caller's token, trace and deadline.
  init(_ context: CallContext, _ limits: HTTPLimits) throws(RPCError) {
    var metadata = Metadata()
    if let token = context.requestMetadata["authorization"] {
      try metadata.add(token, for: "authorization")
    }
    let latest = ContinuousClock.now + limits.maximumTimeout
    let deadline = context.deadline ?? ContinuousClock.now + limits.defaultTimeout
    self.init(deadline: min(deadline, latest), metadata: metadata, trace: context.trace)
  }
}
