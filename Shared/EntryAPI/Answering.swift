// The one place where errors of entries become answers.

internal import Entries
internal import RPC
internal import ServiceAPI
internal import Storage
internal import Wire

extension RPCError {
  /// - Parameter path: path of the entry in the request; empty for none.
  init(entry error: EntryError, path: String) {
    let words = "\(error.zh) (\(error.en))"
    self =
      switch error.code {
      case .invalid:
        .invalid(
          error.violations.map { violation in
            Violation(
              path: [path, violation.field].filter { !$0.isEmpty }.joined(separator: "."),
              value: violation.value, rule: violation.rule, zh: violation.zh, en: violation.en)
          })
      case .notFound:
        .notFound(
          type: error.type, name: error.name, description: words, available: error.available)
      case .alreadyExists: .alreadyExists(type: error.type, name: error.name, description: words)
      case .stale: .stale(type: error.type, name: error.name)
      case .failedPrecondition:
        .failedPrecondition(type: error.type, name: error.name, description: words)
      case .permissionDenied: RPCError(.permissionDenied, words)
      }
  }
}

/// Runs a handler's body; what it throws is told in the terms of the wire.
func answering<Answer>(
  path: String = "", _ body: () async throws -> Answer
) async throws -> Answer {
  do {
    return try await body()
  } catch let error as EntryError {
    throw RPCError(entry: error, path: path)
  } catch let error as StorageError {
    throw RPCError(storage: error)
  }
}

/// The recorded time of `as_of`; nil asks for now.
func recordedTime(_ text: String) throws -> Int64? {
  if text.isEmpty { return nil }
  guard let time = Instant.microseconds(text) else {
    throw RPCError.invalid(
      "as_of", text, rule: "time.format", zh: "应为 RFC 3339 时间",
      en: "is an RFC 3339 time")
  }
  return time
}

/// A place of a request; nil where none is asked for.
func place(_ code: String) throws -> EntryPlace? {
  if code.isEmpty { return nil }
  guard let place = EntryPlace(code) else {
    throw RPCError.invalid(
      "place_code", code, rule: "place.code", zh: "应为六位行政区划代码",
      en: "is the six-digit code of a place")
  }
  return place
}
