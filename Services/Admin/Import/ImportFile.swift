// A file on its way to a service.

private import Crypto
private import Foundation

/// A file, read and fingerprinted.
struct ImportFile: Sendable {
  /// As the user wrote it, for messages.
  let path: String
  /// Its name without folders, as the service records it.
  let name: String
  let content: [UInt8]
  /// Lower-case hexadecimal.
  let sha256: String

  /// The largest file that is read.
  static let maximumBytes = 256 * 1024 * 1024
  /// The largest piece that a service takes in one call.
  static let chunkBytes = 1024 * 1024

  init(path: String, content: [UInt8]) {
    self.path = path
    name = URL(fileURLWithPath: path).lastPathComponent
    self.content = content
    sha256 = SHA256.hash(data: content).map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }.joined()
  }

  init(path: String) throws {
    let file = URL(fileURLWithPath: path)
    let size: Int
    do {
      let values = try file.resourceValues(forKeys: [.fileSizeKey, .isDirectoryKey])
      guard values.isDirectory != true else {
        throw Failure(.invalid, "\(path) 是文件夹", "\(path) is a folder")
      }
      size = values.fileSize ?? 0
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.invalid, "找不到文件 \(path)", "there is no file \(path)")
    }
    guard size <= Self.maximumBytes else {
      throw Failure(
        .invalid, "\(path) 大于 256 MiB，请分成几个文件", "\(path) is larger than 256 MiB; split it")
    }
    do {
      self.init(path: path, content: Array(try Data(contentsOf: file)))
    } catch {
      throw Failure(.invalid, "无法读取 \(path)", "cannot read \(path)")
    }
    guard !content.isEmpty else {
      throw Failure(.invalid, "\(path) 是空文件", "\(path) is empty")
    }
  }

  /// The pieces in which it is sent.
  var chunks: [ArraySlice<UInt8>] {
    stride(from: 0, to: content.count, by: Self.chunkBytes).map { start in
      content[start..<min(start + Self.chunkBytes, content.count)]
    }
  }
}
