// The list of files of a demonstration folder, in the order in which they build on each other.

private import Foundation

/// `manifest.json` of a folder.
struct DemoManifest: Decodable, Sendable, Equatable {
  struct Entry: Decodable, Sendable, Equatable {
    let file: String
    /// `registry/places`: service and kind; or a text of a report, `gateway/report_template`,
    /// `gateway/narrative`.
    let kind: String
    /// Of texts: whose report they are for.
    var federation: String?
    var year: String?
    /// Of narratives.
    var id: String?
    var title: String?
    /// The document that a narrative is from.
    var document: String?

    var textKind: TextKind? { TextKind(rawValue: kind) }
  }

  /// Files that are no tables.
  enum TextKind: String, Sendable {
    case template = "gateway/report_template"
    case narrative = "gateway/narrative"
  }

  let title: String
  let files: [Entry]

  static let fileName = "manifest.json"
  static let maximumFiles = 1000

  init(folder: String) throws {
    let path = "\(folder)/\(Self.fileName)"
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(
        .invalid,
        "找不到 \(path)；请在项目文件夹里执行，或用 --directory 指明演示数据的文件夹",
        "there is no \(path); run this in the project's folder, or name the data with --directory")
    }
    do {
      self = try JSONDecoder().decode(DemoManifest.self, from: data)
    } catch {
      throw Failure(.invalid, "\(path) 的格式不对", "\(path) is malformed")
    }
    for entry in files where !Self.isPlain(entry.file) {
      throw Failure(
        .invalid, "\(path) 里的文件名“\(entry.file)”不能带路径",
        "\(path): the file name \"\(entry.file)\" may hold no path")
    }
    for entry in files {
      guard let kind = entry.textKind else { continue }
      let isWhole =
        entry.federation != nil && entry.year != nil && (kind == .template || entry.id != nil)
      guard isWhole else {
        throw Failure(
          .invalid, "\(path)：\(entry.file) 要写明 federation、year，叙述还要 id",
          "\(path): \(entry.file) needs federation and year, a narrative also id")
      }
    }
    guard !files.isEmpty, files.count <= Self.maximumFiles else {
      throw Failure(.invalid, "\(path) 应列 1 到 1000 个文件", "\(path) lists 1 to 1000 files")
    }
  }

  /// A manifest may not reach outside its folder.
  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && !name.contains("/") && !name.hasPrefix(".")
  }
}
