// Statements outside transactions (CREATE DATABASE), by PostgreSQL's own client: the package's
// interface has no such thing, and no test needs it to.

internal import Foundation

enum PostgresAdmin {
  /// Runs one command by psql, as a process of its own.
  static func run(_ sql: String, on url: String) async throws {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command=\(sql)", url,
    ]
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    let status = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    guard status == 0 else {
      let message = String(
        decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      throw TestEnvironmentError(description: "psql: \(message)")
    }
  }
}
