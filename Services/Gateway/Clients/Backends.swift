// The services behind the gateway, as typed clients.

internal import GatewayDomain
package import RPC
package import RegistryMessages
package import StatisticsMessages

/// Clients of the two services.
package struct Backends: Sendable {
  package let registry: RegistryServiceClient
  package let statistics: StatisticsServiceClient
  /// What documents state about the register, and about what statistics keeps.
  package let registryFigures: RegistryMessages.StatedFigureServiceClient
  package let statisticsFigures: StatisticsMessages.StatedFigureServiceClient

  package init(registry: any RPCChannel, statistics: any RPCChannel) {
    let registry = NamedChannel(service: .registry, channel: registry)
    let statistics = NamedChannel(service: .statistics, channel: statistics)
    self.registry = RegistryServiceClient(channel: registry)
    self.statistics = StatisticsServiceClient(channel: statistics)
    registryFigures = RegistryMessages.StatedFigureServiceClient(channel: registry)
    statisticsFigures = StatisticsMessages.StatedFigureServiceClient(channel: statistics)
  }
}

/// The bounds of what one report asks for.
package struct ReaderLimits: Sendable, Hashable {
  /// Calls to one service at a time.
  package var concurrentCalls = 8
  /// Pages of 1000 taken from any one list; what is cut off is said in the report.
  package var maximumPages = 10
  /// Keys of one `BatchGetFigures`; the service takes 500.
  package var keysPerBatch = 500
  /// Rounds of asking for figures until one generation of the data answers all.
  package var generationRounds = 3
  /// Names of places looked up one by one, beyond those directly below.
  package var maximumNameLookups = 200
  /// Kept back from the caller's deadline for writing the report, at most a quarter of it.
  package var reserve: Duration = .milliseconds(250)

  package init() {}
}
