// Converts messages between the two encodings, so that the tests can hold them against those of other
// programs. Many conversions per process: starting one costs more than all of them.
//
// A request on standard input is three texts, each after its length in four bytes, big end first: the
// direction (`json` or `proto`: what to write), the full name of the message, the message. The answer
// is a byte, 0 for a message and 1 for a refusal, and the message or the error after its length.

internal import FixtureMessages
internal import Foundation
internal import Wire

@main
enum Main {
  /// As many bytes as a test may send at once.
  private static let maximumText = 64 << 20

  private static let types: [any WireMessage.Type] = [
    Scalars.self, Optionals.self, Repeated.self, Choice.self, Maps.self, Node.self, Names.self,
    WellKnown.self, Request.self,
  ]

  static func main() throws {
    while let direction = try readText() {
      guard let name = try readText(), let message = try readText() else { exit(65) }
      var status: UInt8 = 0
      var answer: [UInt8]
      do {
        answer = try convert([UInt8](message), named: name, to: direction)
      } catch {
        status = 1
        answer = Array("\(error)".utf8)
      }
      let count = withUnsafeBytes(of: UInt32(answer.count).bigEndian) { [UInt8]($0) }
      try FileHandle.standardOutput.write(contentsOf: Data([status] + count + answer))
    }
  }

  private static func convert(
    _ message: [UInt8], named name: Data, to direction: Data
  ) throws -> [UInt8] {
    let name = String(decoding: name, as: UTF8.self)
    guard let type = types.first(where: { $0.schema.name == name }) else { exit(66) }
    return direction == Data("json".utf8)
      ? try type.init(protobuf: message).jsonUTF8(types: FixtureFiles.types)
      : try type.init(jsonUTF8: message, types: FixtureFiles.types).protobufBytes()
  }

  /// The next text; nil at the end of input.
  private static func readText() throws -> Data? {
    guard let head = try FileHandle.standardInput.read(upToCount: 4), head.count == 4 else {
      return nil
    }
    let count = head.reduce(0) { $0 << 8 | Int($1) }
    guard count <= maximumText else { exit(67) }
    var text = Data()
    while text.count < count {
      guard let piece = try FileHandle.standardInput.read(upToCount: count - text.count),
        !piece.isEmpty
      else { exit(68) }
      text += piece
    }
    return text
  }
}
