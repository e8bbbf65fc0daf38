// A fresh database for each test, on either engine, gone afterwards.

internal import Foundation
package import Storage

/// The axis of every storage test: `arguments: Engine.allCases`.
package typealias Engine = Database.Engine

/// What a test lacks from its surroundings. A missing PostgreSQL is a failure, not a skip: an
/// engine that is not tested would look like one that passed.
package struct TestEnvironmentError: Error, CustomStringConvertible {
  package let description: String
}

/// A database that exists as long as a test runs.
package struct TestDatabase: Sendable {
  package static let variable = "LIANSHE_TEST_POSTGRES_URL"

  package let engine: Engine
  package let url: DatabaseURL
  /// The URL as text, for a child process.
  package let urlText: String
  private let name: String
  private let folder: URL?

  /// Makes an empty database: a file in a temporary folder, or a database of the cluster that
  /// `scripts/with-postgres` started.
  package static func create(_ engine: Engine) async throws -> TestDatabase {
    let name = "test_\(UUIDv7.next().replacing("-", with: ""))"
    switch engine {
    case .sqlite:
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "lianshe-\(name)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let text = "sqlite:\(folder.appendingPathComponent("test.sqlite").path)"
      return TestDatabase(
        engine: engine, url: try DatabaseURL(text), urlText: text, name: name, folder: folder)
    case .postgres:
      let cluster = try clusterURL()
      try await PostgresAdmin.run("CREATE DATABASE \(name)", on: cluster)
      let text = try replacingDatabase(of: cluster, by: name)
      return TestDatabase(
        engine: engine, url: try DatabaseURL(text), urlText: text, name: name, folder: nil)
    }
  }

  /// Removes the database, open connections notwithstanding.
  package func remove() async throws {
    switch engine {
    case .sqlite:
      if let folder { try FileManager.default.removeItem(at: folder) }
    case .postgres:
      try await PostgresAdmin.run(
        "DROP DATABASE IF EXISTS \(name) WITH (FORCE)", on: Self.clusterURL())
    }
  }

  private static func clusterURL() throws -> String { try environment(variable) }

  /// A variable that `scripts/with-postgres` sets.
  static func environment(_ name: String) throws -> String {
    guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
      throw TestEnvironmentError(
        description: """
          \(name) is not set, so nothing can be tested on PostgreSQL. Run the tests by \
          `scripts/test`, or by `scripts/with-postgres swift test`.
          """)
    }
    return value
  }

  /// `postgres://user@/NAME?host=…`: the name stands between the authority and the query.
  private static func replacingDatabase(of url: String, by name: String) throws -> String {
    guard var parts = URLComponents(string: url) else {
      throw TestEnvironmentError(description: "\(variable) is not a URL.")
    }
    parts.path = "/\(name)"
    guard let text = parts.string else {
      throw TestEnvironmentError(description: "\(variable) is not a URL.")
    }
    return text
  }
}

/// Runs a test body on a fresh, migrated database and removes it, whatever happens.
package func withTestDatabase<T>(
  _ engine: Engine, migrations: [Migration] = [], options: DatabaseOptions = DatabaseOptions(),
  _ body: (Database) async throws -> T
) async throws -> T {
  try await withTestDatabaseURL(engine) { url in
    let database = try await Database.open(url, options: options)
    do {
      try await database.migrate(migrations)
      let value = try await body(database)
      await database.close()
      return value
    } catch {
      await database.close()
      throw error
    }
  }
}

/// Like `withTestDatabase`, for tests that open, close and open again.
package func withTestDatabaseURL<T>(
  _ engine: Engine, _ body: (DatabaseURL) async throws -> T
) async throws -> T {
  let test = try await TestDatabase.create(engine)
  do {
    let value = try await body(test.url)
    try await test.remove()
    return value
  } catch {
    try? await test.remove()
    throw error
  }
}
