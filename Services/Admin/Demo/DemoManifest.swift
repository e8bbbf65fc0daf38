// The list of files of a demonstration folder, in the order in which they build on each other.

private import Foundation

/// `manifest.json` of a folder.
struct DemoManifest: Decodable, Sendable, Equatable {
  struct Entry: Decodable, Sendable, Equatable {
    let file: String
    /// `registry/places`: service and kind.
    let kind: String
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
    guard !files.isEmpty, files.count <= Self.maximumFiles else {
      throw Failure(.invalid, "\(path) 应列 1 到 1000 个文件", "\(path) lists 1 to 1000 files")
    }
  }

  /// A manifest may not reach outside its folder.
  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && !name.contains("/") && !name.hasPrefix(".")
  }
}
