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
    "imports/0001_base sqlite f6768965050f7f9f81dd8cd36510ae6546c7a44884a3d084d4bfae8632c7d4ca",
    "imports/0001_base postgres decd00097ab110f96e43a4e433ebef74caece5099b6034f806c48372d95d92f5",
  ]
}
