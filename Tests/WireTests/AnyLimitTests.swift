// Limits hold through google.protobuf.Any: what it hides counts as what is in the open.

internal import FixtureMessages
internal import Testing
internal import WellKnownMessages
internal import Wire

@Suite struct AnyLimitTests {
  private let types = FixtureFiles.types
  private static let node = "t/lianshe.fixture.v1.Node"
  private static let anyURL = "t/google.protobuf.Any"

  private func read(_ text: String, _ limits: DecodingLimits = .default) throws -> AnyMessage {
    try AnyMessage(jsonUTF8: Array(text.utf8), limits: limits, types: types)
  }

  private func any(_ message: some WireMessage) throws -> AnyMessage {
    AnyMessage(typeUrl: "t/\(type(of: message).schema.name)", value: try message.protobufBytes())
  }

  /// An Any in an Any and so on; `levels` of them lie below the outermost.
  private func nested(_ levels: Int) throws -> AnyMessage {
    var message = AnyMessage()
    for _ in 0..<levels { message = try any(message) }
    return message
  }

  private func nestedText(_ levels: Int, typeFirst: Bool) -> String {
    let type = #""@type":"\#(Self.anyURL)""#
    let open = typeFirst ? "{\(type),\"value\":" : "{\"value\":"
    let close = typeFirst ? "}" : ",\(type)}"
    return String(repeating: open, count: levels) + "{}" + String(repeating: close, count: levels)
  }

  // MARK: - Depth

  @Test(arguments: [true, false])
  func depthIsCountedThroughAnysOnReading(typeFirst: Bool) throws {
    #expect(try read(nestedText(100, typeFirst: typeFirst)) == nested(100))
    let deeper = nestedText(101, typeFirst: typeFirst)
    #expect(wireError { _ = try read(deeper) }?.code == .tooDeep)
    let three = DecodingLimits(maximumDepth: 3)
    #expect(try read(nestedText(3, typeFirst: typeFirst), three) == nested(3))
    #expect(
      wireError { _ = try read(nestedText(4, typeFirst: typeFirst), three) }?.code == .tooDeep)
    // Where a thousand times deeper is refused, the stack does not grow with it.
    let abyss = nestedText(50_000, typeFirst: typeFirst)
    #expect(wireError { _ = try read(abyss) }?.code == .tooDeep)
  }

  @Test func depthIsCountedThroughAnysOnWriting() throws {
    let allowed = try nested(100).jsonUTF8(types: types)
    #expect(String(decoding: allowed, as: UTF8.self) == nestedText(100, typeFirst: true))
    #expect(wireError { _ = try nested(101).jsonUTF8(types: types) }?.code == .tooDeep)
    // Half in the open, half in the bytes: a node in a node, then an Any that holds two more.
    let inner = try any(Node(child: Node(child: Node())))
    let three = EncodingLimits(maximumDepth: 4)
    let message = WellKnown(any: inner)
    let text = try message.jsonUTF8(limits: three, types: types)
    #expect(try WellKnown(jsonUTF8: text, types: types) == message)
    let two = EncodingLimits(maximumDepth: 3)
    #expect(
      wireError { _ = try message.jsonUTF8(limits: two, types: types) }?.code == .tooDeep)
  }

  @Test func entriesOfMapsAreLevelsAroundAnys() throws {
    // The value of an entry of the map of a node in an Any: payload 1, entry 2, node 3.
    let message = try any(Node(named: ["a": Node()]))
    let text = try message.jsonUTF8(limits: EncodingLimits(maximumDepth: 3), types: types)
    #expect(
      wireError {
        _ = try message.jsonUTF8(limits: EncodingLimits(maximumDepth: 2), types: types)
      }?.code == .tooDeep)
    let string = String(decoding: text, as: UTF8.self)
    #expect(try read(string, DecodingLimits(maximumDepth: 3)) == message)
    #expect(
      wireError { _ = try read(string, DecodingLimits(maximumDepth: 2)) }?.code == .tooDeep)
  }

  // MARK: - Elements

  @Test func elementsOfPayloadsAreCountedTogetherOnReading() throws {
    let one = #"{"@type":"\#(Self.node)","children":[{},{}]}"#
    let text = #"{"any":\#(one),"values":[1]}"#
    func read(_ maximum: Int) throws -> WellKnown {
      try WellKnown(
        jsonUTF8: Array(text.utf8), limits: DecodingLimits(maximumElements: maximum),
        types: types)
    }
    // Two children, the "@type" and one value.
    #expect(try read(4).values.count == 1)
    #expect(wireError { _ = try read(3) }?.code == .tooManyElements)
  }

  @Test func whatIsLookedThroughForTheTypeIsCounted() throws {
    let keys = (0..<9).map { "\"k\($0)\":0," }.joined()
    let text = #"{\#(keys)"@type":"\#(Self.node)"}"#
    #expect(try read(text, DecodingLimits(maximumElements: 10)) == any(Node()))
    #expect(
      wireError { _ = try read(text, DecodingLimits(maximumElements: 9)) }?.code
        == .tooManyElements)
  }

  @Test func elementsOfPayloadsAreCountedTogetherOnWriting() throws {
    let two = try any(Node(children: [Node(), Node()]))
    let limits = EncodingLimits(maximumAnyElements: 2)
    #expect(try !two.jsonUTF8(limits: limits, types: types).isEmpty)
    // The same in an Any of an Any: the payload's elements add up.
    let mixed = WellKnown(
      any: try any(WellKnown(values: [Value(kind: .boolValue(true))], any: two)))
    #expect(
      wireError { _ = try mixed.jsonUTF8(limits: limits, types: types) }?.code
        == .tooManyElements)
    #expect(
      try !mixed.jsonUTF8(limits: EncodingLimits(maximumAnyElements: 3), types: types).isEmpty)
    // Unknown fields of a payload count too.
    let unknown = AnyMessage(
      typeUrl: Self.node, value: Array(repeating: [0x78, 0], count: 3).flatMap { $0 })
    #expect(
      wireError { _ = try unknown.jsonUTF8(limits: limits, types: types) }?.code
        == .tooManyElements)
  }

  // MARK: - Memory and size

  @Test func memoryOfPayloadsIsBoundOnWriting() throws {
    // Four bytes each become a struct of many times that.
    let bytes = Array(repeating: [0x1A, 0] as [UInt8], count: 100_000).flatMap { $0 }
    let message = AnyMessage(typeUrl: Self.node, value: bytes)
    #expect(try !message.jsonUTF8(types: types).isEmpty)
    let little = EncodingLimits(maximumAllocation: 1 << 20)
    #expect(
      wireError { _ = try message.jsonUTF8(limits: little, types: types) }?.code == .tooMuchMemory)
    let small = EncodingLimits(maximumSize: 1000)
    #expect(wireError { _ = try message.jsonUTF8(limits: small, types: types) }?.code == .tooLarge)
  }

  @Test func memoryOfPayloadsIsBoundOnReading() throws {
    let children = Array(repeating: "{}", count: 10_000).joined(separator: ",")
    let text = #"{"@type":"\#(Self.node)","children":[\#(children)]}"#
    #expect(try !read(text).value.isEmpty)
    #expect(
      wireError { _ = try read(text, DecodingLimits(maximumAllocation: 1 << 19)) }?.code
        == .tooMuchMemory)
  }

  /// With the type last, a reader that looks through each level anew would read a hundred times the
  /// text; each byte is looked at once instead, which the count of elements shows.
  @Test func nestedTypesAtTheEndAreLookedForOnce() throws {
    let levels = 99
    let padding = (0..<1000).map { "\"k\($0)\":0" }.joined(separator: ",")
    let type = #""@type":"\#(Self.anyURL)""#
    let open = String(repeating: "{\"value\":", count: levels)
    let close = String(repeating: ",\(type)}", count: levels)
    let text = open + #"{\#(padding),"@type":"\#(Self.node)"}"# + close
    // Each of 99 levels has two keys, the innermost 1001.
    let limits = DecodingLimits(maximumElements: 2 * levels + 1001)
    #expect(try !read(text, limits).value.isEmpty)
    let less = DecodingLimits(maximumElements: 2 * levels + 1000)
    #expect(wireError { _ = try read(text, less) }?.code == .tooManyElements)
  }
}
