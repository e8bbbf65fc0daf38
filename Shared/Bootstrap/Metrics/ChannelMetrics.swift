// What the channels to other services tell of themselves.

internal import Transport

extension ServiceComposer {
  /// How long a read waits before a second replica is asked as well, where there is one.
  package static let hedgeDelay: Duration = .milliseconds(500)
}

enum ChannelMetrics {
  private static let counts:
    [(name: String, help: String, path: any KeyPath<ChannelCounts, Int> & Sendable)] = [
      ("calls", "Calls made to another service", \.calls),
      ("attempts", "Calls handed to a connection, repetitions included", \.attempts),
      ("retries", "Calls sent again after a failure", \.retries),
      ("hedges", "Reads sent to a second replica because the first was slow", \.hedges),
      ("hedges_won", "Second replicas that answered first", \.hedgesWon),
      ("budget_refusals", "Repetitions that the budget did not allow", \.budgetRefusals),
      ("waits", "Calls that waited for a connection", \.waits),
      ("wait_refusals", "Calls that found too many waiting or waited too long", \.waitRefusals),
      ("ejections", "Times that an endpoint was left out", \.ejections),
      ("returns", "Times that an endpoint came back", \.returns),
    ]

  /// `registry` for the key `LIANSHE_REGISTRY_URL`.
  static func service(_ key: String) -> String {
    var name = key.lowercased()[...]
    if name.hasPrefix("lianshe_") { name = name.dropFirst("lianshe_".count) }
    if name.hasSuffix("_url") { name = name.dropLast("_url".count) }
    return String(name)
  }

  /// The readings hold the channel weakly: they do not keep its connections open.
  static func register(_ channel: HTTP2Channel, to name: String, in metrics: MetricsRegistry) {
    for (metric, help, path) in counts {
      metrics.reading(
        "lianshe_client_\(metric)_total", help: help, labels: [("to", name)], isCounter: true
      ) { [weak channel] in
        Double(channel?.statistics.counts[keyPath: path] ?? 0)
      }
    }
    for state in EndpointStatistics.State.allCases {
      metrics.reading(
        "lianshe_client_endpoints", help: "Endpoints of another service by their state",
        labels: [("to", name), ("state", state.rawValue)]
      ) { [weak channel] in
        Double(channel?.statistics.endpoints.count { $0.state == state } ?? 0)
      }
    }
    metrics.reading(
      "lianshe_client_calls_under_way", help: "Calls on connections", labels: [("to", name)]
    ) { [weak channel] in
      Double(channel?.statistics.endpoints.reduce(0) { $0 + $1.callsUnderWay } ?? 0)
    }
    metrics.reading(
      "lianshe_client_calls_waiting", help: "Calls that wait for a connection",
      labels: [("to", name)]
    ) { [weak channel] in
      Double(channel?.statistics.callsWaiting ?? 0)
    }
    metrics.reading(
      "lianshe_client_retry_tokens", help: "Repetitions that the budget allows now",
      labels: [("to", name)]
    ) { [weak channel] in
      Double(channel?.statistics.retryTokens ?? 0)
    }
  }
}
