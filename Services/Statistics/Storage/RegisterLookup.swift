// Questions to the copy of the register.

package import Measures
package import StatisticsDomain
package import Storage

package enum RegisterLookup {
  /// All places with all their facts.
  package static func places(
    _ transaction: some SQLExecutor
  ) throws(StorageError) -> PlaceTree {
    var facts: [PlaceFact] = []
    for row in try transaction.query("SELECT * FROM register_place_state ORDER BY code, valid_from")
    {
      let (parent, successor) = (try row.text("parent_code"), try row.text("successor_code"))
      facts.append(
        PlaceFact(
          code: try row.text("code"), name: try row.text("name"), level: try row.raw("level"),
          parentCode: parent.isEmpty ? nil : parent,
          validFrom: try start(row), validTo: try end(row),
          successorCode: successor.isEmpty ? nil : successor))
    }
    return PlaceTree(facts)
  }

  /// The place of a federation on a day, or what it had nearest to it; nil for an unknown code.
  package static func place(
    ofFederation code: String, on day: CalendarDate, _ transaction: some SQLExecutor
  ) throws(StorageError) -> String? {
    let rows = try transaction.query(
      """
      SELECT place_code, valid_from, valid_to FROM register_federation_state
      WHERE code = $1 ORDER BY valid_from
      """, [.text(code)])
    let text = day.description
    for row in rows where try row.text("valid_to") > text { return try row.text("place_code") }
    return try rows.last?.text("place_code")
  }

  /// What the register says of an enterprise on a day, or nearest to it.
  package static func enterprise(
    _ id: String, on day: CalendarDate, _ transaction: some SQLExecutor
  ) throws(StorageError) -> EnterpriseFact? {
    let rows = try transaction.query(
      "SELECT * FROM register_enterprise_state WHERE enterprise_id = $1 ORDER BY valid_from",
      [.text(id)])
    let text = day.description
    for row in rows where try row.text("valid_to") > text { return try enterprise(row) }
    return try rows.last.map(enterprise)
  }

  private static func enterprise(_ row: SQLRow) throws(StorageError) -> EnterpriseFact {
    EnterpriseFact(
      creditCode: try row.text("credit_code"), name: try row.text("name"),
      placeCode: try row.text("place_code"),
      activityPlaceCode: try row.text("activity_place_code"), sector: try row.text("sector"),
      industryCode: try row.text("industry_code"),
      industryEdition: try row.text("industry_edition"),
      ownershipCode: try row.text("ownership_code"), validFrom: try start(row),
      validTo: try end(row))
  }

  /// Ids of enterprises with this id, credit code or name, at any time.
  package static func enterprises(
    named name: String, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [String] {
    guard !name.isEmpty else { return [] }
    let rows = try transaction.query(
      """
      SELECT DISTINCT enterprise_id FROM register_enterprise_state
      WHERE enterprise_id = $1 OR credit_code = $1 OR name = $1 ORDER BY enterprise_id
      """, [.text(name)])
    var ids: [String] = []
    for row in rows { ids.append(try row.text("enterprise_id")) }
    return ids
  }

  /// Federations whose last step for the enterprise, by the end of a day, admitted it.
  static func federations(
    ofEnterprise id: String, on day: CalendarDate, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [String] {
    let rows = try transaction.query(
      """
      SELECT membership_id, federation_code, state FROM register_membership_event
      WHERE enterprise_id = $1 AND event_date <= $2 ORDER BY membership_id, position
      """, [.text(id), .text(day.description)])
    var last: [String: (federation: String, state: String)] = [:]
    for row in rows {
      last[try row.text("membership_id")] = (
        try row.text("federation_code"), try row.text("state")
      )
    }
    return Set(last.values.filter { $0.state == "admitted" }.map(\.federation)).sorted()
  }

  private static func start(_ row: SQLRow) throws(StorageError) -> CalendarDate? {
    let date = try row.date("valid_from")
    return date == .earliest ? nil : date
  }

  private static func end(_ row: SQLRow) throws(StorageError) -> CalendarDate? {
    try row.text("valid_to") == TwoClocks.openDate ? nil : try row.date("valid_to")
  }
}
