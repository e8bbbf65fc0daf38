// The tables of the exhibitions service, in the order in which they came.

internal import EntryStorage
package import Storage

package enum ExhibitionsMigrations {
  package static let all = [base] + StatedFigures.migrations + EntryTables.migrations
}
