// What a service answered, in words for the person who asked.

internal import CommonMessages
internal import RPC

extension Failure {
  /// - Parameter target: the service that was called and where, for advice.
  init(_ error: RPCError, target: Target) {
    // The message is English. Where the details say the same in Chinese, they speak for it.
    let violations = error.details.compactMap { try? $0.decode(BadRequest.self) }
      .flatMap(\.violations)
    let chinese = violations.isEmpty ? "：\(error.message)" : ""
    var lines = [Phrase(error.code.chineseName + chinese, error.description)]
    lines += violations.map(Self.line)
    for detail in error.details {
      if let resource = try? detail.decode(ResourceInfo.self) {
        lines += Self.lines(resource, in: error.message)
      }
      if let retry = try? detail.decode(RetryInfo.self) {
        let milliseconds = retry.retryDelayMilliseconds
        lines.append(
          Phrase("  \(milliseconds) 毫秒后可重试", "  may be tried again after \(milliseconds) ms"))
      }
    }
    lines += Self.advice(error, target: target)
    self.init(error.code.exitCode, lines)
  }

  private static func line(_ violation: FieldViolation) -> Phrase {
    let value = violation.value.isEmpty ? "" : "“\(violation.value)” "
    let valueEN = violation.value.isEmpty ? "" : "\"\(violation.value)\" "
    let path = violation.path.isEmpty ? "" : "\(violation.path)："
    let pathEN = violation.path.isEmpty ? "" : "\(violation.path): "
    return Phrase(
      "  \(path)\(value)\(violation.messageZh) [\(violation.rule)]",
      "  \(pathEN)\(valueEN)\(violation.messageEn) [\(violation.rule)]")
  }

  private static func lines(_ resource: ResourceInfo, in message: String) -> [Phrase] {
    // Most messages name what exists already.
    guard let first = resource.available.first, !message.contains(first) else { return [] }
    let list = resource.available.joined(separator: "、")
    return [Phrase("  已有：\(list)", "  exists: \(resource.available.joined(separator: ", "))")]
  }

  private static func advice(_ error: RPCError, target: Target) -> [Phrase] {
    switch error.code {
    case .unavailable:
      [error.isFromPeer ? whoIsAway(error, target.service) : isItRunning(target)]
    case .deadlineExceeded:
      [Phrase("  可用 --timeout 秒数 放宽期限", "  allow more time with --timeout SECONDS")]
    case .unauthenticated:
      [
        Phrase(
          "  令牌取自 --token、LIANSHE_TOKEN 或 var/operator.token；签发：lianshe token issue --help",
          "  the token is --token, LIANSHE_TOKEN or var/operator.token; "
            + "issue one: lianshe token issue --help")
      ]
    case .permissionDenied:
      [
        Phrase(
          "  lianshe token show 可查看令牌的机构和角色",
          "  lianshe token show tells the organisation and roles of your token")
      ]
    case .aborted:
      [Phrase("  请重新读取后再改", "  read the record again, then change it")]
    default: []
    }
  }
}

// MARK: Who is away

extension Failure {
  /// Nobody answered at the address.
  private static func isItRunning(_ target: Target) -> Phrase {
    Phrase(
      "  请确认 \(target.service.process) 已启动，地址是 \(target.address) "
        + "(--\(target.service.rawValue) 或 \(target.service.variable))",
      "  is \(target.service.process) running at \(target.address)? "
        + "(--\(target.service.rawValue) or \(target.service.variable))")
  }

  /// The process that was called runs, since it answered. It says what it lacks: a service behind
  /// it, or its database.
  private static func whoIsAway(_ error: RPCError, _ asked: ServiceName) -> Phrase {
    let behind = ServiceName.allCases.first {
      $0 != asked && error.message.contains("the \($0.rawValue) service is not available")
    }
    let (service, words) = (behind ?? asked, error.message.lowercased())
    if words.contains("database") {
      return Phrase(
        "  \(service.process) 在运行，但它的数据库不可用；请检查数据库，以及它的 LIANSHE_DATABASE_URL",
        "  \(service.process) runs, but its database is not available; "
          + "check the database and the service's LIANSHE_DATABASE_URL")
    }
    if behind != nil {
      return Phrase(
        "  \(asked.process) 在运行，请确认 \(service.process) 已启动 "
          + "(\(asked.process) 的 \(service.variable))",
        "  \(asked.process) runs; is \(service.process) running? "
          + "(\(service.variable) of \(asked.process))")
    }
    return Phrase(
      "  \(service.process) 在运行，但暂时不能办理；lianshe services 可查看各服务的状态",
      "  \(service.process) runs, but cannot do this now; see lianshe services")
  }
}

extension RPCError.Code {
  var exitCode: ExitReason {
    switch self {
    case .invalidArgument, .outOfRange: .invalid
    case .notFound: .notFound
    case .unauthenticated, .permissionDenied: .permission
    case .alreadyExists, .aborted, .failedPrecondition: .conflict
    case .canceled, .unknown, .deadlineExceeded, .resourceExhausted, .unimplemented, .internal,
      .unavailable, .dataLoss:
      .failure
    }
  }

  /// The code in Chinese, with its name on the wire, which manuals and logs use.
  var chineseName: String {
    let name =
      switch self {
      case .canceled: "已取消"
      case .unknown: "未知错误"
      case .invalidArgument: "输入不合规定"
      case .deadlineExceeded: "超时"
      case .notFound: "找不到"
      case .alreadyExists: "已存在"
      case .permissionDenied: "没有权限"
      case .resourceExhausted: "超出限额"
      case .failedPrecondition: "当前状态不允许"
      case .aborted: "记录已被他人改动"
      case .outOfRange: "超出范围"
      case .unimplemented: "服务没有这个方法"
      case .internal: "内部错误"
      case .unavailable: "服务不可用"
      case .dataLoss: "数据损坏"
      case .unauthenticated: "需要有效的令牌"
      }
    return "\(name) (\(rawValue))"
  }
}
