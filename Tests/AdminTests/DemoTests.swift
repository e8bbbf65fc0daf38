// The demonstration data themselves are tested here: their form, and that nothing is in them that
// the documents do not say.

internal import CommonMessages
internal import Foundation
internal import RPC
internal import RegistryMessages
internal import StatisticsMessages
internal import Synchronization
internal import Testing

@testable internal import Admin

@Suite struct DemoDataTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("deploy/demo/guangxi").path

  /// Rows of a file by column title, without its last line, which is returned beside them.
  private func read(_ file: String) throws -> (rows: [[String: String]], last: [String]) {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(file)"))
    #expect(bytes.starts(with: [0xEF, 0xBB, 0xBF]) && bytes.last == UInt8(ascii: "\n"), "\(file)")
    var records = SimpleCSV.records(String(decoding: bytes.dropFirst(3), as: UTF8.self))
    let last = records.removeLast()
    let header = records.removeFirst()
    let rows = records.map { record in
      #expect(record.count == header.count, "\(file): \(record)")
      return Dictionary(zip(header, record), uniquingKeysWith: { first, _ in first })
    }
    return (rows, last)
  }

  @Test func theManifestNamesEveryFileOnceAndEveryFileEndsWithItsCount() throws {
    let manifest = try DemoManifest(folder: Self.folder)
    let listed = manifest.files.filter { $0.textKind == nil }.map(\.file)
    let present = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
      .filter { $0.hasSuffix(".csv") }
    #expect(listed.sorted() == present.sorted())
    for file in listed {
      let (rows, last) = try read(file)
      #expect(last == ["#结束", "\(rows.count)"], "\(file)")
    }
  }

  @Test func everythingButPlacesNamesItsDocumentAndSentence() throws {
    for entry in try DemoManifest(folder: Self.folder).files
    where entry.file != "places.csv" && entry.textKind == nil {
      for row in try read(entry.file).rows {
        #expect(row["出处文件"]?.isEmpty == false && row["原句"]?.isEmpty == false, "\(row)")
      }
    }
  }

  @Test func aNumberStandsInTheSentenceThatItIsTakenFrom() throws {
    for file in [
      "reports.csv", "registry-stated_figures.csv", "statistics-stated_figures.csv",
      "targets.csv",
    ] {
      for row in try read(file).rows {
        let value = try #require(row["数值"])
        let sentence = try #require(row["原句"]).replacing("\u{A0}", with: " ")
        #expect(sentence.contains(value), "\(value): \(sentence)")
      }
    }
  }

  @Test func thePetitionerIsNowhere() throws {
    for file in try FileManager.default.contentsOfDirectory(atPath: Self.folder) {
      let text = try String(contentsOfFile: "\(Self.folder)/\(file)", encoding: .utf8)
      #expect(!text.contains("小云"), "\(file)")
    }
  }

  @Test func thereIsNoOutputOf2016AndNothingBeforeTheDocuments() throws {
    let periods = Set(try read("reports.csv").rows.compactMap { $0["期别"] })
    #expect(periods == ["2006", "2013", "2014"])
  }

  @Test func theTreeIsWhole() throws {
    let places = try read("places.csv").rows
    let codes = places.compactMap { $0["代码"] }
    #expect(Set(codes).count == codes.count)
    for place in places {
      let parent = try #require(place["上级"])
      #expect(parent.isEmpty == (place["级别"] == "省级") && (parent.isEmpty || codes.contains(parent)))
      if let next = place["后继代码"], !next.isEmpty { #expect(codes.contains(next)) }
    }
    let federations = try read("federations.csv").rows
    let known = Set(federations.compactMap { $0["联社代码"] })
    #expect(known.count == federations.count)
    for federation in federations {
      #expect(codes.contains(try #require(federation["地区"])))
      let parent = try #require(federation["上级联社代码"])
      #expect(parent.isEmpty ? federation["级别"] == "省级" : known.contains(parent))
    }
    #expect(federations.filter { $0["级别"] == "市级" }.count == 14)
    for enterprise in try read("enterprises.csv").rows {
      #expect(codes.contains(try #require(enterprise["注册地"])))
      #expect(enterprise["统一社会信用代码"] == "")
    }
  }

  @Test func doubtfulValuesGoInAsPrinted() throws {
    let values = try read("reports.csv").rows.filter {
      $0["期别"] == "2006" && $0["渠道"] == "联社传统城镇集体"
    }.compactMap { $0["数值"] }
    #expect(values == ["2 3亿", "22亿"])
  }
}

@Suite struct DemoLoadTests {
  @Test func aManifestMayNotReachOutsideItsFolder() async throws {
    for name in ["../secret.csv", "/etc/passwd", ".hidden", ""] {
      let folder = try Folder()
      _ = try folder.file(
        "manifest.json", #"{"title":"x","files":[{"file":"\#(name)","kind":"registry/places"}]}"#)
      let failure = try await failure { _ = try DemoManifest(folder: folder.path) }
      #expect(failure?.exitCode == .invalid, "\(name)")
    }
    let empty = try Folder()
    #expect(try await failure { _ = try DemoManifest(folder: empty.path) }?.exitCode == .invalid)
    _ = try empty.file("manifest.json", #"{"title":"x","files":[]}"#)
    #expect(try await failure { _ = try DemoManifest(folder: empty.path) }?.exitCode == .invalid)
    for entry in [
      #"{"file":"t.txt","kind":"gateway/report_template","federation":"450000"}"#,
      #"{"file":"n.txt","kind":"gateway/narrative","federation":"450000","year":"2016"}"#,
    ] {
      _ = try empty.file("manifest.json", #"{"title":"x","files":[\#(entry)]}"#)
      #expect(try await failure { _ = try DemoManifest(folder: empty.path) }?.exitCode == .invalid)
    }
    _ = try empty.file("manifest.json", "{")
    #expect(try await failure { _ = try DemoManifest(folder: empty.path) }?.exitCode == .invalid)
  }

  private func stage(copyAfter calls: Int) async throws -> Stage {
    let asked = Mutex(0)
    return try await Stage { router in
      router.unary(RegistryServiceMethods.listPlaces) { _, _ in
        ListPlacesResponse(totalSize: 126)
      }
      router.unary(RegistryServiceMethods.listFederations) { _, _ in
        ListFederationsResponse(totalSize: 30)
      }
      router.unary(RegistryServiceMethods.listEnterprises) { _, _ in
        ListEnterprisesResponse(totalSize: 30)
      }
      router.unary(StatisticsServiceMethods.getRegisterCopy) { _, _ in
        let count = asked.withLock { asked in
          asked += 1
          return asked
        }
        return GetRegisterCopyResponse(
          placeCount: 131, federationCount: count > calls ? 30 : 29, enterpriseCount: 30,
          complete: true)
      }
    }
  }

  @Test func statisticsIsWaitedForUntilItHasTheRegister() async throws {
    let stage = try await stage(copyAfter: 2)
    try await RegisterCopy.waitUntilComplete(stage.session)
    await stage.end()
  }

  @Test func aCopyThatStaysBehindIsAFaultWithItsCounts() async throws {
    let stage = try await stage(copyAfter: .max)
    let failure = try await failure {
      try await RegisterCopy.waitUntilComplete(stage.session, patience: .milliseconds(1))
    }
    #expect(failure?.exitCode == .failure)
    #expect(failure?.english.contains("federations 29/30") == true)
    await stage.end()
  }
}

/// Just enough of RFC 4180 for files that we write ourselves.
private enum SimpleCSV {
  static func records(_ text: String) -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var cell = ""
    var isQuoted = false
    var previous: Character?
    for character in text {
      switch character {
      case "\"":
        if !isQuoted, previous == "\"" { cell.append("\"") }
        isQuoted.toggle()
      case "," where !isQuoted:
        record.append(cell)
        cell = ""
      case "\n" where !isQuoted:
        records.append(record + [cell])
        record = []
        cell = ""
      default: cell.append(character)
      }
      previous = character
    }
    return records
  }
}
