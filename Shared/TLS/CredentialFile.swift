// Reading the files, and seeing that they have changed.

internal import Glibc

/// The content of a file, with what tells this version of it from another.
struct CredentialFile: Sendable {
  /// A file is rewritten in place, or another is put there by a rename or a changed link; each shows
  /// in one of these. That something has changed is then seen by the content.
  struct Stamp: Sendable, Equatable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let seconds: Int64
    private let nanoseconds: Int64

    /// Nil when there is nothing to be seen.
    init?(path: String) {
      var info = stat()
      guard stat(path, &info) == 0 else { return nil }
      device = UInt64(info.st_dev)
      inode = UInt64(info.st_ino)
      size = Int64(info.st_size)
      seconds = Int64(info.st_mtim.tv_sec)
      nanoseconds = Int64(info.st_mtim.tv_nsec)
    }
  }

  let path: String
  let bytes: [UInt8]

  /// - Parameter isPrivate: refuse a file that everybody may read.
  init(_ path: String, maximumBytes: Int, isPrivate: Bool = false) throws(TLSError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.unreadable(path) }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { throw Self.unreadable(path) }
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw TLSError(.unreadable, path, zh: "不是文件", en: "is not a file")
    }
    if isPrivate, info.st_mode & (S_IROTH | S_IWOTH) != 0 {
      throw TLSError(
        .exposed, path, zh: "私钥可被所有用户读取，请先执行 chmod 600",
        en: "the private key can be read by every user; run: chmod 600")
    }
    self.path = path
    bytes = try Self.read(descriptor, path, maximumBytes)
  }

  private static func read(
    _ descriptor: CInt, _ path: String, _ maximumBytes: Int
  ) throws(TLSError) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw unreadable(path) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: piece.prefix(count))
      guard bytes.count <= maximumBytes else {
        throw TLSError(
          .unreadable, path, zh: "大于 \(maximumBytes) 字节", en: "is larger than \(maximumBytes) bytes"
        )
      }
    }
  }

  private static func unreadable(_ path: String) -> TLSError {
    let reason = String(cString: strerror(errno))
    return TLSError(.unreadable, path, zh: "读不到：\(reason)", en: "cannot be read: \(reason)")
  }
}

/// Seconds since 1970, as certificates count.
func secondsNow() -> Int64 { Int64(time(nil)) }
