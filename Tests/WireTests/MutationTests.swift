// Messages damaged by chance: reading them must give a message or an error, and a message that was
// read must be written and read again as the same.

internal import FixtureMessages
internal import Testing
internal import Wire

@Suite struct MutationTests {
  /// Damages bytes in one of the ways in which they get damaged.
  private func damage(_ bytes: [UInt8], _ chance: inout Chance) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &chance) {
      guard !bytes.isEmpty else { return [UInt8(truncatingIfNeeded: chance.next())] }
      let place = Int.random(in: 0..<bytes.count, using: &chance)
      switch Int.random(in: 0..<6, using: &chance) {
      case 0: bytes[place] = UInt8(truncatingIfNeeded: chance.next())
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(UInt8(truncatingIfNeeded: chance.next()), at: place)
      case 4: bytes.removeSubrange(place...)
      default: bytes += bytes[place...].prefix(30)
      }
    }
    return bytes
  }

  private func check<Message: WireMessage>(
    _ type: Message.Type, _ original: [UInt8], json: Bool, rounds: Int, _ chance: inout Chance
  ) throws -> Int {
    var accepted = 0
    for _ in 0..<rounds {
      let bytes = damage(original, &chance)
      do {
        let message = json ? try Message(jsonUTF8: bytes) : try Message(protobuf: bytes)
        accepted += 1
        let written = try message.protobufBytes()
        // Compared as bytes: NaN is not equal to itself.
        #expect(try Message(protobuf: written).protobufBytes() == written)
      } catch {}
    }
    return accepted
  }

  @Test(arguments: [false, true])
  func damagedMessagesEndInAnErrorOrInAMessage(json: Bool) throws {
    var chance = Chance(seed: json ? 11 : 10)
    var accepted = 0
    for vector in Vector.all where vector.bytes.count < 2000 {
      let type = try #require(FixtureType(rawValue: vector.name)).type
      accepted += try check(
        type, json ? vector.json : vector.bytes, json: json, rounds: 40, &chance)
    }
    // Both outcomes must have been seen, or the damage is too great or too small.
    #expect(accepted > 500)
  }

  @Test func noiseEndsInAnErrorOrInAMessage() throws {
    var chance = Chance(seed: 12)
    for _ in 0..<3000 {
      let bytes = (0..<Int.random(in: 0...60, using: &chance)).map { _ in
        UInt8(truncatingIfNeeded: chance.next())
      }
      for fixture in [FixtureType.node, .maps, .repeated, .choice] {
        _ = wireError { _ = try fixture.type.init(protobuf: bytes) }
        _ = wireError { _ = try fixture.type.init(jsonUTF8: bytes) }
      }
    }
  }
}
