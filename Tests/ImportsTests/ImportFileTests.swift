internal import Foundation
internal import Testing

@testable internal import Imports

@Suite struct ImportFileTests {
  private static func read(_ text: String, limits: ImportLimits = ImportLimits()) -> ImportFile {
    read(Array(text.utf8), limits: limits)
  }

  private static func read(_ bytes: [UInt8], limits: ImportLimits = ImportLimits()) -> ImportFile {
    ImportFile.read(bytes, kind: Samples.kind, limits: limits)
  }

  private static let header = "代码,名称,数量,备注\n"

  private static func rules(_ file: ImportFile) -> [String] { file.errors.map(\.rule) }

  /// 代码,名称 / 1,玉林 / in GB18030.
  private static let gb18030: [UInt8] =
    [0xB4, 0xFA, 0xC2, 0xEB, 0x2C, 0xC3, 0xFB, 0xB3, 0xC6, 0x0D, 0x0A]
    + [0x31, 0x2C, 0xD3, 0xF1, 0xC1, 0xD6, 0x0D, 0x0A]

  // MARK: Encodings

  @Test(arguments: ["", "\u{FEFF}"])
  func utf8IsReadWithAndWithoutItsMark(mark: String) {
    let file = Self.read(mark + Self.header + "1,玉林,2,x\n")
    #expect(file.errors.isEmpty)
    #expect(
      file.rows == [
        ImportRow(line: 2, cells: ["code": "1", "name": "玉林", "amount": "2", "note": "x"])
      ])
  }

  @Test func gb18030IsReadAndSaid() {
    let file = Self.read(Self.gb18030)
    #expect(file.errors.isEmpty)
    #expect(file.rows.map { $0["name"] } == ["玉林"])
    #expect(file.notes.contains { $0.zh.contains("GB18030") })
  }

  @Test func theRareCharactersOfGB18030AreRead() {
    // 𠮷 has four bytes in GB18030.
    let rare: [UInt8] = [0x95, 0x34, 0xA1, 0x32]
    let file = Self.read(
      Array(Self.gb18030[..<11]) + [0x31, 0x2C] + rare + [0x0A])
    #expect(file.errors.isEmpty)
    #expect(file.rows.first?["name"].unicodeScalars.count == 1)
  }

  @Test func damagedUTF8IsNotTakenForGB18030() {
    var bytes = Array((Self.header + "1,玉林市工艺美术,2,x\n2,北流,3,y\n").utf8)
    let place = bytes.count - 20
    bytes[place] = 0xFF
    let file = Self.read(bytes)
    #expect(Self.rules(file) == ["file.encoding"])
    #expect(file.errors[0].zh.contains("UTF-8"))
    #expect(file.errors[0].line >= 2)
  }

  @Test func aMarkedFileMustBeUTF8() {
    #expect(Self.rules(Self.read([0xEF, 0xBB, 0xBF] + Self.gb18030)) == ["file.encoding"])
  }

  @Test(arguments: [
    [0xFF, 0xFE, 0x61, 0], [0xFE, 0xFF, 0, 0x61], [0x80, 0x80, 0x0A], [0xFF, 0x0A],
  ])
  func otherEncodingsAreRefused(bytes: [UInt8]) {
    #expect(Self.rules(Self.read(bytes)) == ["file.encoding"])
  }

  @Test func aNULByteIsFoundWithItsLine() {
    let file = Self.read(Self.header + "1,a\0b,2,x\n")
    #expect(Self.rules(file) == ["file.nul"])
    #expect(file.errors[0].line == 2)
  }

  // MARK: Cut off

  @Test(arguments: [
    "1,a,2,x", "1,a,2,x\n2,\"b", "1,a,2,x\n2,b\n", "1,a,2,x\n#结束,2\n", "1,\"a\n2,b,2,y\n",
    "1,a,2,x\n2,b,3,\"\n",
  ])
  func aCutFileIsRefusedAsCutOff(rows: String) {
    let file = Self.read(Self.header + rows)
    #expect(file.errors.first?.rule == "file.truncated")
    #expect(file.errors.first?.zh.contains("文件被截断") == true)
  }

  /// Whatever is cut off a file that tells its length, it is never taken for whole: it is refused,
  /// or, cut between two rows, said to have no end.
  @Test func everyCutOfAFileWithItsLengthIsRefusedOrSaid() {
    let whole = Array((Self.header + "1,玉林,2,\"x,y\"\r\n2,北流,3,z\r\n#结束,2\r\n").utf8)
    #expect(Self.read(whole).errors.isEmpty)
    #expect(!Self.hasNoEnd(Self.read(whole)))
    for length in 0..<(whole.count - 2) {
      let file = Self.read(Array(whole[..<length]))
      let isAtLineEnd = length > 0 && [0x0A, 0x0D].contains(whole[length - 1])
      if isAtLineEnd {
        #expect(Self.hasNoEnd(file), "cut to \(length) bytes")
      } else {
        #expect(!file.errors.isEmpty, "cut to \(length) bytes")
      }
    }
  }

  private static func hasNoEnd(_ file: ImportFile) -> Bool {
    file.notes.contains { $0.en == "no end mark: cannot tell whether the file is whole" }
  }

  @Test func aMissingEndIsSaidBeforeAnythingElse() {
    var limits = ImportLimits()
    limits.notes = 1
    let file = Self.read(Self.header + "１,a,,\n", limits: limits)
    #expect(Self.hasNoEnd(file))
  }

  @Test(arguments: [("#结束,2", true), ("#结束,２", true), ("#结束,2,,", true), ("#结束,3", false)])
  func theEndLineTellsTheNumberOfRows(trailer: String, isRight: Bool) {
    let file = Self.read(Self.header + "1,a,,\n2,b,,\n" + trailer + "\n")
    #expect(file.errors.isEmpty == isRight)
  }

  @Test func theEndLineCountsBrokenRowsToo() {
    let file = Self.read(Self.header + "1,a\"b,,\n2,b,,\n#结束,2\n")
    #expect(Self.rules(file) == ["row.quotes"])
  }

  @Test func anEndLineWithoutANumberAndContentAfterItAreRefused() {
    #expect(Self.rules(Self.read(Self.header + "1,a,,\n#结束\n")) == ["file.trailer"])
    #expect(
      Self.rules(Self.read(Self.header + "#结束,0\n1,a,,\n")) == ["file.after_end"])
  }

  // MARK: Header

  @Test func columnsAreFoundByTitleOrKeyInAnyOrder() {
    let file = Self.read("NAME, 代码 ,amount\nx,1,2\n")
    #expect(file.errors.isEmpty)
    #expect(file.rows.first?.cells == ["code": "1", "name": "x", "amount": "2"])
    #expect(file.notes.map(\.column) == ["", "备注"], "an absent optional column is said")
  }

  @Test func unknownMissingAndDuplicateColumnsAreAllTold() {
    let file = Self.read("代码,代码,地址\n1,2,3\n")
    #expect(
      Set(Self.rules(file)) == [
        "column.duplicate", "column.unknown", "column.missing",
      ])
    #expect(file.errors.allSatisfy { $0.line == 1 })
  }

  @Test(arguments: ["", "\n\n", "# only a comment\n", ",,,\n"])
  func aFileWithoutAHeaderIsRefused(text: String) {
    #expect(Self.rules(Self.read(text)) == ["file.empty"])
  }

  // MARK: Rows

  @Test func allErrorsComeAtOnceWithTheirPlace() {
    let file = Self.read(
      Self.header + "1,a,2,x\n2,,3,y\n\n# comment\n3,c,4\n\"4\n5\",d,5,z\n6,e\"f,6,w\n7,g,7,v\n")
    #expect(file.errors.map(\.line) == [3, 6, 9])
    #expect(Self.rules(file) == ["cell.required", "row.width", "row.quotes"])
    #expect(file.errors[0].column == "名称")
    #expect(file.errors[1].zh.contains("3列"))
    #expect(!file.errors.contains { $0.zh.isEmpty || $0.en.isEmpty })
  }

  @Test func fullWidthSignsAreNormalisedWhereTheyAreCodesAndAlwaysListed() {
    let file = Self.read(Self.header + "４５０９００－１,（玉林）,８２个,ＡＢ\n")
    #expect(file.rows.first?["code"] == "450900-1")
    #expect(file.rows.first?["name"] == "（玉林）", "running text stays as it is")
    #expect(file.rows.first?["amount"] == "８２个", "a printed number is kept to the letter")
    #expect(file.notes.filter { $0.line == 2 }.map(\.column) == ["代码", "数量"])
  }

  /// A row keeps what can be read of it, and knows which cells cannot.
  @Test func aRowWithABrokenCellIsKept() {
    let file = Self.read(Self.header + "1,,2,x\n2,b\u{7},3,y\n3,c,4\n4,\"d\"e,5,z\n5,f,6,w\n")
    #expect(file.rows.map(\.line) == [2, 3, 6])
    #expect(file.rows.map(\.flaws) == [["name"], ["name"], []])
    #expect(file.unreadRows == ["3,c,4", "4,\"d\"e,5,z"])
    #expect(file.isReadable)
  }

  @Test func moreBrokenRowsThanAreToldEndTheReading() {
    var limits = ImportLimits()
    limits.errors = 2
    #expect(Self.read(Self.header + "1\n2\n3,c,,\n", limits: limits).isReadable)
    #expect(!Self.read(Self.header + "1\n2\n3\n4,d,,\n", limits: limits).isReadable)
  }

  @Test func spacesAroundCellsGo() {
    let file = Self.read(Self.header + " 1 ,\u{3000}a b ,\u{A0}2, x\n")
    #expect(file.rows.first?.cells == ["code": "1", "name": "a b", "amount": "2", "note": "x"])
  }

  @Test(arguments: ["\u{7}", "\u{202E}", "\u{2066}", "\u{7F}", "\u{85}x"])
  func invisibleControlCharactersAreRefused(character: String) {
    let file = Self.read(Self.header + "1,a\(character)b,2,x\n")
    #expect(Self.rules(file) == ["cell.control"])
    #expect(file.errors[0].value.hasPrefix("U+"))
  }

  @Test func emptyRowsOfASpreadsheetAreSkipped() {
    let file = Self.read(Self.header + "1,a,,\n,,,\n   \n2,b,,\n")
    #expect(file.errors.isEmpty)
    #expect(file.rows.map(\.line) == [2, 5])
  }

  @Test func aCellWithoutAColumnIsRefused() {
    let file = Self.read("代码,名称,\n1,a,stray\n2,b,\n")
    #expect(Self.rules(file) == ["cell.without_column"])
  }

  // MARK: Limits

  @Test func everyLimitIsNamedWhenItIsReached() {
    var limits = ImportLimits()
    limits.rows = 2
    limits.columns = 4
    limits.cellCharacters = 5
    limits.recordBytes = 40
    #expect(
      Self.rules(Self.read(Self.header + "1,a,,\n2,b,,\n3,c,,\n4,d,,\n", limits: limits)) == [
        "file.too_many_rows"
      ])
    #expect(
      Self.rules(Self.read("代码,名称,a,b,c\n", limits: limits)) == ["file.too_many_columns"])
    #expect(
      Self.rules(Self.read(Self.header + "1,六个字的名称,,\n", limits: limits)) == ["cell.too_long"])
    #expect(Self.read(Self.header + "1,五个字刚好,,\n", limits: limits).errors.isEmpty)
    let long = Self.read(
      Self.header + "1,\(String(repeating: "a", count: 50)),,\n", limits: limits)
    #expect(Self.rules(long) == ["file.record_too_long"])
    #expect(long.errors[0].zh.contains("40"))
  }

  @Test func onlySoManyErrorsAndNotesAreKeptButAllAreCounted() {
    var limits = ImportLimits()
    limits.errors = 3
    limits.notes = 2
    limits.valueCharacters = 4
    let rows = (0..<10).map { "１\($0),,,long value here\n" }.joined()
    let file = Self.read(Self.header + rows, limits: limits)
    #expect(file.errorCount == 10)
    #expect(file.errors.count == 3)
    #expect(file.notes.count == 2)
  }

  // MARK: What a spreadsheet may do to a whole file

  @Test func aFileWithoutRowsIsNoted() {
    let file = Self.read(Self.header + "#结束,0\n")
    #expect(file.errors.isEmpty)
    #expect(file.notes.map(\.zh) == ["文件没有数据行"])
    #expect(file.notes.map(\.en) == ["the file has no rows"])
    #expect(Self.read(Self.header + "1,玉林,2,x\n#结束,1\n").notes.isEmpty)
  }

  @Test(arguments: [("\t", "Tab"), (";", ";"), ("；", "；"), ("，", "，"), ("|", "|")])
  func anotherSeparatorIsOneError(mark: String, shown: String) {
    for header in ["代码,名称,数量,备注", "\"code\",\"name\",\"amount\",\"note\""] {
      let text = (header + "\n1,玉林,2,x\n").replacing(",", with: mark)
      let file = Self.read(text)
      #expect(Self.rules(file) == ["file.separator"], "\(header)")
      #expect(file.errors.first?.zh == "分隔符应为逗号")
      #expect(file.errors.first?.en == "the separator must be a comma")
      #expect(file.errors.first?.value == shown)
    }
  }
}
