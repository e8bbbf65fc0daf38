// The five processes the tool talks to, and where they are.

internal import ArgumentParser

/// A process of the system.
enum ServiceName: String, CaseIterable, Sendable, ExpressibleByArgument {
  case registry, statistics, exhibitions, talent, gateway

  /// The executable's name.
  var process: String { "lianshe-\(rawValue)" }

  /// The variable that holds its address.
  var variable: String { "LIANSHE_\(rawValue.uppercased())_URL" }

  var defaultAddress: String {
    switch self {
    case .gateway: "http://127.0.0.1:7400"
    case .registry: "http://127.0.0.1:7401"
    case .statistics: "http://127.0.0.1:7402"
    case .exhibitions: "http://127.0.0.1:7403"
    case .talent: "http://127.0.0.1:7404"
    }
  }

  /// The proto package whose services this process answers.
  var protoPackage: String { "lianshe.\(rawValue).v1" }

  /// The services that keep entries.
  static let withEntries: [ServiceName] = [.registry, .exhibitions, .talent]

  /// Those that keep records, doubtful ones among them.
  static let withRecords: [ServiceName] = [.registry, .statistics, .exhibitions, .talent]

  var title: Phrase {
    switch self {
    case .registry: Phrase("名录", "registry")
    case .statistics: Phrase("统计", "statistics")
    case .exhibitions: Phrase("展会", "exhibitions")
    case .talent: Phrase("人才", "talent")
    case .gateway: Phrase("网关", "gateway")
    }
  }
}

/// A service and the address it was called at.
struct Target: Sendable, Equatable {
  let service: ServiceName
  let address: String
}
