// Each limit, at exactly its value and one beyond it.

internal import FixtureMessages
internal import Testing
internal import WellKnownMessages
internal import Wire

@Suite struct LimitTests {
  @Test func theDefaultsAreThoseOfTheDocumentation() {
    #expect(DecodingLimits.default.maximumSize == 4_194_304)
    #expect(DecodingLimits.default.maximumDepth == 100)
    #expect(DecodingLimits.default.maximumElements == 262_144)
    #expect(DecodingLimits.default.maximumAllocation == 67_108_864)
    #expect(EncodingLimits.default.maximumSize == 67_108_864)
    #expect(EncodingLimits.default.maximumDepth == 100)
    #expect(EncodingLimits.default.maximumAllocation == 268_435_456)
    #expect(EncodingLimits.default.maximumAnyElements == 262_144)
    #expect(EncodingLimits(maximumSize: .max).maximumSize == 2_147_483_647)
  }

  // MARK: - Size

  @Test func sizeOfTheInput() throws {
    let limits = DecodingLimits(maximumSize: 12)
    let message = Scalars(stringValue: "0123456789")
    let bytes = try message.protobufBytes()
    #expect(bytes.count == 12)
    #expect(try Scalars(protobuf: bytes, limits: limits) == message)
    #expect(
      wireError { _ = try Scalars(protobuf: bytes + [0x18, 1], limits: limits) }?.code == .tooLarge)
    #expect(try Scalars(json: "{}          ", limits: limits) == Scalars())
    #expect(wireError { _ = try Scalars(json: "{}           ", limits: limits) }?.code == .tooLarge)
  }

  @Test func sizeOfTheOutput() throws {
    let message = Scalars(stringValue: "0123456789")
    #expect(try message.protobufBytes(limits: EncodingLimits(maximumSize: 12)).count == 12)
    #expect(
      wireError { _ = try message.protobufBytes(limits: EncodingLimits(maximumSize: 11)) }?.code
        == .tooLarge)
    let json = try message.jsonUTF8()
    let exact = EncodingLimits(maximumSize: json.count)
    #expect(try message.jsonUTF8(limits: exact) == json)
    let less = EncodingLimits(maximumSize: json.count - 1)
    #expect(wireError { _ = try message.jsonUTF8(limits: less) }?.code == .tooLarge)
  }

  // MARK: - Depth

  private func chain(_ levels: Int) -> Node {
    (0..<levels).reduce(Node(name: "leaf")) { child, _ in Node(child: child) }
  }

  @Test func depthOfTheInputAndOfTheOutput() throws {
    let allowed = chain(100)
    #expect(try Node(protobuf: try allowed.protobufBytes()) == allowed)
    #expect(try Node(jsonUTF8: try allowed.jsonUTF8()) == allowed)
    let deeper = chain(101)
    #expect(wireError { _ = try deeper.protobufBytes() }?.code == .tooDeep)
    #expect(wireError { _ = try deeper.jsonUTF8() }?.code == .tooDeep)
    let generous = EncodingLimits(maximumDepth: 101)
    let bytes = try deeper.protobufBytes(limits: generous)
    let json = try deeper.jsonUTF8(limits: generous)
    #expect(wireError { _ = try Node(protobuf: bytes) }?.code == .tooDeep)
    #expect(wireError { _ = try Node(jsonUTF8: json) }?.code == .tooDeep)
    #expect(try Node(protobuf: bytes, limits: DecodingLimits(maximumDepth: 101)) == deeper)
  }

  @Test func aMapEntryIsALevelInBothEncodings() throws {
    // Entry and value: two levels for each map.
    let message = Node(named: ["a": Node(named: ["b": Node()])])
    let bytes = try message.protobufBytes()
    let json = try message.jsonUTF8()
    let four = DecodingLimits(maximumDepth: 4)
    #expect(try Node(protobuf: bytes, limits: four) == message)
    #expect(try Node(jsonUTF8: json, limits: four) == message)
    let three = DecodingLimits(maximumDepth: 3)
    #expect(wireError { _ = try Node(protobuf: bytes, limits: three) }?.code == .tooDeep)
    #expect(wireError { _ = try Node(jsonUTF8: json, limits: three) }?.code == .tooDeep)
  }

  @Test func bracketsThatNobodyReadsAreCounted() throws {
    func text(_ levels: Int) -> String {
      #"{"unknown":"# + String(repeating: "[", count: levels)
        + String(repeating: "]", count: levels) + "}"
    }
    #expect(try Node(json: text(100)) == Node())
    #expect(wireError { _ = try Node(json: text(101)) }?.code == .tooDeep)
    let bomb = #"{"unknown":"# + String(repeating: "[", count: 1_000_000)
    #expect(wireError { _ = try Node(json: bomb) }?.code == .tooDeep)
  }

  @Test func valuesOfAnyJSONAreCounted() {
    let bomb = String(repeating: "[", count: 200_000)
    #expect(wireError { _ = try Value(json: bomb) }?.code == .tooDeep)
    let objects = String(repeating: #"{"a":"#, count: 200_000)
    #expect(wireError { _ = try Value(json: objects) }?.code == .tooDeep)
  }

  // MARK: - Elements

  @Test func elementsOfEveryKind() throws {
    let limits = DecodingLimits(maximumElements: 3)
    func check(_ allowed: Repeated, _ refused: Repeated) throws {
      #expect(try Repeated(protobuf: try allowed.protobufBytes(), limits: limits) == allowed)
      #expect(try Repeated(jsonUTF8: try allowed.jsonUTF8(), limits: limits) == allowed)
      let bytes = try refused.protobufBytes()
      let json = try refused.jsonUTF8()
      #expect(
        wireError { _ = try Repeated(protobuf: bytes, limits: limits) }?.code == .tooManyElements)
      #expect(
        wireError { _ = try Repeated(jsonUTF8: json, limits: limits) }?.code == .tooManyElements)
    }
    try check(Repeated(int32Values: [1, 2, 3]), Repeated(int32Values: [1, 2, 3, 4]))
    try check(Repeated(doubleValues: [1, 2, 3]), Repeated(doubleValues: [1, 2, 3, 4]))
    try check(Repeated(stringValues: ["", "", ""]), Repeated(stringValues: ["", "", "", ""]))
    try check(Repeated(bytesValues: [[], [], []]), Repeated(bytesValues: [[], [], [], []]))
    try check(
      Repeated(scalarsValues: [.init(), .init(), .init()]),
      Repeated(unpackedValues: [1], scalarsAndMore: 3))
    let map = Maps(byInt32: [1: "", 2: "", 3: "", 4: ""])
    let bytes = try map.protobufBytes()
    #expect(wireError { _ = try Maps(protobuf: bytes, limits: limits) }?.code == .tooManyElements)
    let json = try map.jsonUTF8()
    #expect(wireError { _ = try Maps(jsonUTF8: json, limits: limits) }?.code == .tooManyElements)
  }

  @Test func unknownFieldsAreElements() throws {
    let limits = DecodingLimits(maximumElements: 3)
    let field: [UInt8] = [0xF8, 0x3F, 1]
    #expect(try Scalars(protobuf: field + field + field, limits: limits) == Scalars())
    #expect(
      wireError { _ = try Scalars(protobuf: field + field + field + field, limits: limits) }?.code
        == .tooManyElements)
    #expect(try Scalars(json: #"{"a":1,"b":1,"c":1}"#, limits: limits) == Scalars())
    #expect(
      wireError { _ = try Scalars(json: #"{"a":1,"b":1,"c":1,"d":1}"#, limits: limits) }?.code
        == .tooManyElements)
  }

  @Test func keysThatNobodyReadsAreElementsWhereverTheyStand() throws {
    let limits = DecodingLimits(maximumElements: 4)
    for (allowed, refused) in [
      (#"{"a":{"b":1,"c":2,"d":3}}"#, #"{"a":{"b":1,"c":2,"d":3,"e":4}}"#),
      (#"{"a":[{"b":{"c":[{"d":1}]}}]}"#, #"{"a":[{"b":{"c":[{"d":1},{"d":2}]}}]}"#),
      (#"{"a":{"b":1},"c":{"d":1}}"#, #"{"a":{"b":1},"c":{"d":1},"e":1}"#),
    ] {
      #expect(try Scalars(json: allowed, limits: limits) == Scalars())
      let error = wireError { _ = try Scalars(json: refused, limits: limits) }
      #expect(error?.code == .tooManyElements)
    }
    // A value of the wrong kind is passed over before it is refused.
    let wrong = #"{"stringValues":{"a":1,"b":2,"c":3,"d":4,"e":5}}"#
    #expect(
      wireError { _ = try Repeated(json: wrong, limits: limits) }?.code == .tooManyElements)
  }

  @Test func pathsOfAMaskAreElements() throws {
    let limits = DecodingLimits(maximumElements: 3)
    #expect(try FieldMask(json: #""a,b,c""#, limits: limits).paths == ["a", "b", "c"])
    // The fourth is one too many, so nobody looks at what it is.
    for text in ["a,b,c,d", "a,b,c,", "a,b,c,!," + String(repeating: ",", count: 100_000)] {
      let error = wireError { _ = try FieldMask(json: "\"\(text)\"", limits: limits) }
      #expect(error?.code == .tooManyElements)
    }
  }

  // MARK: - Memory

  /// The least allowance with which a body succeeds; one byte less must fail for want of memory.
  private func least(_ body: (Int) throws -> Void) throws -> Int {
    var low = 0
    var high = 1 << 20
    try body(high)
    while low < high {
      let middle = (low + high) / 2
      if let error = wireError({ try body(middle) }) {
        #expect(error.code == .tooMuchMemory)
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  @Test func memoryHasAnExactLimitInEveryDirection() throws {
    var chance = Chance(seed: 20)
    let message = chance.repeated()
    let bytes = try message.protobufBytes()
    let json = try message.jsonUTF8()
    let reading = try least {
      _ = try Repeated(protobuf: bytes, limits: DecodingLimits(maximumAllocation: $0))
    }
    let readingJSON = try least {
      _ = try Repeated(jsonUTF8: json, limits: DecodingLimits(maximumAllocation: $0))
    }
    let writing = try least {
      _ = try message.protobufBytes(limits: EncodingLimits(maximumAllocation: $0))
    }
    #expect(reading > 400 && readingJSON > 400 && writing > 400)
  }

  @Test func limitsOfNothingRefuseEverythingButNothing() {
    let none = DecodingLimits(
      maximumSize: 0, maximumDepth: 0, maximumElements: 0, maximumAllocation: 0)
    #expect(wireError { _ = try Scalars(protobuf: [], limits: none) }?.code == .tooMuchMemory)
    #expect(wireError { _ = try Scalars(protobuf: [0x18, 1], limits: none) }?.code == .tooLarge)
    let negative = DecodingLimits(
      maximumSize: -1, maximumDepth: -1, maximumElements: -1, maximumAllocation: -1)
    #expect(wireError { _ = try Scalars(protobuf: [], limits: negative) }?.code == .tooLarge)
    #expect(wireError { _ = try Scalars(json: "{}", limits: negative) }?.code == .tooLarge)
  }
}

extension Repeated {
  fileprivate init(unpackedValues: [Int32], scalarsAndMore count: Int) {
    self.init(
      scalarsValues: Array(repeating: Scalars(), count: count), unpackedValues: unpackedValues)
  }
}
