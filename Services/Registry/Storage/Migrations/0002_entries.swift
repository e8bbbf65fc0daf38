// The tables of the registry service's entries, one a kind. Released: never edited.

internal import EntryStorage
internal import Storage

extension RegistryMigrations {
  static let entries = Migration("registry/0002_entries") { dialect in
    tables.flatMap { EntryTables.creation(of: $0.kind, $0.fields, dialect) }
  }

  private static let tables: [(kind: String, fields: [String])] = [
    ("cluster", ["code", "product", "place", "period"]),
    ("region_title", ["code", "name", "level", "place", "holder", "cluster", "awarding_bodies"]),
    ("region_event", ["title", "cluster", "event", "level", "place", "period", "bodies"]),
    ("region_stock", ["place", "period", "level", "regions"]),
    ("project", ["code", "name", "place", "period", "applicants", "programme", "state"]),
    (
      "project_fund",
      ["place", "period", "source", "purpose", "project", "clusters", "amount", "amount_applied"]
    ),
    (
      "project_call",
      [
        "code", "programme", "batch", "place", "period", "approving_bodies", "applicants",
        "reviewed", "approved", "amount", "amount_applied",
      ]
    ),
    (
      "technical_upgrade",
      [
        "enterprise", "place", "period", "description", "investment", "expected_output",
        "claimed_output", "verified_output", "new_products", "patents_applied", "patents_granted",
      ]
    ),
    ("investment", ["place", "period", "enterprises", "projects", "amount"]),
    ("membership_tally", ["place", "period", "admitted", "investment"]),
    (
      "restructuring_case",
      [
        "enterprise", "place", "period", "state", "detail", "target", "arrears_paid",
        "compensation",
      ]
    ),
    (
      "restructuring_tally",
      ["place", "period", "enterprises", "workers", "debts_relieved", "assets_revived", "coverage"]
    ),
    ("petition_tally", ["place", "period", "batches", "person_times", "receptions"]),
    ("petition_case", ["enterprise", "place", "period", "stage", "delegated_by", "restructuring"]),
    (
      "service_tally",
      [
        "place", "period", "service", "enterprises", "times", "items", "markets", "named", "topics",
        "claimed_benefit",
      ]
    ),
    ("job_fair", ["name", "place", "period", "enterprises", "posts", "intentions"]),
    ("participation_rate", ["place", "period", "insurance", "rate", "insured", "workers"]),
    ("association", ["name", "place", "period"]),
    ("platform", ["name", "type", "place", "period", "accepted_by", "level"]),
    ("opinion_round", ["name", "place", "period", "collected", "grouped", "conduct"]),
    ("aid_project", ["name", "place", "period", "start_fund", "raised", "honours"]),
    ("regulation", ["name", "place", "period", "in_force", "issuer"]),
  ]
}
