// The messages that inputs are read as: every fixture, and shipped ones with much in them.

internal import CommonMessages
internal import FixtureMessages
internal import WellKnownMessages
internal import Wire

/// The first byte of an input of messages chooses one. New ones go to the end, so that inputs keep
/// their meaning.
let schemas: [any WireMessage.Type] = [
  Scalars.self, Optionals.self, Repeated.self, Choice.self, Maps.self, Node.self, Detour.self,
  FixtureMessages.Nothing.self, Names.self, WellKnown.self, FixtureMessages.Request.self,
  Many.self,
  Struct.self, Value.self, ListValue.self, Timestamp.self, Duration.self, FieldMask.self,
  EntryHeader.self, EntryKind.self, ListEntryKindsResponse.self, QuarantineItem.self,
  BadRequest.self, FigureExplanation.self, ValidateImportResponse.self, AppendRowsRequest.self,
  AnyMessage.self,
]

/// What an Any may hold in JSON.
let knownTypes = TypeRegistry([FixtureFiles.types, CommonFiles.types])

/// Bounds that a short input reaches.
let narrowLimits = DecodingLimits(
  maximumSize: 1 << 16, maximumDepth: 24, maximumElements: 1 << 10, maximumAllocation: 1 << 17)

extension [UInt8] {
  /// Whether a text stands somewhere in these bytes.
  func holds(_ text: StaticString) -> Bool {
    let wanted = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    return withUnsafeBytes { bytes in
      guard let first = wanted.first, bytes.count >= wanted.count else { return wanted.isEmpty }
      return (0...bytes.count - wanted.count).contains { start in
        bytes[start] == first
          && (1..<wanted.count).allSatisfy { bytes[start + $0] == wanted[$0] }
      }
    }
  }
}
