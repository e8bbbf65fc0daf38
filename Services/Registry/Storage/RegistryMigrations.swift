// The schema of the service, in order.

internal import EntryStorage
package import Storage

/// Migrations of the register; `main` hands them to the database before it listens.
package enum RegistryMigrations {
  package static let all = [base] + StatedFigures.migrations + EntryTables.migrations + [entries]
}
