// The tables of the talent service's entries, one a kind. Released: never edited.

internal import EntryStorage
internal import Storage

extension TalentMigrations {
  static let base = Migration("talent/0001_base") { dialect in
    tables.flatMap { EntryTables.creation(of: $0.kind, $0.fields, dialect) }
  }

  private static let tables: [(kind: String, fields: [String])] = [
    ("person", ["code", "name", "place", "specialty", "employer"]),
    ("title", ["code", "name", "ladder", "level", "issuer"]),
    ("batch", ["code", "title", "number", "name", "period", "place"]),
    (
      "grant",
      ["title", "person", "period", "batch", "place", "recommended_by", "certificate", "state"]
    ),
    ("grant_tally", ["title", "batch", "place", "period", "people"]),
    ("re_review", ["title", "place", "period", "reviewed", "kept", "revoked"]),
    ("studio", ["name", "person", "place", "founded", "key_supported"]),
    ("studio_tally", ["place", "period", "studios"]),
    ("studio_target", ["place", "period", "studios"]),
    ("creation_group_tally", ["place", "period", "programme", "groups"]),
    (
      "training",
      [
        "organiser", "name", "place", "period", "sessions", "people", "person_times", "qualified",
        "income", "partners", "venues",
      ]
    ),
    ("meeting", ["name", "place", "period", "attendees"]),
  ]
}
