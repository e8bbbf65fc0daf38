// Stored texts as the audit keeps them: JSON, written by hand because storage knows no messages.

internal import Foundation
internal import GatewayDomain

enum AuditState {
  static func json(_ template: StoredTemplate) -> String {
    object([
      ("federation_code", template.federationCode), ("year", "\(template.year)"),
      ("revision", "\(template.revision)"), ("content", template.text),
    ])
  }

  static func json(_ narrative: StoredNarrative) -> String {
    object([
      ("federation_code", narrative.federationCode), ("year", "\(narrative.year)"),
      ("id", narrative.id), ("revision", "\(narrative.revision)"), ("title", narrative.title),
      ("content", narrative.text), ("document", narrative.document),
      ("sentence", narrative.sentence), ("note", narrative.note),
    ])
  }

  static func json(_ publication: Publication) -> String {
    object([
      ("federation_code", publication.federationCode), ("year", "\(publication.year)"),
      ("number", "\(publication.number)"), ("title", publication.title),
      ("note", publication.note), ("missing_services", publication.missingServices),
    ])
  }

  private static func object(_ members: [(String, String)]) -> String {
    let parts = members.map { "\(quoted($0.0)):\(quoted($0.1))" }
    return "{" + parts.joined(separator: ",") + "}"
  }

  /// Fragments are allowed: a text by itself becomes a JSON string.
  private static func quoted(_ text: String) -> String {
    guard let data = try? JSONSerialization.data(withJSONObject: text, options: .fragmentsAllowed)
    else { return "\"\"" }
    return String(decoding: data, as: UTF8.self)
  }
}
