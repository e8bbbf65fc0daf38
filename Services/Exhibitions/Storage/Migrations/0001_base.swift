// The tables of the exhibitions service's entries, one a kind. Released: never edited.

internal import EntryStorage
internal import Storage

extension ExhibitionsMigrations {
  static let base = Migration("exhibitions/0001_base") { dialect in
    tables.flatMap { EntryTables.creation(of: $0.kind, $0.fields, dialect) }
  }

  private static let tables: [(kind: String, fields: [String])] = [
    ("series", ["code", "name", "level", "hosts"]),
    (
      "edition",
      [
        "code", "series", "number", "name", "period", "place", "venue", "hosts", "design",
        "entities", "cities", "exhibits", "attendance",
      ]
    ),
    (
      "delegation",
      [
        "edition", "place", "period", "section", "applicants", "applied_products", "entities",
        "cities", "projects", "products", "pieces", "categories", "subcategories",
        "patented_products", "patents_applied", "patents_granted", "sales", "cost",
      ]
    ),
    ("exhibitor", ["edition", "name", "form", "place", "period"]),
    ("work", ["code", "title", "makers", "category", "place", "period"]),
    ("exhibit", ["edition", "work", "period"]),
    ("award_family", ["code", "name", "level", "grades"]),
    ("award_tally", ["editions", "families", "place", "period", "level", "grade", "awards"]),
    (
      "award",
      ["edition", "family", "grade", "work_title", "work", "recipients", "place", "period"]
    ),
    (
      "promotion",
      ["from_edition", "to_edition", "place", "period", "entered", "promoted", "commended"]
    ),
    (
      "organiser_award",
      ["editions", "title", "recipient", "form", "place", "period", "granted_by"]
    ),
  ]
}
