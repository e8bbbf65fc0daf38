// Files that were made to hurt: each is refused quickly, with an error, and with bounded memory.

internal import Testing

@testable internal import Imports

@Suite struct HostileFileTests {
  private static func read(_ bytes: [UInt8]) -> ImportFile {
    ImportFile.read(bytes, kind: Samples.kind, limits: ImportLimits())
  }

  private static let header = Array("代码,名称,数量,备注\n".utf8)

  @Test func aCellOfTenMegabytesIsRefused() {
    let cell = [UInt8](repeating: UInt8(ascii: "a"), count: 10 << 20)
    for file in [
      Self.read(Self.header + Array("1,".utf8) + cell + Array(",,\n".utf8)),
      Self.read(Self.header + Array("1,\"".utf8) + cell + Array("\",,\n".utf8)),
      Self.read(cell),
    ] {
      #expect(file.errors.map(\.rule) == ["file.record_too_long"])
    }
  }

  @Test func aMillionColumnsAreRefused() {
    let commas = [UInt8](repeating: UInt8(ascii: ","), count: 1_000_000)
    let asHeader = Self.read(Array("a".utf8) + commas + Array("b\n".utf8))
    #expect(asHeader.errors.map(\.rule) == ["file.too_many_columns"])
    let asRow = Self.read(Self.header + Array("1".utf8) + commas + Array("2\n3,c,,\n".utf8))
    #expect(asRow.errors.map(\.rule) == ["row.width"])
    #expect(asRow.errors[0].value.count <= ImportLimits().valueCharacters)
  }

  @Test func aQuoteBombEndsAtTheFirstBrokenRow() {
    let marks = [UInt8](repeating: UInt8(ascii: "\""), count: 1_000_001)
    let file = Self.read(Self.header + marks + Array("\n1,a,,\n".utf8))
    #expect(file.errorCount >= 1)
    #expect(file.rows.count <= 1)
  }

  @Test func manyBrokenRowsAreCountedNotKept() {
    let rows = (0..<50_000).map { _ in "x\"y\n" }.joined()
    let file = Self.read(Self.header + Array(rows.utf8))
    #expect(file.errorCount == 50_000)
    #expect(file.errors.count == ImportLimits().errors)
  }

  @Test func emptyLinesByTheHundredThousandAreNoRows() {
    let file = Self.read(Self.header + [UInt8](repeating: UInt8(ascii: "\n"), count: 300_000))
    #expect(file.errors.isEmpty)
    #expect(file.rows.isEmpty)
  }

  @Test func mixedLineEndsKeepTheirCount() {
    let file = Self.read(Self.header + Array("1,a,,\r2,b,,\r\n3,\"c\r\nd\",,\n\r4,,,\n".utf8))
    #expect(file.rows.map(\.line) == [2, 3, 4, 7])
    #expect(file.errors.map(\.line) == [7])
    #expect(file.rows[2]["name"] == "c\nd")
  }

  @Test func anyBytesGiveAnAnswer() {
    var generator = SystemRandomNumberGenerator()
    let pieces: [[UInt8]] = [
      [0x22], [0x2C], [0x0A], [0x0D], [0x00], [0xFF], [0xEF, 0xBB, 0xBF], [0xB4, 0xFA],
      Array("代码".utf8), Array("名称".utf8), Array("#结束,".utf8), [0x31], [0xE4, 0xBB], [0x81, 0x30],
    ]
    for _ in 0..<3_000 {
      var bytes: [UInt8] = Bool.random(using: &generator) ? Self.header : []
      for _ in 0..<Int.random(in: 0...20, using: &generator) {
        bytes += pieces.randomElement(using: &generator) ?? []
      }
      let file = Self.read(bytes)
      #expect(file.errorCount >= file.errors.count)
    }
  }
}
