// TLS among the parts of a service: files that are watched, and numbers for the operator.

internal import Logging
internal import RPC
internal import TLS
package import Transport

extension ServiceComposer {
  /// A channel to the services at the addresses of a key, over TLS where they say `https://`. Reads
  /// that are slow go to a second replica too. Its counts are exported under the name of the key.
  package func channel(to key: ConfigurationKey<[Endpoint]>) throws -> HTTP2Channel {
    let endpoints = try value(key)
    var client = security.client
    if client == nil, endpoints.contains(where: \.isSecure) {
      client = try systemClient ?? security.systemClient()
      if systemClient == nil, let client {
        systemClient = client
        watch(client)
      }
    }
    var options = HTTP2ChannelOptions()
    options.retry.hedgeDelay = Self.hedgeDelay
    let channel = HTTP2Channel(
      endpoints: endpoints, options: options, logger: logger,
      secureInitializer: client?.initializer)
    ChannelMetrics.register(channel, to: ChannelMetrics.service(key.declaration.name), in: metrics)
    return channel
  }

  /// Watches the files of the configuration.
  func watchSecurity() {
    if let server = security.server {
      background("certificates") { await server.watch() }
      register(
        "server", counts: { server.counts }, reloads: { server.reloads },
        expiry: { server.expiry })
    }
    if let client = security.client { watch(client) }
  }

  private func watch(_ client: TLSClient) {
    background("certificates of calls") { await client.watch() }
    register(
      "client", counts: { client.counts }, reloads: { client.reloads }, expiry: { client.expiry })
  }

  private func register(
    _ side: String, counts: @escaping @Sendable () -> TLSCounts,
    reloads: @escaping @Sendable () -> (done: Int, failed: Int),
    expiry: @escaping @Sendable () -> Int64?
  ) {
    let outcomes: [(String, @Sendable (TLSCounts) -> Int)] = [
      ("completed", { $0.completed }), ("failed", { $0.failed }), ("refused", { $0.refused }),
    ]
    for (result, number) in outcomes {
      metrics.reading(
        "lianshe_tls_handshakes_total", help: "TLS handshakes, by their outcome",
        labels: [("side", side), ("result", result)], isCounter: true
      ) { Double(number(counts())) }
    }
    for result in ["done", "failed"] {
      metrics.reading(
        "lianshe_tls_reloads_total",
        help: "Changed certificate files that were taken, or found broken",
        labels: [("side", side), ("result", result)], isCounter: true
      ) { Double(result == "done" ? reloads().done : reloads().failed) }
    }
    guard expiry() != nil else { return }
    metrics.reading(
      "lianshe_tls_certificate_expiry_timestamp_seconds",
      help: "When the certificate of this process ends, in seconds since 1970",
      labels: [("side", side)]
    ) { Double(expiry() ?? 0) }
  }
}
