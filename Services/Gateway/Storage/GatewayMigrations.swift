// The schema of the gateway, in order.

package import Storage

/// Migrations of the gateway; `main` hands them to the database before it listens.
package enum GatewayMigrations {
  package static let all = [base]
}
