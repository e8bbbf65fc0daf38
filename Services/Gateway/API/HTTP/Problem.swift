// Errors of the HTTP face: problem details (RFC 9457), made from RPC errors in this one place.

internal import CommonMessages
package import RPC

/// A problem, ready to be written.
package struct Problem: Error, Sendable {
  package struct Violation: Sendable, Hashable {
    package let path: String
    package let value: String
    package let rule: String
    package let chinese: String
    package let english: String

    package init(path: String, value: String, rule: String, chinese: String, english: String) {
      self.path = path
      self.value = value
      self.rule = rule
      self.chinese = chinese
      self.english = english
    }
  }

  package struct Resource: Sendable, Hashable {
    package let type: String
    package let name: String
    package let description: String
    package let available: [String]
  }

  package var status: Int
  /// Name of the code, as on the channel: "invalid_argument".
  package var code: String
  package var title: String
  package var detail: String
  package var violations: [Violation] = []
  package var resource: Resource?
  package var retryMilliseconds: UInt32?
  /// What is behind it, for the log alone; empty where the problem says it all.
  var cause = ""
  /// Further headers: `allow`.
  package var headers: [(name: String, value: String)] = []

  package init(status: Int, code: String, title: String, detail: String) {
    self.status = status
    self.code = code
    self.title = title
    self.detail = detail
  }

  package init(_ error: RPCError) {
    self.init(
      status: error.httpStatus, code: error.code.rawValue, title: error.code.titleChinese,
      detail: error.message)
    if let cause = error.cause { self.cause = String(reflecting: cause) }
    for detail in error.details {
      if let bad = try? detail.decode(BadRequest.self) {
        violations += bad.violations.map {
          Violation(
            path: $0.path, value: $0.value, rule: $0.rule, chinese: $0.messageZh,
            english: $0.messageEn)
        }
      } else if let info = try? detail.decode(ResourceInfo.self) {
        resource = Resource(
          type: info.resourceType, name: info.resourceName, description: info.description,
          available: info.available)
      } else if let retry = try? detail.decode(RetryInfo.self) {
        retryMilliseconds = retry.retryDelayMilliseconds
      }
    }
  }

  /// A request that breaks rules.
  package static func invalid(_ violations: [Violation]) -> Problem {
    let detail = violations.map { "\($0.path): \($0.english)" }.joined(separator: " ")
    var problem = Problem(RPCError(.invalidArgument, detail))
    problem.violations = violations
    return problem
  }

  /// - Parameter instance: the path of the request.
  package func json(instance: String, traceID: String) -> JSONValue {
    .object([
      "type": .string("urn:lianshe:error:" + code),
      "title": .string(title),
      "status": .integer(Int64(status)),
      "detail": .string(detail),
      "instance": .string(instance),
      "code": .string(code),
      "traceId": .string(traceID),
      "violations": violations.isEmpty ? nil : .array(violations.map(\.json)),
      "resource": resource?.json,
      "retryDelayMilliseconds": retryMilliseconds.map { .integer(Int64($0)) },
    ])
  }

  package static let mediaType = "application/problem+json"
}

extension Problem.Violation {
  fileprivate var json: JSONValue {
    .object([
      "path": .string(path), "value": .string(value), "rule": .string(rule),
      "messageZh": .string(chinese), "messageEn": .string(english),
    ])
  }
}

extension Problem.Resource {
  fileprivate var json: JSONValue {
    .object([
      "type": .string(type), "name": .string(name), "description": .string(description),
      "available": available.isEmpty ? nil : .strings(available),
    ])
  }
}

extension RPCError.Code {
  /// The title of a problem.
  var titleChinese: String {
    switch self {
    case .canceled: "请求已取消"
    case .unknown, .internal: "服务内部错误"
    case .invalidArgument: "请求有误"
    case .deadlineExceeded: "超过时限"
    case .notFound: "没有找到"
    case .alreadyExists: "已经存在"
    case .permissionDenied: "没有权限"
    case .resourceExhausted: "超过限额"
    case .failedPrecondition: "当前状态不允许"
    case .aborted: "已被他人修改"
    case .outOfRange: "超出范围"
    case .unimplemented: "没有这项功能"
    case .unavailable: "服务暂不可用"
    case .dataLoss: "数据损坏"
    case .unauthenticated: "身份未验证"
    }
  }
}
