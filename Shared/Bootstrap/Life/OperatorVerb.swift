// What an operator asks of an executable instead of starting it: `lianshe-registry --verify-audit`.
// It reads the same configuration, does one thing and ends. What the thing is comes in as a closure.

/// One verb of a program's command line: `--name` or `--name=VALUE`.
package struct OperatorVerb: Sendable {
  package typealias Say = @Sendable (String) -> Void
  /// - Returns: true for the good answer, false for the bad one; what could not be found out is
  ///   thrown.
  package typealias Body =
    @Sendable (_ configuration: Configuration, _ value: String?, _ say: Say) async throws -> Bool

  let name: String
  let form: String
  let summary: BilingualText
  let accepts: @Sendable (String?) -> Bool
  let body: Body

  /// - Parameters:
  ///   - form: how the value is written, such as `=<path>`; empty without one.
  ///   - accepts: whether the verb can be used with this value, nil for none.
  package init(
    _ name: String, form: String = "", summary: BilingualText,
    accepts: @escaping @Sendable (String?) -> Bool = { $0 == nil }, body: @escaping Body
  ) {
    self.name = name
    self.form = form
    self.summary = summary
    self.accepts = accepts
    self.body = body
  }

  /// As it is typed: `--verify-audit[=<position>:<hash>]`.
  var usage: String { "--\(name)\(form)" }
}

/// A verb as it was asked for.
struct OperatorRequest: Sendable {
  let verb: OperatorVerb
  let value: String?

  /// Takes the verb out of the arguments and leaves the settings. nil when there is none.
  ///
  /// - Throws: for two verbs, and for a value that the verb does not take.
  static func take(
    from arguments: inout [String], _ verbs: [OperatorVerb]
  ) throws(ConfigurationError) -> OperatorRequest? {
    var found: [OperatorRequest] = []
    var rest: [String] = []
    for argument in arguments {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let verb = verbs.first(where: { "--\($0.name)" == parts[0] }) else {
        rest.append(argument)
        continue
      }
      let value = parts.count == 2 ? String(parts[1]) : nil
      found.append(OperatorRequest(verb: verb, value: value))
    }
    guard let request = found.first else { return nil }
    if found.count > 1 {
      throw mistake(
        found[1], BilingualText("一次只能做一件事", "only one such option can be given at a time"))
    }
    guard request.verb.accepts(request.value) else {
      throw mistake(
        request,
        BilingualText("写法应为 \(request.verb.usage)", "is written \(request.verb.usage)"))
    }
    arguments = rest
    return request
  }

  private static func mistake(
    _ request: OperatorRequest, _ rule: BilingualText
  ) -> ConfigurationError {
    ConfigurationError(problems: [
      ConfigurationProblem(key: "--\(request.verb.name)", origin: .flag, rule: rule)
    ])
  }

  func run(_ program: String, _ configuration: Configuration) async -> ExitStatus {
    do {
      return try await verb.body(configuration, value, { print($0) }) ? .success : .failure
    } catch {
      StartFailure.say(program, "\(BilingualText("未能完成", "could not be done")): \(error)")
      return .unavailable
    }
  }
}
