// The tables of the talent service, in the order in which they came.

internal import EntryStorage
package import Storage

package enum TalentMigrations {
  package static let all = [base] + StatedFigures.migrations + EntryTables.migrations
}
