// Other processes on the same database change data, too: their changes end what this process keeps
// in memory.

internal import StatisticsStorage
package import Storage

package struct GenerationWatch: Sendable {
  /// The longest time for which an answer of another process's past is given from memory.
  package static let interval: Duration = .milliseconds(100)

  private let database: Database
  private let answers: AnswerCache

  package init(database: Database, answers: AnswerCache) {
    self.database = database
    self.answers = answers
  }

  /// Goes on until the task is cancelled. An SQLite file has one process, so there is nothing to
  /// watch.
  package func run() async {
    guard database.engine == .postgres else { return }
    var last: Int64?
    while !Task.isCancelled {
      let now = try? await database.read { try Generations.versions($0).generation }
      // A database that cannot be asked may have changed.
      if now == nil || now != last { answers.invalidate() }
      last = now
      try? await Task.sleep(for: Self.interval)
    }
  }
}
