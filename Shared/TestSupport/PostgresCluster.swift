// A PostgreSQL server of a test's own, to be stopped, killed and started again. The shared server
// of a test run must not be: other tests are using it.

internal import Foundation
package import Storage

package final class PostgresCluster: Sendable {
  package let url: DatabaseURL
  /// The URL as text, for a child process.
  package let urlText: String
  private let control: String
  private let input: FileHandle
  private let process: RunningProcess

  /// Starts a server by `scripts/with-postgres`, whose command prints where it is and then waits
  /// for the end of its input. When this process dies, the input ends, and so does the server.
  package static func start() async throws -> PostgresCluster {
    let script = try TestDatabase.environment("LIANSHE_TEST_WITH_POSTGRES")
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: script)
    process.arguments = [
      "bash", "-c",
      "echo $LIANSHE_TEST_POSTGRES_URL; echo $LIANSHE_TEST_POSTGRES_CONTROL; cat >/dev/null",
    ]
    process.standardInput = input
    process.standardOutput = output
    let running = RunningProcess(process)
    try running.run()
    var lines = LineReader.lines(of: output.fileHandleForReading).makeAsyncIterator()
    guard let url = await lines.next(), let control = await lines.next() else {
      throw TestEnvironmentError(description: "scripts/with-postgres started no server.")
    }
    return PostgresCluster(
      url: try DatabaseURL(url), urlText: url, control: control, input: input.fileHandleForWriting,
      process: running)
  }

  private init(
    url: DatabaseURL, urlText: String, control: String, input: FileHandle,
    process: RunningProcess
  ) {
    self.url = url
    self.urlText = urlText
    self.control = control
    self.input = input
    self.process = process
  }

  package enum Action: String, Sendable {
    case stop, start
    /// SIGKILL to the server's first process.
    case kill
  }

  package func perform(_ action: Action) async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: control)
    process.arguments = [action.rawValue]
    let running = RunningProcess(process)
    try running.run()
    let status = await running.end()
    guard status == 0 else {
      throw TestEnvironmentError(description: "\(action) of the server failed: \(status)")
    }
  }

  /// Stops and removes the server.
  package func remove() async throws {
    try input.close()
    _ = await process.end()
  }
}

/// Runs a test body beside a server of its own.
package func withPostgresCluster<T>(
  _ body: (PostgresCluster) async throws -> T
) async throws -> T {
  let cluster = try await PostgresCluster.start()
  do {
    let value = try await body(cluster)
    try await cluster.remove()
    return value
  } catch {
    try? await cluster.remove()
    throw error
  }
}
