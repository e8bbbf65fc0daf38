// The errors that services answer, each with its detail, so that a program can act on it.

package import CommonMessages
package import RPC
internal import Storage
package import Wire

extension RPCError {
  /// Violations that one answer lists; the message tells how many there are.
  package static let maximumViolations = 100
  /// Bytes of a sentence in a detail: it may repeat a name of the caller's.
  package static let maximumSentenceBytes = 2_000

  /// `invalid_argument`: every broken rule at once.
  package static func invalid(_ violations: [Violation]) -> RPCError {
    let first = violations.first
    let more = violations.count > 1 ? " (and \(violations.count - 1) more)" : ""
    let text =
      first.map(\.message).map { "\($0.path): \($0.messageEn) [\($0.rule)]\(more)" }
      ?? "the request is invalid"
    let detail = BadRequest(violations: violations.prefix(maximumViolations).map(\.message))
    return RPCError(.invalidArgument, text, details: self.details(detail))
  }

  /// `invalid_argument` with one broken rule.
  package static func invalid(
    _ path: String, _ value: String, rule: String, zh: String, en: String
  ) -> RPCError {
    invalid([Violation(path: path, value: value, rule: rule, zh: zh, en: en)])
  }

  /// `not_found`, naming what exists instead when that list is short.
  package static func notFound(
    type: String, name: String, description: String, available: [String] = []
  ) -> RPCError {
    resource(
      .notFound, type, name, description, separator: " was not found: ", available: available)
  }

  /// `already_exists`: another resource holds the key.
  package static func alreadyExists(
    type: String, name: String, description: String
  ) -> RPCError {
    resource(.alreadyExists, type, name, description)
  }

  /// `aborted`: the etag is not current (AIP-154). Read again, then try again.
  package static func stale(type: String, name: String) -> RPCError {
    resource(
      .aborted, type, name, "the etag is not current; read the record again before changing it")
  }

  /// An update names the revision it was made from.
  ///
  /// - Throws: `invalid_argument` for an empty or malformed etag, `aborted` for another revision.
  package static func checkETag(
    _ etag: String, path: String, current revision: Int64, type: String, name: String
  ) throws {
    guard let tag = try? ETag(etag) else {
      throw invalid(
        path, etag, rule: etag.isEmpty ? "required" : "etag.format",
        zh: "必须带上读取时得到的 etag", en: "the etag of the record as it was read is required")
    }
    if tag.revision != revision { throw stale(type: type, name: name) }
  }

  /// `failed_precondition`: the resource's state forbids it.
  package static func failedPrecondition(
    type: String, name: String, description: String
  ) -> RPCError {
    resource(.failedPrecondition, type, name, description)
  }

  private static func resource(
    _ code: Code, _ type: String, _ name: String, _ description: String,
    separator: String = ": ", available: [String] = []
  ) -> RPCError {
    let name = excerpt(of: name)
    let description = excerpt(of: description, bytes: maximumSentenceBytes)
    var text = "\(type) \(name)\(separator)\(description)"
    if !available.isEmpty { text += " (exists: \(available.joined(separator: ", ")))" }
    return RPCError(
      code, text,
      details: details(
        ResourceInfo(
          resourceType: type, resourceName: name, description: description, available: available)))
  }

  /// A detail that cannot be packed is left out: the code and the message remain.
  package static func details(_ message: some WireMessage) -> [ErrorDetail] {
    (try? ErrorDetail(message)).map { [$0] } ?? []
  }

  /// The violations in this error's details.
  package var violations: [FieldViolation] {
    details.lazy.compactMap { try? $0.decode(BadRequest.self) }.first?.violations ?? []
  }

  /// The resource in this error's details.
  package var resource: ResourceInfo? {
    details.lazy.compactMap { try? $0.decode(ResourceInfo.self) }.first
  }
}
