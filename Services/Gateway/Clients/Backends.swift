// The services behind the gateway, as typed clients.

package import GatewayDomain
package import RPC
package import RegistryMessages
package import StatisticsMessages

/// Clients of the four services.
package struct Backends: Sendable {
  package let registry: RegistryServiceClient
  package let statistics: StatisticsServiceClient
  private let channels: [ServiceName: NamedChannel]

  package init(
    registry: any RPCChannel, statistics: any RPCChannel, exhibitions: any RPCChannel,
    talent: any RPCChannel
  ) {
    let given: [ServiceName: any RPCChannel] = [
      .registry: registry, .statistics: statistics, .exhibitions: exhibitions, .talent: talent,
    ]
    var channels: [ServiceName: NamedChannel] = [:]
    for (service, channel) in given {
      channels[service] = NamedChannel(service: service, channel: channel)
    }
    self.channels = channels
    self.registry = RegistryServiceClient(
      channel: NamedChannel(service: .registry, channel: registry))
    self.statistics = StatisticsServiceClient(
      channel: NamedChannel(service: .statistics, channel: statistics))
  }

  /// The way to a service, for calls that only some services answer.
  ///
  /// - Throws: never for a service that `init` was given; there is one for each.
  package func channel(to service: ServiceName) throws -> any RPCChannel {
    guard let channel = channels[service] else {
      throw RPCError(.internal, "the gateway has no channel to \(service.rawValue)")
    }
    return channel
  }

  /// The calls that all services answer alike.
  package func records(of service: ServiceName) throws -> RecordCalls {
    RecordCalls(service, try channel(to: service))
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
