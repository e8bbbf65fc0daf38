internal import Imports
internal import Storage
internal import Testing

@Suite struct FrozenDigestTests {
  /// Released text never changes: this fails before a database refuses to start.
  @Test func ourMigrationsAreFrozen() {
    let digests = ImportMigrations.all.flatMap { migration in
      Dialect.allCases.map { "\(migration.id) \($0) \(migration.digest($0))" }
    }
    #expect(digests == Self.released)
  }

  private static let released = [
    "imports/0001_base sqlite 45444c3a4e3e249371ae35774f68a309f464c86bb6c7d46476e3174acd9e01b7",
    "imports/0001_base postgres a6ccc22791b34ff8ba57483ead98d86695c9741cee5bc60b7bc77d57d3822f1b",
  ]
}
