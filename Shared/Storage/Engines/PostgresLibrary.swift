// libpq, opened with the first connection. Linked, it would cost every process some 4 MiB, those on
// SQLite too: below it are the libraries of TLS, Kerberos and LDAP.

internal import CPostgres
internal import Foundation

/// libpq's functions under their own names. Only who has a connection may call one: without the
/// library there is none, see `PostgresLibrary.failure`.
let libpq = PostgresLibrary.opened.functions

enum PostgresLibrary {
  /// The name that has stood for libpq's interface since PostgreSQL 8.
  private static let fileName = "libpq.so.5"

  /// Why PostgreSQL cannot be used on this machine; nil when it can.
  static var failure: StorageError? { opened.failure }

  fileprivate static let opened = open()

  private static func open() -> (functions: lianshe_libpq, failure: StorageError?) {
    var functions = lianshe_libpq()
    // Never closed: it has no end before the process.
    guard let library = dlopen(fileName, RTLD_NOW | RTLD_LOCAL) else {
      return (functions, missing(text(dlerror())))
    }
    if let function = lianshe_libpq_find(&functions, library) {
      return (functions, missing("\(fileName) has no \(String(cString: function))"))
    }
    return (functions, nil)
  }

  /// A text of libpq's, which has none only when memory is out.
  static func text(_ text: UnsafeMutablePointer<CChar>?) -> String {
    text.map { String(cString: $0) } ?? ""
  }

  private static func missing(_ cause: String) -> StorageError {
    StorageError(
      .unavailable,
      "PostgreSQL's client library is missing; on Debian: apt-get install libpq5.", cause: cause)
  }
}
