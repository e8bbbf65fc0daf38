// What a service says while it is put together. Parts start in the order in which they are added and
// stop in the reverse order, each only after the one added later has stopped.

package import Logging
package import RPC
package import ServiceLifecycle
internal import TLS
package import Transport

/// The parts of a running service. Used while composing only.
package final class ServiceComposer {
  package let configuration: Configuration
  package let logger: Logger
  package let metrics: MetricsRegistry
  /// Counts, times and logs calls; goes first into a router.
  package let telemetry: TelemetryInterceptor

  /// What `/readyz` says, for whoever says it in another protocol.
  package let readiness: Readiness
  private let descriptors: Descriptors
  let drainTimeout: Duration
  let security: TransportSecurity
  /// Made when an address wants TLS and the configuration names no authority.
  var systemClient: TLSClient?
  private(set) var parts: [ServiceGroupConfiguration.ServiceConfiguration] = []
  private(set) var listeners: [(what: String, address: String)] = []

  init(
    configuration: Configuration, logger: Logger, metrics: MetricsRegistry, readiness: Readiness,
    descriptors: Descriptors
  ) throws(ConfigurationError) {
    self.configuration = configuration
    self.logger = logger
    self.metrics = metrics
    self.readiness = readiness
    self.descriptors = descriptors
    drainTimeout = try configuration.value(StandardKeys.drainTimeout)
    telemetry = TelemetryInterceptor(
      metrics: metrics, accessLog: try configuration.value(StandardKeys.accessLog))
    security = try TransportSecurity(configuration, logger: logger)
    watchSecurity()
  }

  /// The value of a key that the program declares.
  package func value<Value>(
    _ key: ConfigurationKey<Value>
  ) throws(ConfigurationError) -> Value {
    try configuration.value(key)
  }

  /// Has the admin listener tell what a proto package is made of.
  ///
  /// - Parameter fileDescriptorSet: serialized, with everything that the package imports.
  package func describe(_ package: String, _ fileDescriptorSet: [UInt8]) {
    descriptors.add(package, fileDescriptorSet)
  }

  /// Adds a condition of `/readyz`: it holds while the body returns.
  package func check(_ name: String, _ body: @escaping @Sendable () async throws -> Void) {
    readiness.add(name, body)
  }

  /// Adds a part that stops by itself on graceful shutdown. When it fails, the process ends.
  package func add(_ name: String, _ service: some Service) {
    parts.append(
      .init(
        service: service, successTerminationBehavior: .gracefullyShutdownGroup,
        failureTerminationBehavior: .gracefullyShutdownGroup, serviceName: name))
  }

  /// Adds work that goes on until the service stops, and is then cancelled. It may also end before.
  package func background(_ name: String, _ body: @escaping @Sendable () async throws -> Void) {
    parts.append(
      .init(
        service: BackgroundPart(body: body),
        successTerminationBehavior: .gracefullyShutdownGroup,
        failureTerminationBehavior: .gracefullyShutdownGroup, serviceName: name))
  }

  /// Adds what is to be done when everything added later has stopped.
  package func onShutdown(_ name: String, _ body: @escaping @Sendable () async -> Void) {
    add(name, ShutdownPart(body: body))
  }

  /// Listens, and serves the router's methods until the service stops.
  ///
  /// - Returns: the address with the port that was taken.
  /// - Throws: `TransportError` when the address is in use or cannot be used.
  @discardableResult
  package func serve(
    _ router: Router, on endpoint: Endpoint, limits: TransportLimits = TransportLimits()
  ) async throws -> Endpoint {
    let server = ChannelServer(
      router: router, limits: limits, logger: logger,
      channelInitializer: security.server?.initializer)
    let address = try await server.start(endpoint)
    metrics.reading(
      "lianshe_channel_connections", help: "Connections open on the channel",
      labels: [("listen", endpoint.description)]
    ) { Double(server.connectionCount) }
    register(limitsOf: server, on: endpoint)
    add("channel", ChannelPart(server: server, grace: drainTimeout))
    listening("channel", at: "\(address)")
    return address
  }

  /// What each limit of a listener is, and how often it was reached.
  private func register(limitsOf server: ChannelServer, on endpoint: Endpoint) {
    for limit in ChannelLimit.allCases {
      let labels = [("listen", endpoint.description), ("limit", limit.rawValue)]
      metrics.reading(
        "lianshe_channel_limit_reached_total", help: "How often a limit of the channel was reached",
        labels: labels, isCounter: true
      ) { Double(server.reachedCount(of: limit)) }
      guard let value = server.limits.value(of: limit) else { continue }
      metrics.reading(
        "lianshe_channel_limit",
        help:
          "Limits of the channel, in seconds, bytes or pieces; of a rate, what may come at once",
        labels: labels
      ) { value }
    }
  }

  /// Notes a listener, to be logged once everything listens: a start that fails for one of several
  /// ports is one line of what is wrong, not a tale of what went well before.
  package func listening(_ what: String, at address: String) {
    listeners.append((what, address))
  }
}

private struct BackgroundPart: Service {
  let body: @Sendable () async throws -> Void

  func run() async throws {
    do {
      try await cancelWhenGracefulShutdown { try await body() }
    } catch is CancellationError {
      // Asked to stop.
    }
    // The group takes a part that ends before its turn, while others stop, for a failure.
    try? await gracefulShutdown()
  }
}

private struct ShutdownPart: Service {
  let body: @Sendable () async -> Void

  func run() async throws {
    try? await gracefulShutdown()
    await body()
  }
}

private struct ChannelPart: Service {
  let server: ChannelServer
  let grace: Duration

  func run() async throws {
    try await withGracefulShutdownHandler {
      try await server.run()
    } onGracefulShutdown: {
      Task { await server.drain(grace: grace) }
    }
  }
}
