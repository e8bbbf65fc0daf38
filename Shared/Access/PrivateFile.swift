// Files of keys and tokens. What is private is created with its mode, never widened and narrowed
// afterwards; what is replaced is replaced by rename, so that a reader sees the old or the new one.

private import Glibc

/// Reading and writing the small files that access depends on.
package enum PrivateFile {
  /// Owner only.
  package static let privateMode: UInt32 = 0o600
  /// Readable by all.
  package static let publicMode: UInt32 = 0o644

  /// What tells one version of a file from another.
  struct Stamp: Equatable, Sendable {
    var device: UInt64
    var inode: UInt64
    var size: Int64
    var seconds: Int64
    var nanoseconds: Int64
    var mode: UInt32
  }

  /// The file's present stamp; nil when it cannot be seen.
  static func stamp(of path: String) -> Stamp? {
    var info = stat()
    guard stat(path, &info) == 0 else { return nil }
    return Stamp(info)
  }

  /// The whole file.
  ///
  /// - Parameter ownerOnly: refuse a file that its group or others may read.
  package static func read(
    _ path: String, maximumBytes: Int, ownerOnly: Bool = false
  ) throws(AccessError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("读", "read", path) }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { throw failure("读", "read", path) }
    if ownerOnly, info.st_mode & 0o077 != 0 {
      throw AccessError(
        .keyFile, zh: "\(path) 可被他人读取，请先执行 chmod 600 \(path)",
        en: "\(path) can be read by others; run: chmod 600 \(path)")
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("读", "read", path) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= maximumBytes else {
        throw AccessError(
          .keyFile, zh: "\(path) 大于 \(maximumBytes) 字节",
          en: "\(path) is larger than \(maximumBytes) bytes")
      }
    }
  }

  /// A new file for its owner only; an existing one is never overwritten.
  package static func create(_ path: String, with bytes: [UInt8]) throws(AccessError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, privateMode)
    guard descriptor >= 0 else {
      if errno == EEXIST {
        throw AccessError(
          .keyFile, zh: "\(path) 已存在，不会覆盖", en: "\(path) exists and is not overwritten")
      }
      throw failure("写", "write", path)
    }
    try write(bytes, to: descriptor, path: path)
  }

  /// Puts new content in place of a file, or makes it, in one step.
  package static func replace(
    _ path: String, with bytes: [UInt8], mode: UInt32 = privateMode
  ) throws(AccessError) {
    let temporary = "\(path).\(getpid()).new"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure("写", "write", path) }
    do {
      try write(bytes, to: descriptor, path: path)
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let error = failure("写", "write", path)
      unlink(temporary)
      throw error
    }
  }

  /// Writes everything, asks the disk to keep it, and closes.
  private static func write(
    _ bytes: [UInt8], to descriptor: CInt, path: String
  ) throws(AccessError) {
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("写", "write", path) }
      rest = rest.dropFirst(count)
    }
    guard fsync(descriptor) == 0 else { throw failure("写", "write", path) }
  }

  private static func failure(_ zh: String, _ en: String, _ path: String) -> AccessError {
    let reason = String(cString: strerror(errno))
    return AccessError(
      .keyFile, zh: "无法\(zh) \(path): \(reason)", en: "cannot \(en) \(path): \(reason)")
  }
}

extension PrivateFile.Stamp {
  fileprivate init(_ info: stat) {
    device = UInt64(info.st_dev)
    inode = UInt64(info.st_ino)
    size = Int64(info.st_size)
    seconds = Int64(info.st_mtim.tv_sec)
    nanoseconds = Int64(info.st_mtim.tv_nsec)
    mode = UInt32(info.st_mode)
  }
}
