// The three processes the tool talks to, and where they are.

internal import ArgumentParser

/// A process of the system.
enum ServiceName: String, CaseIterable, Sendable, ExpressibleByArgument {
  case registry, statistics, gateway

  /// The executable's name.
  var process: String { "lianshe-\(rawValue)" }

  /// The variable that holds its address.
  var variable: String { "LIANSHE_\(rawValue.uppercased())_URL" }

  var defaultAddress: String {
    switch self {
    case .gateway: "http://127.0.0.1:7400"
    case .registry: "http://127.0.0.1:7401"
    case .statistics: "http://127.0.0.1:7402"
    }
  }

  /// The proto package whose services this process answers.
  var protoPackage: String { "lianshe.\(rawValue).v1" }

  var title: Phrase {
    switch self {
    case .registry: Phrase("名录", "registry")
    case .statistics: Phrase("统计", "statistics")
    case .gateway: Phrase("网关", "gateway")
    }
  }
}

/// A service and the address it was called at.
struct Target: Sendable, Equatable {
  let service: ServiceName
  let address: String
}
