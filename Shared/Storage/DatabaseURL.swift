// Where the database is: `sqlite:PATH` or `postgres://…`. The printed form hides the password.

package struct DatabaseURL: Sendable, Hashable {
  package enum Location: Sendable, Hashable {
    case sqlite(path: String)
    /// A connection URI as libpq reads it (several hosts, `target_session_attrs`, `sslmode`,
    /// `passfile` and so on are libpq's and pass through).
    case postgres(uri: String)
  }

  package let location: Location

  package init(_ text: String) throws(StorageError) {
    if text.hasPrefix("sqlite:") {
      let path = String(text.dropFirst("sqlite:".count))
      guard !path.isEmpty, !path.hasPrefix(":memory:"), !path.contains("\0") else {
        throw StorageError(
          .invalidArgument, "A database URL of the form sqlite:PATH needs the path of a file.")
      }
      location = .sqlite(path: path)
    } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
      guard !text.contains("\0") else {
        throw StorageError(.invalidArgument, "The database URL holds a NUL character.")
      }
      location = .postgres(uri: text)
    } else {
      throw StorageError(
        .invalidArgument, "A database URL starts with sqlite: or postgres://.")
    }
  }

  package var dialect: Dialect {
    switch location {
    case .sqlite: .sqlite
    case .postgres: .postgres
    }
  }
}

extension DatabaseURL: CustomStringConvertible {
  package var description: String {
    switch location {
    case .sqlite(let path): return "sqlite:\(path)"
    case .postgres(let uri): return Self.hidingPassword(uri)
    }
  }

  /// Replaces the password between `user:` and `@`, and the value of a `password=` parameter.
  private static func hidingPassword(_ uri: String) -> String {
    var text = uri
    if let scheme = text.firstRange(of: "://"),
      let at = text[scheme.upperBound...].lastIndex(of: "@"),
      let colon = text[scheme.upperBound..<at].firstIndex(of: ":")
    {
      text.replaceSubrange(text.index(after: colon)..<at, with: "***")
    }
    for name in ["?password=", "&password="] {
      guard let start = text.firstRange(of: name)?.upperBound else { continue }
      let end = text[start...].firstIndex(of: "&") ?? text.endIndex
      text.replaceSubrange(start..<end, with: "***")
    }
    return text
  }
}
