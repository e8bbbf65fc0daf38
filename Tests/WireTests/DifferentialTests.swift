// Against another implementation: what Python's protobuf wrote must mean the same here.

internal import FixtureMessages
internal import Testing
internal import Wire

@Suite struct DifferentialTests {
  @Test func theVectorsCoverEveryFixtureMessage() {
    #expect(Set(Vector.all.map(\.name)) == Set(FixtureType.allCases.map(\.rawValue)))
    #expect(Vector.all.count > 250)
  }

  @Test func bytesOfPythonReadAndWriteBackUnchanged() throws {
    // The C library leaves out keys and values of map entries that are at their default, where
    // Python writes them. Both are right; only messages without maps must agree in every byte.
    let withMaps: Set<String> = ["Maps", "Node", "Detour", "Choice", "WellKnown"]
    for vector in Vector.all {
      func check<Message: WireMessage>(_ type: Message.Type) throws {
        let message = try Message(protobuf: vector.bytes)
        let bytes = try message.protobufBytes()
        #expect(try Message(protobuf: bytes) == message, "\(vector.testDescription)")
        if !withMaps.contains(vector.name) {
          #expect(bytes == vector.bytes, "\(vector.testDescription)")
        }
      }
      let type = try #require(FixtureType(rawValue: vector.name)).type
      try check(type)
    }
  }

  @Test func jsonOfPythonMeansTheSameAsItsBytes() throws {
    for vector in Vector.all {
      func check<Message: WireMessage>(_ type: Message.Type) throws {
        let message = try Message(protobuf: vector.bytes)
        #expect(try Message(jsonUTF8: vector.json) == message, "\(vector.testDescription)")
      }
      let type = try #require(FixtureType(rawValue: vector.name)).type
      try check(type)
    }
  }

  @Test func ourJSONReadsBackAsTheSameMessage() throws {
    for vector in Vector.all {
      func check<Message: WireMessage>(_ type: Message.Type) throws {
        let message = try Message(protobuf: vector.bytes)
        let json = try message.jsonUTF8()
        #expect(try Message(jsonUTF8: json) == message, "\(vector.testDescription)")
      }
      let type = try #require(FixtureType(rawValue: vector.name)).type
      try check(type)
    }
  }
}
