// The training set: the same bytes every time, in the form that the services take, and nothing that
// could be taken for a record.

internal import ArgumentParser
internal import Foundation
internal import Testing

@testable internal import Admin

/// The set, read back from its bytes.
enum TrainingReader {
  /// Made once: it is 130 000 rows.
  static let set = TrainingSet()
  /// All but the reports, which are too many to take apart cell by cell in a test.
  static let sheets = set.files.filter { !$0.kind.hasPrefix("statistics/") }
    .map { TrainingSheet($0) }
  /// The reports of the first firms; a firm's rows stand together.
  static let reports = set.files.filter { $0.kind.hasPrefix("statistics/") }
    .map { TrainingSheet($0, limit: 800) }

  /// The rows of every file of a kind.
  static func rows(_ kind: String) -> [[String: String]] {
    sheets.filter { $0.kind == kind }.flatMap(\.rows)
  }

  /// Every row of the reports in its first cells: form, channel, period, coverage, place, unit.
  static func reportHeads() -> [[Substring]] {
    set.files.filter { $0.kind.hasPrefix("statistics/") }.flatMap { file in
      String(decoding: file.content, as: UTF8.self).split(separator: "\n").dropFirst().dropLast()
        .map { $0.split(separator: ",", maxSplits: 6, omittingEmptySubsequences: false) }
    }
  }
}

/// A file of the set in its rows.
struct TrainingSheet {
  let kind: String
  let name: String
  let header: [String]
  let rows: [[String: String]]
  /// Rows of the whole file.
  let count: Int
  let lastLine: String

  /// - Parameter limit: rows that are read.
  init(_ file: TrainingFile, limit: Int = .max) {
    kind = file.kind
    name = file.name
    let text = String(decoding: file.content.dropFirst(3), as: UTF8.self)
    let lines = text.split(separator: "\n")
    count = lines.count - 2
    lastLine = lines.last.map(String.init) ?? ""
    let header = lines.first.map(Self.cells) ?? []
    rows = lines.dropFirst().dropLast().prefix(limit).map { line in
      Dictionary(zip(header, Self.cells(line)), uniquingKeysWith: { first, _ in first })
    }
    self.header = header
  }

  private static func cells(_ line: Substring) -> [String] {
    line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}

extension [String: String] {
  subscript(cell title: String) -> String { self[title] ?? "?" }

  /// The digits of a printed value without its unit; money in hundreds of 元.
  func number(_ title: String) -> Int {
    // 万 is a number, too.
    let digits = self[cell: title].filter { $0.isASCII && $0.isNumber }
    guard let number = Int(digits) else {
      Issue.record("\(title) of \(self) is no number")
      return 0
    }
    return number
  }
}

@Suite struct TrainingNumbersTests {
  @Test func theGeneratorGivesThePublishedValues() {
    var numbers = SplitMix64(seed: 1_234_567)
    let values = (0..<5).map { _ in numbers.next() }
    #expect(
      values == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test func numbersStayInTheirRangeAndReachItsEnds() {
    var numbers = SplitMix64(seed: 1, stream: 2)
    let drawn = Set((0..<200).map { _ in numbers.number(-2...3) })
    #expect(drawn == Set(-2...3))
  }

  @Test func streamsOfASeedDiffer() {
    let firsts = (0..<6).map { stream in
      var numbers = SplitMix64(seed: 7, stream: stream)
      return numbers.next()
    }
    #expect(Set(firsts).count == 6)
  }
}

@Suite struct TrainingFormTests {
  @Test func theSameBytesEveryTime() {
    // Compared first: an expectation would look for the differences of millions of bytes.
    let isSame = TrainingReader.set.files == TrainingSet().files
    #expect(isSame)
    let others = TrainingFirms.make(SplitMix64(seed: 1, stream: 0)).map(\.employees)
    let own = TrainingFirms.make(SplitMix64(seed: TrainingSet.seed, stream: 0)).map(\.employees)
    #expect(others != own)
  }

  @Test func everyFileIsWholeAndEveryRowHasEveryColumn() {
    let sheets = TrainingReader.sheets + TrainingReader.reports
    #expect(sheets.map(\.name) == TrainingReader.set.files.map(\.name))
    for (file, sheet) in zip(TrainingReader.set.files, sheets) {
      let hasMark = file.content.starts(with: [0xEF, 0xBB, 0xBF])
      // Nothing needs quoting, so the reader of this test may split at commas.
      let isPlain = !file.content.contains(UInt8(ascii: "\""))
      let isSmall = file.content.count < 64 << 20 && sheet.count < 200_000
      #expect(hasMark && isPlain && isSmall, "\(file.name)")
      #expect(sheet.lastLine == "#结束,\(sheet.count)", "\(file.name)")
      #expect(!sheet.rows.isEmpty, "\(file.name)")
      #expect(sheet.rows.allSatisfy { $0.count == sheet.header.count }, "\(file.name)")
    }
    #expect(Set(TrainingReader.set.files.map(\.name)).count == TrainingReader.set.files.count)
  }

  /// The demonstration data are loaded by the services, so their headers are those of the kinds.
  @Test func headersAreThoseOfTheKinds() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("deploy/demo/guangxi").path
    var titles = Self.otherTitles
    for entry in try DemoManifest(folder: folder).files where entry.file.hasSuffix(".csv") {
      let text = try String(contentsOfFile: "\(folder)/\(entry.file)", encoding: .utf8)
      titles[entry.kind] = text.prefix { $0 != "\n" }.drop { $0 == "\u{FEFF}" }
        .components(separatedBy: ",")
    }
    for sheet in TrainingReader.sheets + TrainingReader.reports {
      #expect(sheet.header == titles[sheet.kind], "\(sheet.kind)")
    }
  }

  /// Kinds of which the demonstration data have no file, as their templates name the columns.
  private static let otherTitles = [
    "registry/memberships": ["联社代码", "企业", "状态", "日期", "原因", "出处文件", "原句", "备注"],
    "exhibitions/exhibitor": ["届次", "名称", "类型", "地区", "年份", "出处文件", "原句", "备注"],
    "exhibitions/award": [
      "届次", "奖项", "等级", "作品", "作品代码", "获奖者", "地区", "年份", "出处文件", "原句", "备注",
    ],
  ]

  @Test func everyRowSaysThatItIsNoRecord() {
    let sheets = TrainingReader.sheets + TrainingReader.reports
    for sheet in sheets where sheet.kind != "registry/places" {
      #expect(
        sheet.rows.allSatisfy { $0["出处文件"] == "示例数据（合成，非真实记录）" }, "\(sheet.name)")
    }
  }

  @Test func everyNameSaysThatItIsAnExample() {
    let names = [
      "名称", "企业名称", "姓名", "作品名", "作品", "产业", "用途", "来源", "专项", "获奖者", "作者",
      "申报单位", "主办单位", "授予单位", "推荐单位", "授名单位", "审定单位", "举办单位", "合作单位", "简称",
      "证书号", "持有者",
    ]
    for sheet in TrainingReader.sheets {
      for title in names where sheet.header.contains(title) {
        for row in sheet.rows where !(sheet.kind == "exhibitions/exhibit" && title == "作品") {
          for name in row[cell: title].components(separatedBy: "、") {
            #expect(name.contains("示例"), "\(sheet.name) \(title): \(name)")
          }
        }
      }
    }
    for row in TrainingReader.rows("registry/region_title") {
      #expect(row[cell: "称号"].contains("示例"))
    }
  }

  @Test func theManifestNamesEveryFileInOrder() throws {
    let folder = try Folder()
    let screen = Screen()
    try TrainingLoad.write(to: "\(folder.path)/new", screen.console())
    let manifest = try DemoManifest(folder: "\(folder.path)/new")
    #expect(manifest.files.map(\.file) == TrainingReader.set.files.map(\.name))
    #expect(manifest.files.map(\.kind) == TrainingReader.set.files.map(\.kind))
    for file in TrainingReader.set.files {
      let written = try ImportFile(path: "\(folder.path)/new/\(file.name)")
      let isSame = written.content == file.content
      #expect(isSame, "\(file.name)")
    }
    #expect(screen.output.contains("\(manifest.files.count) 个文件"))
  }
}

@Suite struct TrainingCommandTests {
  @Test func trainingNeedsNoFolderAndWritingNeedsTraining() throws {
    let command = try DemoLoadCommand.parse(["--training", "--write", "there"])
    #expect(command.training && command.write == "there")
    #expect(throws: (any Error).self) {
      try DemoLoadCommand.parse(["--training", "--directory", "here"])
    }
    #expect(throws: (any Error).self) { try DemoLoadCommand.parse(["--write", "there"]) }
  }
}
