// The schema of this service, in the order in which it grew. Released: never edited, only added to.

package import Storage

package enum StatisticsMigrations {
  package static let all =
    StatedFigures.migrations + [base, standardCatalogue]
}
