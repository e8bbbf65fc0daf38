// The request of `lianshe call -d`: text, @file or - for standard input; and a look at its field
// names, since JSON readers pass over names they do not know and a typing error would go unseen.

private import Foundation

enum RequestJSON {
  /// The largest request that is read.
  static let maximumBytes = 4 * 1024 * 1024

  static func read(_ argument: String) throws -> [UInt8] {
    let data: Data
    switch argument {
    case "-":
      data = (try? FileHandle.standardInput.read(upToCount: maximumBytes + 1)) ?? Data()
    case let text where text.hasPrefix("@"):
      let path = String(text.dropFirst())
      guard let content = FileManager.default.contents(atPath: path) else {
        throw Failure(.invalid, "无法读取 \(path)", "cannot read \(path)")
      }
      data = content
    default: data = Data(argument.utf8)
    }
    guard data.count <= maximumBytes else {
      throw Failure(.invalid, "请求大于 4 MiB", "the request is larger than 4 MiB")
    }
    // An empty request is the empty message.
    let isBlank = data.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return isBlank ? Array("{}".utf8) : Array(data)
  }

  /// Names at the top of a JSON object that the request does not have.
  static func unknownFields(_ json: [UInt8], of method: Method) -> [String] {
    guard let object = try? JSONSerialization.jsonObject(with: Data(json)),
      let fields = object as? [String: Any]
    else { return [] }
    let known = Set(method.requestFields.map(plain))
    return fields.keys.filter { !known.contains(plain($0)) }.sorted()
  }

  /// `page_size` and `pageSize` name the same field.
  private static func plain(_ name: String) -> String {
    name.replacingOccurrences(of: "_", with: "").lowercased()
  }
}
