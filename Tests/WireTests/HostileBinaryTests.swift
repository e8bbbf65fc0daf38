// Bytes made to hurt. Every one of them must end in an error, and none in a trap.

internal import FixtureMessages
internal import Testing
internal import Wire

@Suite struct HostileBinaryTests {
  private func code<Message: WireMessage>(
    _ bytes: [UInt8], as type: Message.Type = Scalars.self
  ) -> WireError.Code? {
    wireError { _ = try Message(protobuf: bytes) }?.code
  }

  /// A field of one message type, nested in itself.
  private func nested(_ levels: Int, tag: UInt8) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<levels {
      var length: [UInt8] = []
      var rest = bytes.count
      repeat {
        length.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
        rest >>= 7
      } while rest > 0
      bytes = [tag] + length + bytes
    }
    return bytes
  }

  @Test func nestingThatWouldKillASmallStack() {
    #expect(nested(800, tag: 0x12).count < 2400)
    #expect(code(nested(800, tag: 0x12), as: Node.self) == .tooDeep)
    #expect(code(nested(20_000, tag: 0x1A), as: Node.self) == .tooDeep)
  }

  @Test(arguments: [UInt8(0x12), 0x1A, 0x2A, 0x3A])
  func depthIsCountedForEveryKindOfField(tag: UInt8) throws {
    _ = try Node(protobuf: nested(100, tag: tag))
    #expect(code(nested(101, tag: tag), as: Node.self) == .tooDeep)
  }

  @Test func fourMebibytesOfEmptyMapEntries() {
    let bytes = [UInt8](repeating: 0, count: 4 << 20).indices.map { UInt8($0 % 2 == 0 ? 0x0A : 0) }
    #expect(code(bytes, as: Maps.self) == .tooManyElements)
    let roomy = DecodingLimits(maximumElements: .max)
    #expect(
      wireError { _ = try Maps(protobuf: bytes, limits: roomy) }?.code == .tooMuchMemory)
  }

  @Test func fourMebibytesOfUnknownFields() {
    let bytes = [UInt8](repeating: 0, count: 4 << 20).indices.map { UInt8($0 % 2 == 0 ? 0x08 : 0) }
    #expect(code(bytes, as: FixtureMessages.Nothing.self) == .tooManyElements)
  }

  @Test func packedNumbersCountAsElements() {
    let packed = [0x1A, 0x80, 0x80, 0x80, 0x02] + [UInt8](repeating: 1, count: 4 << 20)
    #expect(code(packed, as: Repeated.self) == .tooLarge)
    let smaller = [0x1A, 0x80, 0x80, 0x40] + [UInt8](repeating: 1, count: 1 << 20)
    #expect(code(smaller, as: Repeated.self) == .tooManyElements)
  }

  @Test func stringsThatTheLibraryWouldCut() {
    #expect(code([0x72, 3, 0x61, 0, 0x62]) == .nulInString)
    #expect(code([0x72, 1, 0]) == .nulInString)
    // In a map's key, too.
    #expect(code([0x32, 3, 0x0A, 1, 0], as: Maps.self) == .nulInString)
  }

  @Test(
    arguments: [
      [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
      [0xF0, 0x8F, 0xBF, 0xBF],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE6, 0xA2], [0xC2, 0x41],
    ] as [[UInt8]])
  func stringsThatAreNotUTF8(text: [UInt8]) {
    #expect(code([0x72, UInt8(text.count)] + text) == .invalidUTF8)
    let padded = Array("12345678".utf8) + text
    #expect(code([0x72, UInt8(padded.count)] + padded) == .invalidUTF8)
    // Bytes may be anything.
    #expect(code([0x7A, UInt8(text.count)] + text) == nil)
  }

  @Test func repeatedSingularMessages() {
    let twice: [UInt8] = [0x32, 2, 0x18, 1, 0x32, 2, 0x28, 1]
    #expect(code(twice, as: Request.self) == .duplicate)
    // Within a oneof, at once or with another member between them.
    let inOneof: [UInt8] = [0x62, 2, 0x18, 1, 0x62, 2, 0x28, 1]
    #expect(code(inOneof, as: Choice.self) == .duplicate)
    #expect(code([0x62, 0, 0x20, 1, 0x62, 0], as: Choice.self) == .duplicate)
    // A field of a high place has its bit, too.
    #expect(code([0xE2, 8, 0, 0xE2, 8, 0], as: Many.self) == .duplicate)
    #expect(code([0xE2, 8, 0, 0xDA, 8, 0], as: Many.self) == nil)
  }

  @Test func theLastScalarAndTheLastMemberCount() throws {
    #expect(try Scalars(protobuf: [0x18, 1, 0x18, 2]).int32Value == 2)
    #expect(try Scalars(protobuf: [0x72, 1, 0x61, 0x72, 1, 0x62]).stringValue == "b")
    let choice = try Choice(protobuf: [0x4A, 1, 0x61, 0x20, 7])
    #expect(choice.kind == .int32Value(7))
    let back = try Choice(protobuf: [0x20, 7, 0x4A, 1, 0x61, 0x52, 2, 1, 2])
    #expect(back.kind == .bytesValue([1, 2]))
  }

  @Test func tagsThatNoWriterWrites() {
    #expect(code([0x00, 1]) == .malformed)  // field 0
    #expect(code([0x82, 0x00, 0]) == .malformed)  // field 0, overlong
    #expect(code([0x1B]) == .unsupported)  // start group
    #expect(code([0x1C]) == .unsupported)  // end group
    #expect(code([0x1E, 0]) == .malformed)  // wire type 6
    #expect(code([0x1F, 0]) == .malformed)  // wire type 7
    #expect(code([0xF8, 0xFF, 0xFF, 0xFF, 0x1F, 0]) == .malformed)  // 33 bits
    #expect(code([0xF8, 0xFF, 0xFF, 0xFF, 0x8F, 0x00, 0]) == .malformed)  // six bytes
    #expect(code([0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 1]) == nil)  // the highest field there is
  }

  @Test func wireTypesOfAnotherField() {
    #expect(code([0x1D, 0, 0, 0, 0]) == .wrongType)  // int32 as fixed32
    #expect(code([0x08, 0]) == .wrongType)  // double as varint
    #expect(code([0x1A, 1, 5]) == .wrongType)  // a singular int32, packed
    #expect(code([0x70, 5]) == .wrongType)  // string as varint
    #expect(code([0x8D, 1, 0, 0, 0, 0], as: Repeated.self) == .wrongType)  // message as fixed32
  }

  @Test func packedAndUnpackedAreBothRead() throws {
    let expected = Repeated(int32Values: [1, 2], unpackedValues: [3, 4])
    let packed: [UInt8] = [0x1A, 2, 1, 2, 0x92, 1, 2, 3, 4]
    let unpacked: [UInt8] = [0x18, 1, 0x18, 2, 0x90, 1, 3, 0x90, 1, 4]
    #expect(try Repeated(protobuf: packed) == expected)
    #expect(try Repeated(protobuf: unpacked) == expected)
    #expect(try Repeated(protobuf: [0x1A, 0]) == Repeated())
    // Booleans of several bytes each.
    #expect(try Repeated(protobuf: [0x6A, 4, 0x80, 0x01, 0x80, 0x00]).boolValues == [true, false])
  }

  @Test func packedFieldsThatEndInTheMiddle() {
    #expect(code([0x0A, 7, 0, 0, 0, 0, 0, 0, 0], as: Repeated.self) == .malformed)
    #expect(code([0x12, 3, 0, 0, 0], as: Repeated.self) == .malformed)
    #expect(code([0x1A, 2, 1, 0x80], as: Repeated.self) == .malformed)
  }

  @Test func varintsAndLengthsThatAreTooLong() throws {
    let ten: [UInt8] = [0x18] + [UInt8](repeating: 0xFF, count: 9) + [0x01]
    #expect(try Scalars(protobuf: ten).int32Value == -1)
    #expect(code([0x18] + [UInt8](repeating: 0xFF, count: 10) + [0x01]) == .malformed)
    #expect(
      code([0x1A] + [11] + [UInt8](repeating: 0x80, count: 10) + [1], as: Repeated.self)
        == .malformed)
    // An unknown field is held to the same.
    #expect(code([0xF8, 0x3F] + [UInt8](repeating: 0x80, count: 11)) == .malformed)
    #expect(code([0x72, 0x81, 0x80, 0x80, 0x80, 0x00, 0x61]) == nil)
    #expect(code([0x72, 0x81, 0x80, 0x80, 0x80, 0x80, 0x00, 0x61]) == .malformed)
    #expect(code([0x72, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]) == .malformed)
  }

  @Test func numbersAreCutToTheirWidthAsEveryReaderDoes() throws {
    // 2^32 + 5 as int32 and uint32, 2^32 as a boolean.
    let bytes: [UInt8] = [0x18, 0x85, 0x80, 0x80, 0x80, 0x10, 0x28, 0x85, 0x80, 0x80, 0x80, 0x10]
    #expect(try Scalars(protobuf: bytes) == Scalars(int32Value: 5, uint32Value: 5))
    #expect(try Scalars(protobuf: [0x68, 0x80, 0x80, 0x80, 0x80, 0x10]).boolValue)
  }

  @Test func everyTruncationIsRefusedOrIsAShorterMessage() throws {
    var chance = Chance(seed: 9)
    let bytes = try chance.repeated().protobufBytes() + (try chance.maps().protobufBytes())
    for count in 0..<bytes.count {
      let part = Array(bytes[..<count])
      if let error = wireError({ _ = try Repeated(protobuf: part) }) {
        #expect([.malformed, .wrongType, .invalidUTF8].contains(error.code))
      }
    }
    let scalars = try chance.scalars().protobufBytes()
    #expect(wireError { _ = try Scalars(protobuf: Array(scalars.dropLast())) } != nil)
  }

  @Test func theErrorNamesTheFields() {
    // filter.string_value of a request, and a string in the second of a list.
    let inner: [UInt8] = [0x32, 3, 0x72, 1, 0xFF]
    let error = wireError { _ = try Request(protobuf: inner) }
    #expect(error?.path == ["filter", "string_value"])
    #expect(error?.description == "filter.string_value: string is not UTF-8")
  }
}
