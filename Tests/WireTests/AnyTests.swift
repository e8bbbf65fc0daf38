// google.protobuf.Any in JSON: an object that names its type.

internal import FixtureMessages
internal import Testing
internal import WellKnownMessages
internal import Wire

@Suite struct AnyTests {
  private let types = FixtureFiles.types

  private func any(_ json: String, limits: DecodingLimits = .default) throws -> AnyMessage {
    try AnyMessage(jsonUTF8: Array(json.utf8), limits: limits, types: types)
  }

  private func json(_ any: AnyMessage, limits: EncodingLimits = .default) throws -> String {
    String(decoding: try any.jsonUTF8(limits: limits, types: types), as: UTF8.self)
  }

  private func code(_ json: String, limits: DecodingLimits = .default) -> WireError.Code? {
    wireError { _ = try any(json, limits: limits) }?.code
  }

  private func packed(
    _ message: some WireMessage, _ name: String? = nil
  ) throws -> AnyMessage {
    AnyMessage(
      typeUrl: "type.googleapis.com/\(name ?? type(of: message).schema.name)",
      value: try message.protobufBytes())
  }

  private func check(_ message: some WireMessage, _ expected: String) throws {
    let any = try packed(message)
    #expect(try json(any) == expected)
    #expect(try self.any(expected) == any)
    // As a field, and beside others.
    let outer = WellKnown(empty: Empty(), any: any)
    let bytes = try outer.jsonUTF8(types: types)
    #expect(String(decoding: bytes, as: UTF8.self) == "{\"empty\":{},\"any\":\(expected)}")
    #expect(try WellKnown(jsonUTF8: bytes, types: types) == outer)
  }

  private static let prefix = "type.googleapis.com"
  private static let fixture = "\(prefix)/lianshe.fixture.v1"

  // MARK: - Forms

  @Test func aMessageHasItsFieldsBesideItsType() throws {
    try check(
      Request(name: "六堡茶", pageSize: 2, colors: [.red], exact: false),
      #"{"@type":"\#(Self.fixture).Request","name":"六堡茶","pageSize":2,"colors":["COLOR_RED"],"#
        + #""exact":false}"#)
    try check(Nothing(), #"{"@type":"\#(Self.fixture).Nothing"}"#)
    try check(
      Names.String(text: "a"), #"{"@type":"\#(Self.fixture).Names.String","text":"a"}"#)
    try check(Empty(), #"{"@type":"\#(Self.prefix)/google.protobuf.Empty"}"#)
  }

  @Test func typesWithAFormOfTheirOwnHaveItAsValue() throws {
    let google = "\(Self.prefix)/google.protobuf"
    try check(
      Timestamp(seconds: 1), #"{"@type":"\#(google).Timestamp","value":"1970-01-01T00:00:01Z"}"#)
    try check(
      WellKnownMessages.Duration(seconds: -1), #"{"@type":"\#(google).Duration","value":"-1s"}"#)
    try check(
      FieldMask(paths: ["a_b"]), #"{"@type":"\#(google).FieldMask","value":"aB"}"#)
    try check(Int64Value(value: 7), #"{"@type":"\#(google).Int64Value","value":"7"}"#)
    try check(StringValue(), #"{"@type":"\#(google).StringValue","value":""}"#)
    try check(
      Struct(fields: ["a": Value(kind: .boolValue(true))]),
      #"{"@type":"\#(google).Struct","value":{"a":true}}"#)
    try check(
      Value(kind: .nullValue(.nullValue)), #"{"@type":"\#(google).Value","value":null}"#)
    try check(ListValue(), #"{"@type":"\#(google).ListValue","value":[]}"#)
  }

  @Test func anAnyMayHoldAnAny() throws {
    let google = "\(Self.prefix)/google.protobuf"
    let inner = try packed(Nothing())
    try check(
      inner,
      #"{"@type":"\#(google).Any","value":{"@type":"\#(Self.fixture).Nothing"}}"#)
    try check(
      try packed(inner),
      #"{"@type":"\#(google).Any","value":{"@type":"\#(google).Any","#
        + #""value":{"@type":"\#(Self.fixture).Nothing"}}}"#)
    try check(AnyMessage(), #"{"@type":"\#(google).Any","value":{}}"#)
    try check(
      WellKnown(any: inner),
      #"{"@type":"\#(Self.fixture).WellKnown","any":{"@type":"\#(Self.fixture).Nothing"}}"#)
  }

  @Test func anEmptyAnyIsAnEmptyObject() throws {
    #expect(try json(AnyMessage()) == "{}")
    #expect(try any("{ }") == AnyMessage())
    #expect(try AnyMessage(jsonUTF8: Array("{}".utf8)) == AnyMessage())
    // Bytes without a type have no form.
    #expect(wireError { _ = try json(AnyMessage(value: [8, 1])) }?.code == .unsupported)
  }

  @Test(arguments: [
    #"{"name":"a","@type":"\#(fixture).Request"}"#,
    #"{"name":"a","@type":"\#(fixture).Request","pageSize":0}"#,
    #"{"\u0040type":"\#(fixture).Request","name":"a"}"#,
    #"{"name":"a","\u0040typ\u0065":"\#(fixture).Request"}"#,
    #"{"@type":"type.googleapis.com\/lianshe.fixture.v1.Request","name":"a"}"#,
    #" { "name" : "a" , "@type" : "\#(fixture).Request" } "#,
    #"{"unknown":{"@type":7},"name":"a","@type":"\#(fixture).Request"}"#,
  ])
  func theTypeMayStandAnywhere(text: String) throws {
    #expect(try any(text) == (try packed(Request(name: "a"))))
  }

  @Test func theTypeOfAnInnerAnyMayStandAnywhereToo() throws {
    let google = "\(Self.prefix)/google.protobuf.Any"
    let inner = #"{"name":"a","@type":"\#(Self.fixture).Request"}"#
    let text = #"{"value":{"value":\#(inner),"@type":"\#(google)"},"@type":"\#(google)"}"#
    #expect(try any(text) == (try packed(try packed(try packed(Request(name: "a"))))))
    let list = #"{"value":[\#(inner)],"@type":"\#(Self.prefix)/google.protobuf.ListValue"}"#
    // A Struct is no Any: there "@type" is a key like any other.
    let value = Struct(fields: [
      "@type": Value(kind: .stringValue("\(Self.fixture).Request")),
      "name": Value(kind: .stringValue("a")),
    ])
    let expected = ListValue(values: [Value(kind: .structValue(value))])
    #expect(try ListValue(protobuf: try any(list).value) == expected)
  }

  @Test func anyPrefixNamesAType() throws {
    for url in ["/lianshe.fixture.v1.Nothing", "a/b/c/lianshe.fixture.v1.Nothing"] {
      let message = AnyMessage(typeUrl: url)
      #expect(try json(message) == "{\"@type\":\"\(url)\"}")
      #expect(try any("{\"@type\":\"\(url)\"}") == message)
    }
  }

  // MARK: - Refusals

  @Test(arguments: [
    (#"{"@type":"type.googleapis.com/x.Y"}"#, WireError.Code.unknownType),
    // An entry of a map is no message that anybody can name.
    (#"{"@type":"\#(fixture).Maps.ByInt32Entry"}"#, .unknownType),
    (#"{"@type":"\#(fixture).Color"}"#, .unknownType),
    (#"{"@type":"\#(fixture)"}"#, .unknownType),
    (#"{"@type":"\#(fixture).Request "}"#, .unknownType),
    (#"{"@type":"lianshe.fixture.v1.Request"}"#, .malformed),
    (#"{"@type":"type.googleapis.com/"}"#, .malformed),
    (#"{"@type":"/"}"#, .malformed),
    (#"{"@type":""}"#, .malformed),
    (#"{"name":"a"}"#, .malformed),
    (#"{"name":{"@type":"\#(fixture).Request"}}"#, .malformed),
    (#"{"@type":7}"#, .wrongType),
    (#"{"@type":null}"#, .wrongType),
    (#"{"name":"a","@type":7}"#, .malformed),
    (#"{"@type":"\#(fixture).Request","@type":"\#(fixture).Request"}"#, .duplicate),
    (#"{"name":"a","@type":"\#(fixture).Request","@type":"\#(fixture).Request"}"#, .duplicate),
    (#"{"@type":"\#(fixture).Request","name":"a","name":"b"}"#, .duplicate),
    (#"{"@type":"\#(fixture).Request","name":7}"#, .wrongType),
    (#"{"@type":"\#(prefix)/google.protobuf.Timestamp"}"#, .malformed),
    (#"{"@type":"\#(prefix)/google.protobuf.Timestamp","value":null}"#, .wrongType),
    (#"{"@type":"\#(prefix)/google.protobuf.Timestamp","value":"x"}"#, .outOfRange),
    (
      #"{"@type":"\#(prefix)/google.protobuf.BoolValue","value":true,"value":true}"#, .duplicate
    ),
    (
      #"{"@type":"\#(prefix)/google.protobuf.BoolValue","value":true,"@type":"a/b"}"#, .duplicate
    ),
    (#"{"@type":"\#(fixture).Request","name":"a""#, .malformed),
    (#"{"name":"a","@type":"\#(fixture).Request""#, .malformed),
    (#"{"@type":"\#(fixture).Request"}}"#, .malformed),
    (#"{"@type":"\u0000/x"}"#, .nulInString),
    (#"{"@type":"\ud800/x"}"#, .invalidUTF8),
    ("[]", .wrongType),
    ("\"\"", .wrongType),
    ("null", .wrongType),
  ])
  func whatIsNoAnyIsRefused(text: String, expected: WireError.Code) {
    #expect(code(text) == expected)
  }

  @Test func errorsSayWhereAndWhich() {
    let text = #"{"any":{"@type":"\#(Self.fixture).Request","filter":{"int32Value":"x"}}}"#
    let error = wireError { _ = try WellKnown(jsonUTF8: Array(text.utf8), types: types) }
    #expect(error?.path == ["any", "filter", "int32_value"])
    let unknown = wireError { _ = try any(#"{"@type":"type.googleapis.com/x.Y"}"#) }
    #expect(unknown?.message == "“x.Y” is no message type that is known here")
    // Not all of a name that fills the request is said back.
    let long = String(repeating: "x", count: 100_000)
    #expect((wireError { _ = try any(#"{"@type":"/\#(long)"}"#) }?.message.utf8.count ?? 0) < 300)
  }

  @Test func withoutARegistryNoTypeIsKnown() throws {
    let message = WellKnown(any: try packed(Nothing()))
    #expect(wireError { _ = try message.jsonUTF8() }?.code == .unknownType)
    #expect(wireError { _ = try message.jsonUTF8() }?.path == ["any"])
    let text = #"{"any":{"@type":"\#(Self.fixture).Nothing"}}"#
    #expect(wireError { _ = try WellKnown(json: text) }?.code == .unknownType)
    #expect(try WellKnown(protobuf: try message.protobufBytes()) == message)
  }

  @Test func payloadsThatNobodyLookedAtAreCheckedBeforeTheyAreWritten() {
    let url = "\(Self.fixture).Request"
    for (bytes, expected): ([UInt8], WireError.Code) in [
      ([0x0A], .malformed), ([0x0A, 1, 0xFF], .invalidUTF8), ([0x0A, 1, 0], .nulInString),
      ([0x08, 1], .wrongType), ([0x0B], .unsupported), ([0x32, 0, 0x32, 0], .duplicate),
    ] {
      let message = AnyMessage(typeUrl: url, value: bytes)
      #expect(wireError { _ = try json(message) }?.code == expected, "\(bytes)")
    }
    #expect(wireError { _ = try json(AnyMessage(typeUrl: "a/x.Y")) }?.code == .unknownType)
    #expect(wireError { _ = try json(AnyMessage(typeUrl: "x.Y")) }?.code == .malformed)
  }
}
