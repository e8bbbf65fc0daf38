private import Foundation

/// Ids of changes (AIP-155): random, so that two runs never meet.
enum RequestID {
  static func make() -> String { "lianshe-\(UUID().uuidString.lowercased())" }
}
