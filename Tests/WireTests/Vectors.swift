// The messages that Python's protobuf encoded: Tests/Fixtures/Wire/vectors.tsv.

internal import FixtureMessages
internal import Foundation
internal import Testing
internal import Wire

/// One line of the file.
struct Vector: Sendable, CustomTestStringConvertible {
  let line: Int
  let name: String
  let bytes: [UInt8]
  let json: [UInt8]

  var testDescription: String { "\(name), line \(line)" }

  static let all: [Vector] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/Wire/vectors.tsv")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    return text.split(separator: "\n").enumerated().compactMap { index, line in
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard columns.count == 3 else { return nil }
      return Vector(
        line: index + 1, name: String(columns[0]), bytes: [UInt8](hexadecimal: columns[1]),
        json: Array(columns[2].utf8))
    }
  }()
}

extension [UInt8] {
  /// Bytes from pairs of digits; spaces between them are passed over.
  init(hexadecimal text: some StringProtocol) {
    let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    self = stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }
}

/// The fixture messages by name, to run one body over all of them.
enum FixtureType: String, CaseIterable, Sendable {
  case scalars = "Scalars"
  case optionals = "Optionals"
  case repeated = "Repeated"
  case choice = "Choice"
  case maps = "Maps"
  case node = "Node"
  case detour = "Detour"
  case nothing = "Nothing"
  case names = "Names"
  case wellKnown = "WellKnown"
  case request = "Request"
  case many = "Many"

  var type: any WireMessage.Type {
    switch self {
    case .scalars: Scalars.self
    case .optionals: Optionals.self
    case .repeated: Repeated.self
    case .choice: Choice.self
    case .maps: Maps.self
    case .node: Node.self
    case .detour: Detour.self
    case .nothing: FixtureMessages.Nothing.self
    case .names: Names.self
    case .wellKnown: WellKnown.self
    case .request: Request.self
    case .many: Many.self
    }
  }
}

/// The error of a body that must throw one.
func wireError(
  _ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
) -> WireError? {
  do {
    try body()
  } catch let error as WireError {
    return error
  } catch {
    Issue.record("\(error) is no WireError", sourceLocation: sourceLocation)
  }
  return nil
}

extension WireMessage {
  /// Reads JSON from a string.
  init(json: String, limits: DecodingLimits = .default) throws(WireError) {
    try self.init(jsonUTF8: Array(json.utf8), limits: limits)
  }

  /// The message as JSON in a string.
  var json: String {
    get throws { String(decoding: try jsonUTF8(), as: UTF8.self) }
  }
}
