internal import Testing

@testable internal import Imports

@Suite struct ImportTemplateTests {
  @Test func aTemplateIsAFileOfItsKindWithoutRows() {
    let bytes = ImportTemplate.bytes(of: Samples.kind)
    #expect(bytes.starts(with: [0xEF, 0xBB, 0xBF]), "a spreadsheet needs the mark")
    let file = ImportFile.read(bytes, kind: Samples.kind, limits: ImportLimits())
    #expect(file.errors.isEmpty)
    #expect(file.notes.count == 2)
    #expect(file.notes.first?.zh.contains("#结束") == true)
    #expect(file.notes.last?.zh == "文件没有数据行")
    #expect(file.rows.isEmpty)
  }

  @Test func aTemplateExplainsEveryColumn() {
    let text = String(decoding: ImportTemplate.bytes(of: Samples.kind), as: UTF8.self)
    for column in Samples.columns {
      #expect(text.contains("\(column.title)（\(column.key)）"))
      #expect(text.contains(column.explanation))
      #expect(text.contains(column.example))
    }
    #expect(text.contains("#结束"))
  }

  @Test func aFilledTemplateIsRead() {
    let bytes = ImportTemplate.bytes(of: Samples.kind) + Array("1,甲,2,\r\n#结束,1,,\r\n".utf8)
    let file = ImportFile.read(bytes, kind: Samples.kind, limits: ImportLimits())
    #expect(file.errors.isEmpty)
    #expect(file.rows.map { $0["name"] } == ["甲"])
  }

  @Test func everyMoveOfAnImportIsInTheTable() {
    let allowed: Set<[ImportState]> = [
      [.receiving, .validated], [.receiving, .refused], [.validated, .validated],
      [.validated, .refused], [.validated, .committed], [.committed, .reverted],
    ]
    for from in ImportState.allCases {
      for to in ImportState.allCases {
        let next = try? from.moved(to: to)
        #expect(next == (allowed.contains([from, to]) ? to : nil))
      }
    }
  }
}
