// The types of google.protobuf whose JSON is not an object of their fields.

internal import FixtureMessages
internal import Testing
internal import WellKnownMessages
internal import Wire

@Suite struct WellKnownJSONTests {
  private func code(_ json: String) -> WireError.Code? {
    wireError { _ = try WellKnown(json: json) }?.code
  }

  private func check<Message: WireMessage>(_ message: Message, _ json: String) throws {
    #expect(try message.json == json)
    #expect(try Message(json: json) == message)
  }

  // MARK: - Times

  @Test func timestamps() throws {
    try check(Timestamp(), #""1970-01-01T00:00:00Z""#)
    try check(Timestamp(seconds: -62_135_596_800), #""0001-01-01T00:00:00Z""#)
    try check(
      Timestamp(seconds: 253_402_300_799, nanos: 999_999_999), #""9999-12-31T23:59:59.999999999Z""#)
    try check(Timestamp(seconds: -1, nanos: 500_000_000), #""1969-12-31T23:59:59.500Z""#)
    try check(Timestamp(seconds: 951_782_400, nanos: 1000), #""2000-02-29T00:00:00.000001Z""#)
    try check(WellKnown(timestamp: Timestamp(seconds: 1)), #"{"timestamp":"1970-01-01T00:00:01Z"}"#)
  }

  @Test func timestampsWithOffsetsAndShortFractions() throws {
    let expected = Timestamp(seconds: 1_525_132_800, nanos: 120_000_000)
    #expect(try Timestamp(json: #""2018-05-01T08:00:00.12+08:00""#) == expected)
    #expect(try Timestamp(json: #""2018-04-30T20:00:00.12-04:00""#) == expected)
    #expect(try Timestamp(json: #""2018-05-01T00:00:00.120000000Z""#) == expected)
    #expect(try Timestamp(json: #""2018-05-01T00:00:00.12-00:00""#) == expected)
  }

  @Test(arguments: [
    "", "2018-05-01", "2018-05-01T00:00:00", "2018-05-01t00:00:00Z", "2018-05-01T00:00:00z",
    "2018-05-01 00:00:00Z", "2018-13-01T00:00:00Z", "2018-00-01T00:00:00Z", "2018-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z", "2018-04-31T00:00:00Z", "2018-05-01T24:00:00Z", "2018-05-01T00:60:00Z",
    "2018-05-01T00:00:60Z", "2018-05-01T00:00:00.Z", "2018-05-01T00:00:00.1234567890Z",
    "2018-05-01T00:00:00+24:00", "2018-05-01T00:00:00+0800", "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "10000-01-01T00:00:00Z",
    "2018-5-1T00:00:00Z", "+018-05-01T00:00:00Z", "2018-05-01T00:00:00ZZ", "二〇一八-05-01T00:00:00Z",
  ])
  func textThatIsNoTimestamp(text: String) {
    #expect(code("{\"timestamp\":\"\(text)\"}") == .outOfRange)
  }

  @Test func timestampsOutOfRangeAreNotWritten() {
    for time in [
      Timestamp(seconds: -62_135_596_801), Timestamp(seconds: 253_402_300_800),
      Timestamp(nanos: -1),
      Timestamp(nanos: 1_000_000_000), Timestamp(seconds: .min),
    ] {
      #expect(wireError { _ = try time.jsonUTF8() }?.code == .outOfRange)
    }
  }

  @Test func durations() throws {
    try check(WellKnownMessages.Duration(), #""0s""#)
    try check(WellKnownMessages.Duration(seconds: 3, nanos: 1_000_000), #""3.001s""#)
    try check(WellKnownMessages.Duration(seconds: -3, nanos: -1), #""-3.000000001s""#)
    try check(WellKnownMessages.Duration(nanos: -500_000_000), #""-0.500s""#)
    try check(WellKnownMessages.Duration(seconds: 315_576_000_000), #""315576000000s""#)
    #expect(
      try WellKnownMessages.Duration(json: #""1.5s""#)
        == WellKnownMessages.Duration(seconds: 1, nanos: 500_000_000))
  }

  @Test(arguments: [
    "", "1", "s", "1.s", ".5s", "1.1234567890s", "+1s", " 1s", "1 s", "1S", "--1s", "1e3s",
    "315576000001s",
    "315576000000.000000001s", "9999999999999999999s", "-315576000001s",
  ])
  func textThatIsNoDuration(text: String) {
    #expect(code("{\"duration\":\"\(text)\"}") == .outOfRange)
  }

  @Test func durationsOutOfRangeAreNotWritten() {
    for time in [
      WellKnownMessages.Duration(seconds: 1, nanos: -1),
      WellKnownMessages.Duration(seconds: -1, nanos: 1),
      WellKnownMessages.Duration(seconds: 315_576_000_001),
      WellKnownMessages.Duration(seconds: .min),
      WellKnownMessages.Duration(nanos: .min),
    ] {
      #expect(wireError { _ = try time.jsonUTF8() }?.code == .outOfRange)
    }
  }

  // MARK: - Field masks

  @Test func fieldMasks() throws {
    try check(FieldMask(), #""""#)
    try check(FieldMask(paths: ["name"]), #""name""#)
    try check(FieldMask(paths: ["user.display_name", "x1"]), #""user.displayName,x1""#)
    for text in ["a_b", "a,", ",", "a b", "a,,b", "é"] {
      #expect(code("{\"fieldMask\":\"\(text)\"}") == .malformed, "\(text)")
    }
    for path in ["userName", "a__b", "a_", "a_1", "", "a-b"] {
      #expect(wireError { _ = try FieldMask(paths: [path]).jsonUTF8() }?.code == .unsupported)
    }
  }

  // MARK: - Wrappers

  @Test func wrappers() throws {
    try check(
      WellKnown(
        doubleValue: DoubleValue(value: 1.5), floatValue: FloatValue(),
        int64Value: Int64Value(value: -1), uint64Value: UInt64Value(value: .max),
        int32Value: Int32Value(), uint32Value: UInt32Value(value: 1), boolValue: BoolValue(),
        stringValue: StringValue(value: "a"), bytesValue: BytesValue(value: [0])),
      """
      {"doubleValue":1.5,"floatValue":0,"int64Value":"-1","uint64Value":"18446744073709551615",\
      "int32Value":0,"uint32Value":1,"boolValue":false,"stringValue":"a","bytesValue":"AA=="}
      """)
    #expect(try WellKnown(json: #"{"int32Value":null}"#) == WellKnown())
    try check(StringValue(value: "六"), #""六""#)
    #expect(code(#"{"int32Value":{"value":1}}"#) == .wrongType)
    #expect(code(#"{"boolValue":"true"}"#) == .wrongType)
  }

  // MARK: - Struct, Value, ListValue

  @Test func anyJSON() throws {
    let list = ListValue(values: [
      Value(kind: .numberValue(1)), Value(kind: .nullValue(.nullValue)),
    ])
    let message = Struct(fields: [
      "b": Value(kind: .boolValue(true)), "l": Value(kind: .listValue(list)),
      "n": Value(kind: .nullValue(.nullValue)), "s": Value(kind: .stringValue("")),
      "x": Value(kind: .structValue(Struct())),
    ])
    try check(message, #"{"b":true,"l":[1,null],"n":null,"s":"","x":{}}"#)
    try check(Value(kind: .nullValue(.nullValue)), "null")
    try check(Value(kind: .numberValue(-0.5)), "-0.5")
    try check(WellKnown(struct: Struct(), listValue: ListValue()), #"{"struct":{},"listValue":[]}"#)
    #expect(code(#"{"value":1e400}"#) == .outOfRange)
    #expect(code(#"{"struct":{"a":1,"a":2}}"#) == .duplicate)
    #expect(code(#"{"struct":[]}"#) == .wrongType)
    #expect(code(#"{"listValue":{}}"#) == .wrongType)
    #expect(code(#"{"value":nul}"#) != nil)
  }

  @Test func nullIsAValueWhereTheTypeHasOne() throws {
    let null = Value(kind: .nullValue(.nullValue))
    try check(WellKnown(value: null), #"{"value":null}"#)
    try check(WellKnown(values: [null, null]), #"{"values":[null,null]}"#)
    try check(WellKnown(valueMap: ["a": null]), #"{"valueMap":{"a":null}}"#)
    try check(WellKnown(choice: .nullChoice(.nullValue)), #"{"nullChoice":null}"#)
    try check(WellKnown(choice: .valueChoice(null)), #"{"valueChoice":null}"#)
    try check(WellKnown(optionalNull: .nullValue), #"{"optionalNull":null}"#)
    try check(WellKnown(nulls: [.nullValue]), #"{"nulls":[null]}"#)
    #expect(try WellKnown(json: #"{"nullValue":null}"#) == WellKnown())
    #expect(try WellKnown(json: #"{"nullValue":"NULL_VALUE"}"#) == WellKnown())
  }

  @Test func valuesThatJSONCannotHoldAreNotWritten() {
    #expect(wireError { _ = try Value().jsonUTF8() }?.code == .unsupported)
    #expect(
      wireError { _ = try Value(kind: .numberValue(.nan)).jsonUTF8() }?.code == .unsupported)
  }

  // MARK: - Empty

  @Test func empty() throws {
    try check(WellKnown(empty: Empty()), #"{"empty":{}}"#)
    #expect(try Empty(json: #"{"a":1}"#) == Empty())
    #expect(code(#"{"empty":[]}"#) == .wrongType)
  }
}
