// JSON that is malformed, ambiguous, or no message of the type asked for.

internal import FixtureMessages
internal import Testing
internal import Wire

@Suite struct JSONRefusalTests {
  private func code<Message: WireMessage>(
    _ json: String, as type: Message.Type = Scalars.self
  ) -> WireError.Code? {
    wireError { _ = try Message(json: json) }?.code
  }

  @Test(arguments: [
    "", " ", "{", "}", "{}}", "{} {}", "{}x", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{a:1}"#,
    #"{'a':1}"#, #"{"a":1"b":2}"#, #"{"a":tru}"#, #"{"a":nul}"#, #"{"a":01}"#, #"{"a":+1}"#,
    #"{"a":.5}"#, #"{"a":1.}"#, #"{"a":1e}"#, #"{"a":-}"#, #"{"a":0x1}"#, #"{"a":NaN}"#,
    #"{"a":[1,]}"#, #"{"a":[1 2]}"#, #"{"a":"}"#, #"{"a":"\x"}"#, #"{"a":"\u12"}"#,
    #"{"a":"\u12g4"}"#,
    "{\"a\":\"\n\"}", "{\"a\":\"\u{1}\"}", #"{"a":1}//"#, "\u{FEFF}{}", #"{"int32Value":1}]"#,
    #"{"a":"\"#, #"{"a":[}"#, #"{"a":{]}"#,
  ])
  func textThatIsNoJSON(json: String) {
    #expect(code(json) == .malformed)
  }

  @Test(arguments: [
    ("{", "expected a text in double quotes at byte 1"),
    (#"{"int32Value"}"#, "expected a colon (:)"),
    (#"{"int32Value":1 2}"#, "expected the end of the object (})"),
  ])
  func whatIsMissingIsSaidInWords(json: String, words: String) {
    let message = wireError { _ = try Scalars(json: json) }.map { "\($0)" }
    #expect(message?.contains(words) == true, "\(message ?? "")")
  }

  @Test(arguments: ["null", "[]", "1", "\"{}\"", "true"])
  func valuesThatAreNoMessage(json: String) {
    #expect(code(json) == .wrongType)
  }

  @Test func repeatedKeys() {
    #expect(code(#"{"int32Value":1,"int32Value":1}"#) == .duplicate)
    #expect(code(#"{"int32Value":1,"int32_value":1}"#) == .duplicate)
    #expect(code(#"{"int32Value":1,"\u0069nt32Value":1}"#) == .duplicate)
    #expect(code(#"{"int32Value":null,"int32Value":1}"#) == .duplicate)
    #expect(code(#"{"a":1,"a":2}"#) == .duplicate)
    #expect(code(#"{"a":1,"\u0061":2}"#) == .duplicate)
    #expect(code(#"{"a":{"b":1,"b":2}}"#) == .duplicate)
    #expect(code(#"{"byString":{"a":"","a":""}}"#, as: Maps.self) == .duplicate)
    #expect(code(#"{"byInt32":{"1":"","1.0":""}}"#, as: Maps.self) == .duplicate)
    #expect(
      code(
        #"{"byUint64":{"18446744073709551615":"","1":"","18446744073709551615":""}}"#, as: Maps.self
      ) == .duplicate)
    #expect(code(#"{"byBool":{"true":"","true":""}}"#, as: Maps.self) == .duplicate)
    #expect(code(#"{"nothing70":{},"nothing_70":{}}"#, as: Many.self) == .duplicate)
  }

  /// U+00E9, and U+0065 U+0301: two keys in protobuf, one in a dictionary of Swift.
  @Test func keysThatUnicodeCallsEquivalentAreNotLost() {
    let message = wireError {
      _ = try Maps(json: #"{"byString":{"\u00e9":"1","e\u0301":"2"}}"#)
    }
    #expect(message?.code == .unsupported)
    #expect(throws: Never.self) { try Scalars(json: #"{"\u00e9":1,"e\u0301":2}"#) }
    #expect(code(#"{"byString":{"\u00e9":"1","é":"2"}}"#, as: Maps.self) == .duplicate)
  }

  @Test func repeatedKeysAmongVeryMany() throws {
    let keys = (0..<50_000).map { #""k\#($0)":0"# }
    func object(_ other: String) -> String { "{\((keys + [other]).joined(separator: ","))}" }
    _ = try Scalars(json: object(#""k":0"#))
    #expect(code(object(#""k25000":0"#)) == .duplicate)
    #expect(code(object(#""\u006b25000":0"#)) == .duplicate)
    #expect(code(#"{"a":"# + object(#""k0":0"#) + "}") == .duplicate)
  }

  @Test func twoMembersOfAOneof() {
    #expect(code(#"{"stringValue":"","int32Value":0}"#, as: Choice.self) == .duplicate)
    #expect(code(#"{"scalarsValue":{},"nodeValue":{}}"#, as: Choice.self) == .duplicate)
    #expect(code(#"{"stringValue":"","text":""}"#, as: Choice.self) == nil)
  }

  @Test(arguments: [
    #"\ud800"#, #"\udc00"#, #"\ud800\ud800"#, #"\ud83dx"#, #"\ud83d\n"#, #"\ude00\ud83d"#,
    #"\uDBFF"#,
    #"\ud83d\u0041"#,
  ])
  func loneSurrogates(text: String) {
    #expect(code("{\"stringValue\":\"\(text)\"}") == .invalidUTF8)
    #expect(code("{\"unknown\":\"\(text)\"}") == .invalidUTF8)
    #expect(code("{\"\(text)\":1}") == .invalidUTF8)
  }

  @Test func stringsThatAreNotUTF8() {
    let bytes = Array("{\"stringValue\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8)
    #expect(wireError { _ = try Scalars(jsonUTF8: bytes) }?.code == .invalidUTF8)
  }

  @Test func nulInStrings() {
    #expect(code(#"{"stringValue":"a\u0000b"}"#) == .nulInString)
    #expect(code(#"{"unknown":"\u0000"}"#) == .nulInString)
    #expect(code(#"{"byString":{"\u0000":""}}"#, as: Maps.self) == .nulInString)
    #expect(code("{\"stringValue\":\"\0\"}") == .malformed)
  }

  @Test(arguments: [
    "1.5", "1e-1", "2147483648", "-2147483649", "1e10", "1e999999999999999999", "\"2147483648\"",
    "0.00000000000000000001", "9999999999999999999999",
  ])
  func numbersThatAnInt32CannotHold(number: String) {
    #expect(code("{\"int32Value\":\(number)}") == .outOfRange)
  }

  @Test(arguments: [
    "\"\"", "\" 1\"", "\"1 \"", "\"01\"", "\"+1\"", "\"0x1\"", "\"a\"", "\"1,0\"", "true", "[]",
    "{}",
    "\"Infinity\"",
  ])
  func valuesThatAreNoNumber(value: String) {
    #expect(code("{\"int32Value\":\(value)}") == .wrongType)
    #expect(code("{\"uint64Value\":\(value)}") == .wrongType)
  }

  @Test func unsignedAndWideIntegersAtTheirBounds() {
    #expect(code(#"{"uint32Value":-1}"#) == .outOfRange)
    #expect(code(#"{"uint32Value":4294967296}"#) == .outOfRange)
    #expect(code(#"{"uint64Value":"18446744073709551616"}"#) == .outOfRange)
    #expect(code(#"{"int64Value":"9223372036854775808"}"#) == .outOfRange)
    #expect(code(#"{"int64Value":"-9223372036854775809"}"#) == .outOfRange)
    #expect(code(#"{"int64Value":"-9223372036854775808"}"#) == nil)
  }

  @Test func floatingPointThatWouldBeInfinite() {
    #expect(code(#"{"doubleValue":1e400}"#) == .outOfRange)
    #expect(code(#"{"floatValue":3.5e38}"#) == .outOfRange)
    #expect(code(#"{"doubleValue":"inf"}"#) == .wrongType)
    #expect(code(#"{"doubleValue":"nan"}"#) == .wrongType)
    #expect(code(#"{"doubleValue":Infinity}"#) == .wrongType)
  }

  @Test func numbersAreNotEndless() throws {
    let zeros = String(repeating: "0", count: 2046)
    #expect(try Scalars(json: "{\"doubleValue\":0.\(zeros)}") == Scalars())
    #expect(code("{\"doubleValue\":0.\(zeros)0}") == .outOfRange)
    #expect(code("{\"int32Value\":0.\(zeros)0}") == .outOfRange)
  }

  @Test(arguments: [
    "A", "AAAAA", "A===", "AA=", "AAA==", "A A=", "AA==AA==", "A*==", "====", "=", "é",
  ])
  func textThatIsNoBase64(text: String) {
    #expect(code("{\"bytesValue\":\"\(text)\"}") == .malformed)
  }

  @Test func valuesOfAnotherType() {
    #expect(code(#"{"stringValue":1}"#) == .wrongType)
    #expect(code(#"{"bytesValue":1}"#) == .wrongType)
    #expect(code(#"{"boolValue":"true"}"#) == .wrongType)
    #expect(code(#"{"boolValue":1}"#) == .wrongType)
    #expect(code(#"{"colorValue":"red"}"#) == .outOfRange)
    #expect(code(#"{"colorValue":1.5}"#) == .outOfRange)
    #expect(code(#"{"colorValue":true}"#) == .wrongType)
    #expect(code(#"{"int32Values":1}"#, as: Repeated.self) == .wrongType)
    #expect(code(#"{"int32Values":{}}"#, as: Repeated.self) == .wrongType)
    #expect(code(#"{"byString":[]}"#, as: Maps.self) == .wrongType)
    #expect(code(#"{"child":[]}"#, as: Node.self) == .wrongType)
    #expect(code(#"{"byBool":{"1":""}}"#, as: Maps.self) == .wrongType)
    #expect(code(#"{"byInt32":{"x":""}}"#, as: Maps.self) == .wrongType)
    #expect(code(#"{"byInt32":{"2147483648":""}}"#, as: Maps.self) == .outOfRange)
  }

  @Test func nullInsideArraysAndMaps() {
    #expect(code(#"{"int32Values":[1,null]}"#, as: Repeated.self) == .wrongType)
    #expect(code(#"{"scalarsValues":[null]}"#, as: Repeated.self) == .wrongType)
    #expect(code(#"{"byString":{"a":null}}"#, as: Maps.self) == .wrongType)
    #expect(code(#"{"scalars":{"a":null}}"#, as: Maps.self) == .wrongType)
  }

  @Test func theErrorNamesTheFields() {
    let error = wireError { _ = try Node(json: #"{"children":[{},{"named":{"x":{"name":5}}}]}"#) }
    #expect(error?.path == ["children", "named", "name"])
    #expect(error?.description == "children.named.name: JSON: a string is expected")
  }
}
