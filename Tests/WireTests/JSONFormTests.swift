// Which JSON is written, and which other forms are read.

internal import FixtureMessages
internal import Testing
internal import Wire

@Suite struct JSONFormTests {
  @Test func everyScalarInItsCanonicalForm() throws {
    let message = Scalars(
      doubleValue: 1.5, floatValue: 0.1, int32Value: -1, int64Value: -2, uint32Value: 3,
      uint64Value: .max, sint32Value: -4, sint64Value: .min, fixed32Value: 5, fixed64Value: 6,
      sfixed32Value: -7, sfixed64Value: -8, boolValue: true, stringValue: "六堡茶",
      bytesValue: [0xFB, 0xFF], colorValue: .darkGreen)
    #expect(
      try message.json == """
        {"doubleValue":1.5,"floatValue":0.1,"int32Value":-1,"int64Value":"-2","uint32Value":3,\
        "uint64Value":"18446744073709551615","sint32Value":-4,\
        "sint64Value":"-9223372036854775808","fixed32Value":5,"fixed64Value":"6",\
        "sfixed32Value":-7,"sfixed64Value":"-8","boolValue":true,"stringValue":"六堡茶",\
        "bytesValue":"+/8=","colorValue":"COLOR_DARK_GREEN"}
        """)
  }

  @Test func defaultsAreLeftOutAndPresenceIsKept() throws {
    #expect(try Scalars().json == "{}")
    #expect(try Repeated().json == "{}")
    #expect(
      try Optionals(int64Value: 0, boolValue: false, stringValue: "", scalarsValue: Scalars()).json
        == #"{"int64Value":"0","boolValue":false,"stringValue":"","scalarsValue":{}}"#)
    #expect(try Choice(kind: .bytesValue([])).json == #"{"bytesValue":""}"#)
  }

  @Test func mapsAreOrderedByKey() throws {
    let message = Maps(
      byInt32: [10: "a", 9: "b", -1: "c"], byBool: [true: "t", false: "f"],
      byString: ["b": "", "a": "", "": ""])
    #expect(
      try message.json == """
        {"byInt32":{"-1":"c","9":"b","10":"a"},"byBool":{"false":"f","true":"t"},\
        "byString":{"":"","a":"","b":""}}
        """)
  }

  @Test func stringsAreEscapedNoMoreThanNeeded() throws {
    let message = Scalars(stringValue: "\"\\/\u{8}\u{C}\n\r\t\u{1}\u{1F}\u{7F}\u{2028}<😀")
    #expect(
      try message.json
        == "{\"stringValue\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u{7F}\u{2028}<😀\"}")
  }

  @Test func aGivenJSONNameIsWrittenAndReadLikeTheProtoName() throws {
    #expect(try Names(custom: "x").json == #"{"@custom":"x"}"#)
    #expect(try Names(json: #"{"@custom":"x"}"#) == Names(custom: "x"))
    #expect(try Names(json: #"{"custom":"x"}"#) == Names(custom: "x"))
    #expect(try Names(urlPath: "x").json == #"{"URLPath":"x"}"#)
  }

  @Test func bothFormsOfANameAreRead() throws {
    let expected = Scalars(int32Value: 1, stringValue: "a")
    #expect(try Scalars(json: #"{"int32Value":1,"stringValue":"a"}"#) == expected)
    #expect(try Scalars(json: #"{"string_value":"a","int32_value":1}"#) == expected)
    #expect(try Scalars(json: #"{"\u0069nt32Value":1,"string\u005fvalue":"a"}"#) == expected)
  }

  @Test func unknownMembersAreIgnored() throws {
    let json = """
      {"a":null,"b":[1,{"c":[]},"x",true,false],"d":{"e":{}},"int32Value":1,"int32Value_":-0.5e3,
       "Int32Value":7,"int32":"\\ud83d\\ude00"}
      """
    #expect(try Scalars(json: json) == Scalars(int32Value: 1))
  }

  @Test func whiteSpaceIsAllowedBetweenTokens() throws {
    #expect(
      try Repeated(json: " \t\r\n{ \"int32Values\" : [ 1 ,\n2 ] } \n")
        == Repeated(int32Values: [1, 2]))
  }

  @Test(arguments: ["0", "1", "-1", "2147483647", "-2147483648"])
  func integersAreReadInEveryForm(digits: String) throws {
    let value = try #require(Int32(digits))
    for form in [
      digits, "\"\(digits)\"", "\(digits).0", "\(digits)e0", "\"\(digits).000\"", "\(digits).0E+00",
    ] {
      #expect(
        try Scalars(json: "{\"int32Value\":\(form)}") == Scalars(int32Value: value), "\(form)")
      #expect(try Scalars(json: "{\"sint64Value\":\(form)}") == Scalars(sint64Value: Int64(value)))
    }
  }

  @Test func integersWithExponents() throws {
    #expect(try Scalars(json: #"{"int32Value":1e3}"#).int32Value == 1000)
    #expect(try Scalars(json: #"{"int32Value":1.5E+2}"#).int32Value == 150)
    #expect(try Scalars(json: #"{"int32Value":"12.50e1"}"#).int32Value == 125)
    #expect(try Scalars(json: #"{"int32Value":0e999999999999}"#).int32Value == 0)
    #expect(try Scalars(json: #"{"int32Value":-0}"#).int32Value == 0)
    #expect(
      try Scalars(json: #"{"uint64Value":1844674407370955161.5e1}"#).uint64Value == .max)
    #expect(try Scalars(json: #"{"uint32Value":-0.0}"#).uint32Value == 0)
  }

  @Test func floatingPointIsReadInEveryForm() throws {
    #expect(try Scalars(json: #"{"doubleValue":"1.5"}"#).doubleValue == 1.5)
    #expect(try Scalars(json: #"{"doubleValue":1E-2}"#).doubleValue == 0.01)
    #expect(try Scalars(json: #"{"doubleValue":"NaN"}"#).doubleValue.isNaN)
    #expect(try Scalars(json: #"{"doubleValue":"\u004eaN"}"#).doubleValue.isNaN)
    #expect(try Scalars(json: #"{"floatValue":"-Infinity"}"#).floatValue == -.infinity)
    #expect(
      try Scalars(json: #"{"floatValue":3.4028235e38}"#).floatValue == .greatestFiniteMagnitude)
    #expect(try Scalars(json: #"{"doubleValue":1e-400}"#).doubleValue == 0)
    #expect(try Scalars(doubleValue: 1e21).json == #"{"doubleValue":1e+21}"#)
    #expect(try Scalars(doubleValue: 100).json == #"{"doubleValue":100}"#)
  }

  @Test(
    arguments: [
      ("", []), ("AA==", [0]), ("AA", [0]), ("AAE=", [0, 1]), ("AAE", [0, 1]),
      ("-_-_", [251, 255, 191]),
      ("+/+/", [251, 255, 191]), ("AAEC", [0, 1, 2]), ("\\u0041A", [0]),
    ] as [(String, [UInt8])])
  func bytesAreReadFromEitherAlphabet(text: String, bytes: [UInt8]) throws {
    #expect(try Scalars(json: "{\"bytesValue\":\"\(text)\"}") == Scalars(bytesValue: bytes))
  }

  @Test func enumsAreReadByNameAndByNumber() throws {
    #expect(try Scalars(json: #"{"colorValue":"COLOR_RED"}"#).colorValue == .red)
    #expect(try Scalars(json: #"{"colorValue":-1}"#).colorValue == .negative)
    #expect(try Scalars(json: #"{"colorValue":2.0}"#).colorValue == .darkGreen)
    #expect(try Scalars(json: #"{"colorValue":"COLOR_2013"}"#).colorValue == ._2013)
    #expect(try Scalars(json: #"{"colorValue":99}"#).colorValue == .unrecognized(99))
    #expect(try Names(json: #"{"alias":"ALIAS_ALSO_FIRST"}"#).alias == .first)
    #expect(try Names(alias: .alsoFirst).json == #"{"alias":"ALIAS_FIRST"}"#)
  }

  @Test func nullIsAbsence() throws {
    let everything = """
      {"doubleValue":null,"floatValue":null,"int32Value":null,"int64Value":null,"boolValue":null,
       "stringValue":null,"bytesValue":null,"colorValue":null}
      """
    #expect(try Scalars(json: everything) == Scalars())
    #expect(try Optionals(json: everything) == Optionals())
    #expect(try Repeated(json: #"{"int32Values":null,"scalarsValues":null}"#) == Repeated())
    #expect(try Maps(json: #"{"byString":null}"#) == Maps())
    #expect(try Node(json: #"{"child":null}"#) == Node())
    // An absent member leaves room for another.
    #expect(
      try Choice(json: #"{"stringValue":null,"int32Value":1,"boolValue":null}"#)
        == Choice(kind: .int32Value(1)))
  }

  @Test func keysOfMapsAreReadByTheirType() throws {
    #expect(
      try Maps(json: #"{"byInt64":{"-5":"a"},"byBool":{"true":"b"},"byUint32":{"1e1":"c"}}"#)
        == Maps(byInt64: [-5: "a"], byUint32: [10: "c"], byBool: [true: "b"]))
    #expect(
      try Maps(json: #"{"byString":{"\ud83d\ude00":"a","":"b"}}"#)
        == Maps(byString: ["😀": "a", "": "b"]))
  }

  @Test func surrogatePairsBecomeOneScalar() throws {
    #expect(
      try Scalars(json: #"{"stringValue":"\ud83d\ude00\u00e9\uD800\uDC00\uDBFF\uDFFF"}"#)
        .stringValue
        == "😀é\u{10000}\u{10FFFF}")
  }
}
