internal import Testing

@testable internal import Imports

@Suite struct RecordsTests {
  private static func split(_ text: String) -> RecordSplit {
    Records.split(text, limits: ImportLimits())
  }

  private static func quoted(_ field: String) -> String {
    "\"" + field.replacing("\"", with: "\"\"") + "\""
  }

  @Test func recordsKnowTheirLines() {
    let split = Self.split("a,b\n\"x\ny\",2\r\n\r3,4\r\n")
    #expect(split.records.map(\.line) == [1, 2, 4, 5])
    #expect(split.records.map(\.text) == ["a,b", "\"x\ny\",2", "", "3,4"])
    #expect(split.isClosed)
    #expect(split.endsWithNewline)
  }

  @Test(arguments: [
    ("a,b", ["a", "b"]), ("\"a\"\"b\",c", ["a\"b", "c"]), ("\"\",", ["", ""]),
    (",,", ["", "", ""]),
    ("\"a,b\",\"c\nd\"", ["a,b", "c\nd"]), ("\"a\",b", ["a", "b"]), ("a,\"b\",c", ["a", "b", "c"]),
    ("一,“二”,三", ["一", "“二”", "三"]), ("#x,y", ["#x", "y"]),
  ])
  func fieldsAreRead(text: String, fields: [String]) throws {
    let record = try #require(Self.split("z\n" + text + "\n").records.last)
    guard !text.hasPrefix("#") else { return }
    #expect(record.fieldCount == fields.count)
    #expect(Records.fields(of: record) == fields)
  }

  @Test(arguments: ["a\"b", "\"a\"b", "\"a\" ,b", "a,b\"", "\"a\"\"", " \"a\""])
  func aStrayQuotationMarkBreaksItsOwnRowOnly(text: String) {
    let split = Self.split(text + "\nx,y\n")
    guard split.isClosed else {
      #expect(text == "\"a\"\"")
      return
    }
    #expect(split.records.count == 2)
    #expect(Records.fields(of: split.records[0]) == nil)
    #expect(Records.fields(of: split.records[1]) == ["x", "y"])
  }

  @Test func aCommaWithACombiningMarkIsSeenByBytesAndRefused() {
    // SwiftCSV compares characters: comma and accent are one, and two cells would become one.
    let split = Self.split("a,\u{301}b\n")
    #expect(split.records[0].fieldCount == 2)
    #expect(Records.fields(of: split.records[0]) == nil)
  }

  @Test func quotesInACommentSwallowNothing() {
    let split = Self.split("# say \"hi\nx,y\n")
    #expect(split.records.map(\.text) == ["# say \"hi", "x,y"])
  }

  @Test func whatAWriterQuotesAReaderGetsBack() throws {
    var generator = SystemRandomNumberGenerator()
    let alphabet = ["a", "玉", "\"", ",", "\n", " ", "８", "👨‍👩‍👧", "é", "#", "\t", "'", "“"]
    for _ in 0..<400 {
      let rows = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
        (0..<4).map { _ in
          (0..<Int.random(in: 0...6, using: &generator))
            .map { _ in alphabet.randomElement(using: &generator) ?? "" }.joined()
        }
      }
      let end = ["\n", "\r\n", "\r"].randomElement(using: &generator) ?? "\n"
      let text = rows.map { $0.map(Self.quoted).joined(separator: ",") + end }.joined()
      let split = Self.split(text)
      #expect(split.isClosed && split.endsWithNewline)
      #expect(split.records.map { Records.fields(of: $0) } == rows)
    }
  }

  @Test func anyBytesAreReadWithoutATrap() {
    let alphabet: [String] = ["\"", ",", "\n", "\r", "#", "a", "\u{301}", " ", "\u{FEFF}"]
    for _ in 0..<2_000 {
      let text = (0..<Int.random(in: 0...12)).compactMap { _ in alphabet.randomElement() }.joined()
      let split = Self.split(text)
      for record in split.records {
        if let fields = Records.fields(of: record) { #expect(fields.count == record.fieldCount) }
      }
    }
  }
}
