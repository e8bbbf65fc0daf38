// What is written reads back as what it was, whatever it was.

internal import FixtureMessages
internal import Testing
internal import WellKnownMessages
internal import Wire

@Suite struct RoundTripTests {
  private static let rounds = 150

  private func check<Message: WireMessage>(
    _ make: (inout Chance) -> Message, seed: UInt64
  ) throws {
    var chance = Chance(seed: seed)
    for round in 0..<Self.rounds {
      let message = make(&chance)
      let bytes = try message.protobufBytes()
      #expect(try Message(protobuf: bytes) == message, "round \(round)")
      let json = try message.jsonUTF8()
      #expect(try Message(jsonUTF8: json) == message, "round \(round)")
      // Equal messages have equal encodings, also where dictionaries have been built anew.
      #expect(try Message(jsonUTF8: json).protobufBytes() == bytes, "round \(round)")
      #expect(try Message(protobuf: bytes).jsonUTF8() == json, "round \(round)")
    }
  }

  @Test func scalars() throws { try check({ $0.scalars() }, seed: 1) }
  @Test func optionals() throws { try check({ $0.optionals() }, seed: 2) }
  @Test func repeated() throws { try check({ $0.repeated() }, seed: 3) }
  @Test func oneofs() throws { try check({ $0.choice() }, seed: 4) }
  @Test func maps() throws { try check({ $0.maps() }, seed: 5) }
  @Test func recursiveMessages() throws { try check({ $0.node() }, seed: 6) }

  @Test func appendingLeavesWhatWasThere() throws {
    var buffer: [UInt8] = [1, 2, 3]
    try Scalars(int32Value: 5).appendProtobuf(to: &buffer)
    #expect(buffer == [1, 2, 3, 0x18, 5])
    try Scalars(int32Value: 5).appendJSONUTF8(to: &buffer)
    #expect(buffer == [1, 2, 3, 0x18, 5] + Array(#"{"int32Value":5}"#.utf8))
  }

  @Test func aFailedAppendLeavesTheBufferAsItWas() {
    var buffer: [UInt8] = [1, 2, 3]
    let message = Choice(before: "before", kind: .stringValue("a\0b"))
    #expect(wireError { try message.appendProtobuf(to: &buffer) }?.code == .nulInString)
    #expect(wireError { try message.appendJSONUTF8(to: &buffer) }?.code == .nulInString)
    let time = WellKnown(timestamp: Timestamp(seconds: .max), int32Value: Int32Value(value: 1))
    #expect(wireError { try time.appendJSONUTF8(to: &buffer) }?.code == .outOfRange)
    #expect(buffer == [1, 2, 3])
  }

  @Test func theEmptyMessageHasNoBytes() throws {
    #expect(try Scalars().protobufBytes() == [])
    #expect(try Scalars(protobuf: []) == Scalars())
    #expect(try FixtureMessages.Nothing(protobuf: []) == FixtureMessages.Nothing())
    #expect(try FixtureMessages.Nothing().json == "{}")
    #expect(try Scalars(protobuf: UnsafeRawBufferPointer(start: nil, count: 0)) == Scalars())
  }

  @Test func presenceSurvivesWhereTheValueIsTheDefault() throws {
    let message = Optionals(
      doubleValue: 0, int32Value: 0, boolValue: false, stringValue: "", bytesValue: [],
      colorValue: .unspecified, scalarsValue: Scalars())
    #expect(try Optionals(protobuf: try message.protobufBytes()) == message)
    #expect(try Optionals(jsonUTF8: try message.jsonUTF8()) == message)
    for kind: Choice.Kind in [
      .stringValue(""), .bytesValue([]), .int32Value(0), .boolValue(false), .scalarsValue(.init()),
    ] {
      let message = Choice(kind: kind)
      #expect(try Choice(protobuf: try message.protobufBytes()) == message)
      #expect(try Choice(jsonUTF8: try message.jsonUTF8()) == message)
    }
  }

  @Test func notANumberStaysOne() throws {
    let message = Optionals(doubleValue: .nan, floatValue: -.infinity)
    let read = try Optionals(protobuf: try message.protobufBytes())
    #expect(read.doubleValue?.isNaN == true)
    #expect(read.floatValue == -.infinity)
    #expect(try message.json == #"{"doubleValue":"NaN","floatValue":"-Infinity"}"#)
  }

  /// The C library tests whether a number equals zero, and negative zero does.
  @Test func negativeZeroIsKeptOnlyWherePresenceIs() throws {
    let optional = try Optionals(protobuf: try Optionals(doubleValue: -0.0).protobufBytes())
    #expect(optional.doubleValue?.sign == .minus)
    let implicit = try Scalars(protobuf: try Scalars(doubleValue: -0.0).protobufBytes())
    #expect(implicit.doubleValue.sign == .plus)
    #expect(try Scalars(doubleValue: -0.0).json == #"{"doubleValue":-0}"#)
  }

  @Test func stringsWithNulAreRefusedOnTheWayOut() {
    let inside = Repeated(stringValues: ["fine", "a\0"])
    #expect(wireError { _ = try inside.protobufBytes() }?.path == ["string_values"])
    let map = Maps(byString: ["a\0": ""])
    #expect(wireError { _ = try map.protobufBytes() }?.code == .nulInString)
    // NUL is looked for eight bytes at a time; every place must be seen.
    for length in 0..<20 {
      let name = String(repeating: "x", count: length) + "\0" + "abcdefgh"
      #expect(wireError { _ = try Node(name: name).protobufBytes() }?.code == .nulInString)
    }
  }

  @Test func unknownEnumNumbersSurvive() throws {
    let message = Scalars(colorValue: .unrecognized(77))
    #expect(try Scalars(protobuf: try message.protobufBytes()) == message)
    #expect(try message.json == #"{"colorValue":77}"#)
    #expect(try Scalars(jsonUTF8: try message.jsonUTF8()) == message)
  }
}
