// Whether the path still names the files that are open. SQLite goes on writing to a file that was
// deleted or moved, and its success then means nothing to anybody.

internal import Foundation

/// The database file and its log, as they were when they were opened.
struct SQLiteFiles: Sendable {
  private struct Place: Equatable {
    let device: UInt64
    let inode: UInt64

    init?(_ path: String) {
      var facts = stat()
      guard stat(path, &facts) == 0 else { return nil }
      device = UInt64(facts.st_dev)
      inode = UInt64(facts.st_ino)
    }
  }

  private let path: String
  private let database: Place?
  /// The log stays the same file as long as a connection is open; nil when it was not made yet.
  private let log: Place?

  /// To be made when the database is open and its log exists.
  init(path: String) {
    self.path = path
    database = Place(path)
    log = Place(Self.logPath(path))
  }

  private static func logPath(_ path: String) -> String { path + "-wal" }

  /// Nothing is remembered of a loss: a file that is moved back is the same file.
  var failure: StorageError? {
    guard database != nil, Place(path) == database,
      log == nil || Place(Self.logPath(path)) == log
    else {
      return StorageError(
        .unavailable,
        """
        数据库文件已被删除、移走或替换，不再写入；请恢复文件，或重新启动服务 \
        (the database file was deleted, moved or replaced, so nothing is written; \
        put it back, or restart the service)
        """,
        cause: "\(path) is not the file that was opened")
    }
    return nil
  }

  /// Whether opening will make a new database.
  static func isMissing(_ path: String) -> Bool {
    var facts = stat()
    return stat(path, &facts) != 0 || facts.st_size == 0
  }

  /// What the system says of a file that SQLite cannot open; nil when it has no complaint. The
  /// file is not opened for it: closing it again would end the locks of this whole process on it.
  static func complaint(_ path: String) -> String? {
    var facts = stat()
    if stat(path, &facts) == 0 {
      if facts.st_mode & S_IFMT == S_IFDIR { return String(cString: strerror(EISDIR)) }
      return access(path, R_OK | W_OK) == 0 ? nil : String(cString: strerror(errno))
    }
    guard errno == ENOENT else { return String(cString: strerror(errno)) }
    // A missing file would be made, so it is the folder that stands in the way.
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard access(folder, W_OK | X_OK) != 0 else { return nil }
    return "\(folder): \(String(cString: strerror(errno)))"
  }
}
