// The tables of a service against what it declares: by an entry of every kind that is kept.

package import Entries
internal import EntryStorage
package import Storage
package import TestSupport

package enum StoredProof {
  /// Writes nothing of an entry: the feed and the audit are no matter here.
  private struct Silence: EntryEncoding {
    func payload(_ record: EntryRecord) throws -> [UInt8] { [] }
    func json(_ record: EntryRecord) throws -> String { "{}" }
  }

  /// What is lost of an entry of every kind, with every field filled, when it is stored; empty where
  /// tables and declarations agree.
  package static func losses(
    _ register: EntryRegister, on engine: Engine, _ migrations: [Migration]
  ) async throws -> [String] {
    let book = EntryBook(
      register: register, encoding: Silence(), mayWrite: { _, _ in true })
    return try await withTestDatabase(engine, migrations: migrations) { database in
      try await database.write(as: .system("test")) { transaction in
        var losses: [String] = []
        // Kinds that others refer to come first.
        for kind in register.kinds {
          let content = FilledEntry.content(kind)
          let draft = EntryDraft(content: content, source: EntrySource(document: "示例文件"))
          let id = try book.create(kind, draft, transaction).record.id
          let record = try book.get(id, transaction)
          for field in kind.fields where record.content[field] != content[field] {
            losses.append("\(kind.name).\(field.name)")
          }
          var query = EntryQuery(kind)
          query.filters = try kind.fields.filter(\.isFilter).prefix(EntryLimits.filters).flatMap {
            try EntryFigureKey.filters(
              "\($0.name)=\(content.texts($0).first ?? "")", of: kind)
          }
          if try book.list(query, after: "", limit: 2, transaction).records.map(\.id) != [id] {
            losses.append("\(kind.name) is not found by its fields")
          }
        }
        return losses
      }
    }
  }

  /// Names and digests of a service's own migrations: a released one keeps its text.
  package static func digests(
    _ migrations: [Migration], _ prefixes: [String], on engine: Engine
  ) -> [String] {
    migrations.filter { migration in prefixes.contains { migration.id.hasPrefix($0) } }
      .map { "\($0.id) \($0.digest(engine).prefix(16))" }
  }
}
