internal import Access
internal import CommonMessages
internal import RPC
internal import ServiceAPI
internal import Storage
internal import Testing

struct ErrorsTests {
  @Test func anInvalidRequestListsEveryViolation() throws {
    let violations = (0..<150).map {
      Violation(path: "field\($0)", value: "v", rule: "rule", zh: "中", en: "english")
    }
    let error = RPCError.invalid(violations)
    #expect(error.code == .invalidArgument)
    #expect(error.violations.count == RPCError.maximumViolations)
    #expect(error.message.contains("149 more"))
    #expect(error.violations.first?.messageZh == "中")
  }

  /// A caller's text comes back in several places of an error, and may be as long as a request.
  @Test(arguments: ["x", "长", "a\u{0301}", "\u{0301}"])
  func noDetailRepeatsALongText(unit: String) throws {
    let long = String(repeating: unit, count: 500_000)
    let errors = [
      RPCError.invalid(long, long, rule: "r", zh: long, en: long),
      .notFound(type: "place", name: long, description: long),
      .alreadyExists(type: "place", name: long, description: long),
      .failedPrecondition(type: "place", name: long, description: long),
      .stale(type: "place", name: long),
    ]
    for error in errors {
      #expect(error.message.utf8.count < 4_000)
      #expect(try #require(error.details.first).value.count < 8_000)
    }
    #expect(errors[0].violations.first?.value == RPCError.excerpt(of: long))
    #expect(errors[1].resource?.resourceName == RPCError.excerpt(of: long))
  }

  @Test func anExcerptEndsBetweenTwoScalars() {
    let limit = RPCError.excerptBytes
    let fits = String(repeating: "x", count: limit)
    #expect(RPCError.excerpt(of: fits) == fits)
    #expect(RPCError.excerpt(of: fits + "x") == fits + "…")
    for offset in 0..<4 {
      let cut = RPCError.excerpt(of: String(repeating: "x", count: limit - offset) + "😀长")
      #expect(cut == String(repeating: "x", count: limit - offset) + "…")
      #expect(!cut.unicodeScalars.contains("\u{fffd}"))
    }
    #expect(RPCError.excerpt(of: "长长", bytes: 5) == "长…")
    #expect(RPCError.excerpt(of: "", bytes: 0) == "")
  }

  @Test func aMissingResourceNamesWhatExists() {
    let error = RPCError.notFound(
      type: "place", name: "450999", description: "无", available: ["450900 玉林市"])
    #expect(error.code == .notFound)
    #expect(error.resource?.resourceName == "450999")
    #expect(error.resource?.available == ["450900 玉林市"])
    #expect(error.message.contains("450900 玉林市"))
  }

  static let codes: [(StorageError.Code, RPCError.Code)] = [
    (.unavailable, .unavailable), (.conflict, .alreadyExists), (.foreignKey, .failedPrecondition),
    (.constraint, .internal), (.overflow, .outOfRange), (.corrupt, .dataLoss),
    (.busy, .resourceExhausted), (.full, .resourceExhausted), (.readOnly, .unavailable),
    (.timeout, .deadlineExceeded), (.deadlineExceeded, .deadlineExceeded),
    (.cancelled, .canceled), (.invalidArgument, .invalidArgument), (.outOfRange, .outOfRange),
    (.stale, .aborted), (.invalidStatement, .internal), (.migration, .internal),
    (.closed, .unavailable), (.internal, .internal),
  ]

  @Test func everyFailureOfTheDatabaseHasItsAnswer() {
    #expect(Set(Self.codes.map(\.0)) == Set(StorageError.Code.allCases))
    for (code, expected) in Self.codes {
      let error = RPCError(storage: StorageError(code, "message", cause: "secret"))
      #expect(error.code == expected)
      #expect(!error.message.contains("secret"))
      if expected == .internal { #expect(error.message == "internal error") }
    }
  }

  @Test func anAnswerThatMayBeRepeatedSaysWhen() throws {
    let error = RPCError(storage: StorageError(.busy, "wait"))
    let retry = try error.details.first?.decode(RetryInfo.self)
    #expect(retry?.retryDelayMilliseconds == RPCError.retryDelayMilliseconds)
    let unknown = RPCError(storage: StorageError(.unavailable, "gone", outcomeUnknown: true))
    #expect(unknown.message.contains("request_id"))
  }

  @Test func theInterceptorTranslatesWhatHandlersThrow() async {
    let context = CallContext(
      method: MethodInfo(service: "s", method: "m", kind: .unary))
    await #expect(throws: RPCError.self) {
      try await StorageErrorInterceptor().intercept(context) { _ in
        throw StorageError(.stale, "old")
      }
    }
  }

  @Test func anETagMustBeTheCurrentOne() throws {
    func check(_ etag: String) -> RPCError? {
      do {
        try RPCError.checkETag(etag, path: "a.etag", current: 3, type: "place", name: "x")
        return nil
      } catch {
        return error as? RPCError
      }
    }
    #expect(check("\"r3\"") == nil)
    #expect(check("\"r2\"")?.code == .aborted)
    #expect(check("")?.violations.map(\.rule) == ["required"])
    #expect(check("r3")?.violations.map(\.rule) == ["etag.format"])
  }

  @Test func theActorIsTheCaller() {
    var context = CallContext(
      method: MethodInfo(service: "s", method: "m", kind: .unary), peer: "127.0.0.1")
    #expect(Actor(context).subject == "anonymous:127.0.0.1")
    context.principal = Principal(
      subject: "li", name: "", organisation: "450900", roles: [.clerk])
    let actor = Actor(context, requestID: "r1")
    #expect(actor.subject == "li")
    #expect(actor.organisation == "450900")
    #expect(actor.requestID == "r1")
    #expect(actor.traceID == context.traceID)
  }
}
