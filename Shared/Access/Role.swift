// Roles are few, named in the federation's terms, and each includes the ones before it, so that a
// person needs one role and a policy names the lowest that may do a thing. README.md has the table.

/// What a caller may do, before asking where.
package enum Role: String, CaseIterable, Sendable, Hashable, Codable {
  /// 查阅员: reads what is not open: the imports of his organisation.
  case reader
  /// 录入员: enters and imports records, decides quarantined values.
  case clerk
  /// 统计员: also corrects and withdraws reports, keeps targets and stated figures.
  case statistician
  /// 管理员: also keeps places and the catalogue, and takes imports back.
  case administrator
  /// 服务: another process of the system that follows change feeds. Writes nothing.
  case service

  /// The role itself and every role whose rights it has.
  package var included: Set<Role> {
    switch self {
    case .reader: [.reader]
    case .clerk: [.clerk, .reader]
    case .statistician: [.statistician, .clerk, .reader]
    case .administrator: [.administrator, .statistician, .clerk, .reader]
    case .service: [.service, .reader]
    }
  }

  /// The role's name in Chinese, for messages.
  package var chineseName: String {
    switch self {
    case .reader: "查阅员"
    case .clerk: "录入员"
    case .statistician: "统计员"
    case .administrator: "管理员"
    case .service: "服务"
    }
  }
}
