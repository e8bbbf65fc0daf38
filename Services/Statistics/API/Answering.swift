// The one place where errors of this service become answers.

internal import CommonMessages
internal import Measures
internal import RPC
internal import ServiceAPI
internal import StatisticsDomain
internal import Storage

extension RPCError {
  init(statistics error: StatisticsError) {
    let resource = error.resource
    let (type, name) = (resource?.type ?? "record", resource?.name ?? "")
    let words = "\(error.chinese) (\(error.english))"
    self =
      switch error.code {
      case .invalid: .invalid(error.violations.map { Violation($0) })
      case .notFound:
        .notFound(
          type: type, name: name, description: words, available: resource?.available ?? [])
      case .alreadyExists: .alreadyExists(type: type, name: name, description: words)
      case .failedPrecondition: .failedPrecondition(type: type, name: name, description: words)
      case .stale: .stale(type: type, name: name)
      case .overflow: RPCError(.outOfRange, words)
      }
  }
}

extension RPCError {
  /// What was asked for cannot be computed exactly, or has no meaning; the rest is a defect of
  /// ours.
  fileprivate init(measure error: MeasureError) {
    switch error.code {
    case .overflow, .inexact, .scaleOutOfRange:
      self.init(.outOfRange, "数值超出可以精确计算的范围 (\(error.message))", cause: error)
    case .undefined, .divisionByZero:
      self.init(.invalidArgument, "所求没有意义 (\(error.message))", cause: error)
    case .unitMismatch, .invalidInterval, .malformed:
      self.init(.internal, "internal error", cause: error)
    }
  }
}

extension Violation {
  /// - Parameter prefix: where the domain's value stands in the request: "report".
  init(_ violation: RuleViolation, under prefix: String = "") {
    let path = [prefix, violation.path].filter { !$0.isEmpty }.joined(separator: ".")
    self.init(
      path: path, value: violation.value, rule: violation.rule, zh: violation.chinese,
      en: violation.english)
  }
}

/// Runs a handler's body; what it throws is told in the terms of the wire.
///
/// - Parameter prefix: where the domain's value stands in the request, for paths.
func answering<Answer>(
  _ prefix: String = "", _ body: () async throws -> Answer
) async throws -> Answer {
  do {
    return try await body()
  } catch let error as StatisticsError {
    guard error.code == .invalid else { throw RPCError(statistics: error) }
    throw RPCError.invalid(error.violations.map { Violation($0, under: prefix) })
  } catch let error as StorageError {
    throw RPCError(storage: error)
  } catch let error as MeasureError {
    throw RPCError(measure: error)
  }
}

/// Throws all that a request breaks, or nothing.
func refuse(_ violations: [Violation]) throws {
  if !violations.isEmpty { throw RPCError.invalid(violations) }
}

extension RPCError {
  /// `unavailable`: without the register nothing can be placed.
  static var registerMissing: RPCError {
    RPCError(
      .unavailable, "the copy of the register is not complete yet (名录副本尚未就绪)",
      details: details(RetryInfo(retryDelayMilliseconds: retryDelayMilliseconds)))
  }
}
