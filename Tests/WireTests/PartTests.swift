// The parts of Wire by themselves.

internal import FixtureMessages
internal import Testing

@testable internal import Wire

@Suite struct ArenaTests {
  @Test func memoryIsAlignedAndDoesNotOverlap() throws {
    let arena = Arena(expected: 64, maximum: 1 << 22)
    var pieces: [UnsafeMutableRawBufferPointer] = []
    for size in [1, 7, 8, 9, 64, 0, 3, 5000, 2, 2_000_000, 1] {
      let start = try #require(Arena.allocate(size, from: arena.state))
      #expect(UInt(bitPattern: start) % 8 == 0)
      pieces.append(UnsafeMutableRawBufferPointer(start: start, count: size))
    }
    for (index, piece) in pieces.enumerated() {
      _ = piece.initializeMemory(as: UInt8.self, repeating: UInt8(index))
    }
    for (index, piece) in pieces.enumerated() { #expect(piece.allSatisfy { $0 == UInt8(index) }) }
  }

  @Test func theCapIsExact() {
    let arena = Arena(expected: 0, maximum: 24)
    #expect(Arena.allocate(25, from: arena.state) == nil)
    #expect(Arena.allocate(9, from: arena.state) != nil)
    #expect(Arena.allocate(9, from: arena.state) == nil)
    #expect(Arena.allocate(8, from: arena.state) != nil)
    #expect(Arena.allocate(1, from: arena.state) == nil)
    #expect(Arena.allocate(0, from: arena.state) != nil)
    #expect(Arena.allocate(-1, from: arena.state) == nil)
    #expect(Arena.allocate(.max, from: arena.state) == nil)
  }

  @Test func limitsBeyondAllMemoryAreNoProblem() {
    let arena = Arena(expected: .min, maximum: .max)
    #expect(Arena.allocate(100, from: arena.state) != nil)
  }

  /// The pre-scan's projection bounds what the C library asks for, so one chunk is enough.
  @Test func theProjectionIsNeverTooSmall() throws {
    for vector in Vector.all {
      let type = try #require(FixtureType(rawValue: vector.name)).type
      try vector.bytes.withUnsafeBytes { bytes in
        var scan = PreScan(limits: .default)
        try scan.scan(bytes, schema: type.schema)
        _ = try type.init(
          protobuf: bytes, limits: DecodingLimits(maximumAllocation: scan.projected))
      }
    }
  }
}

@Suite struct StringCheckTests {
  private func isFine(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { fault(inString: $0) == nil }
  }

  @Test func agreesWithTheStandardLibraryOnEverySequenceOfTwoBytes() {
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max {
        let bytes = [first, second]
        let expected = String(validating: bytes, as: UTF8.self) != nil && !bytes.contains(0)
        #expect(isFine(bytes) == expected)
      }
    }
  }

  @Test func agreesWithTheStandardLibraryOnSequencesMadeByChance() {
    var chance = Chance(seed: 30)
    let interesting: [UInt8] = [
      0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 0xE0, 0xE6, 0xED, 0xF0, 0xF4,
    ]
    for _ in 0..<50_000 {
      let bytes = (0..<Int.random(in: 0...20, using: &chance)).map { _ in
        chance.one(in: 3) ? interesting.randomElement(using: &chance) ?? 0 : UInt8(0x61)
      }
      #expect(isFine(bytes) == (String(validating: bytes, as: UTF8.self) != nil))
    }
  }

  @Test func nulIsFoundAtEveryPlace() {
    for count in 1...40 {
      for place in 0..<count {
        var bytes = [UInt8](repeating: 0x61, count: count)
        #expect(!bytes.withUnsafeBytes { containsNul($0) })
        bytes[place] = 0
        #expect(bytes.withUnsafeBytes { containsNul($0) })
        #expect(bytes.withUnsafeBytes { fault(inString: $0) } == .nul)
      }
    }
  }
}

@Suite struct TimeTextTests {
  @Test func everyDayOfTheCalendarReadsBack() throws {
    // Every 37th day at a changing time, over all years.
    for day in stride(from: Int64(-719_162), to: 2_932_896, by: 37) {
      let time = TimeText(seconds: day * 86_400 + (day &* 7919) % 43_200 + 43_200, nanoseconds: 1)
      let text = try #require(time.timestampText)
      let read = Array(text.utf8).withUnsafeBytes { TimeText.timestamp($0) }
      #expect(read == time, "\(text)")
    }
  }
}

@Suite struct FieldSetTests {
  @Test func remembersEveryFieldOnce() {
    var set = FieldSet()
    var answers: [Bool] = []
    for index in [0, 63, 64, 65, 127, 128, 1000] {
      answers.append(set.insert(index))
      answers.append(!set.insert(index))
    }
    answers.append(set.insert(1))
    answers.append(!set.insert(1000))
    #expect(answers.allSatisfy { $0 })
  }
}

@Suite struct SchemaTests {
  @Test func fieldsAreFoundByNumberWhateverTheHint() {
    let schema = Many.schema
    for hint in [0, 1, 70, 140, 141, 1000] {
      #expect(schema.index(ofNumber: 1, after: hint) == 0)
      #expect(schema.index(ofNumber: 140, after: hint) == 139)
      #expect(schema.index(ofNumber: 536_870_911, after: hint) == 140)
      #expect(schema.index(ofNumber: 141, after: hint) == nil)
      #expect(FixtureMessages.Nothing.schema.index(ofNumber: 1, after: hint) == nil)
    }
  }

  @Test func everyNameOfEveryFieldIsFound() {
    for fixture in FixtureType.allCases {
      let schema = fixture.type.schema
      for index in 0..<schema.fieldCount {
        let field = schema.field(index)
        for name in [field.name, field.jsonName] {
          for hint in [0, index, 1000] {
            let found = Array(name.utf8).withUnsafeBytes {
              schema.index(ofJSONName: $0, hint: hint)
            }
            #expect(found == index, "\(fixture) \(name)")
          }
          let longer = Array((name + "x").utf8).withUnsafeBytes {
            schema.index(ofJSONName: $0, hint: index)
          }
          #expect(longer == nil)
        }
      }
    }
  }

  @Test func schemasKnowTheirNames() {
    #expect(Node.schema.name == "lianshe.fixture.v1.Node")
    #expect(Node.schema == Node.schema)
    #expect(Node.schema != Detour.schema)
  }
}
