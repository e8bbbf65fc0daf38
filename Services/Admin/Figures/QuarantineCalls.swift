// The quarantine of one service. The services share the messages; each has a client of its own.

internal import ArgumentParser
internal import CommonMessages
internal import ExhibitionsMessages
internal import RPC
internal import RegistryMessages
internal import StatisticsMessages
internal import TalentMessages

/// The calls about doubtful values that the tool makes.
protocol QuarantineCalls: Sendable {
  func listQuarantineItems(
    _ request: ListQuarantineItemsRequest, options: CallOptions
  ) async throws -> ListQuarantineItemsResponse
  func getQuarantineItem(
    _ request: GetQuarantineItemRequest, options: CallOptions
  ) async throws -> GetQuarantineItemResponse
  func resolveQuarantineItem(
    _ request: ResolveQuarantineItemRequest, options: CallOptions
  ) async throws -> ResolveQuarantineItemResponse
}

extension RegistryMessages.QuarantineServiceClient: QuarantineCalls {}
extension ExhibitionsMessages.QuarantineServiceClient: QuarantineCalls {}
extension TalentMessages.QuarantineServiceClient: QuarantineCalls {}
extension StatisticsServiceClient: QuarantineCalls {}

extension Session {
  func quarantine(of service: ServiceName) throws -> any QuarantineCalls {
    let channel = try channels.channel(to: service)
    switch service {
    case .registry: return RegistryMessages.QuarantineServiceClient(channel: channel)
    case .exhibitions: return ExhibitionsMessages.QuarantineServiceClient(channel: channel)
    case .talent: return TalentMessages.QuarantineServiceClient(channel: channel)
    case .statistics: return StatisticsServiceClient(channel: channel)
    case .gateway:
      throw Failure(.invalid, "网关没有隔离区", "the gateway has no quarantine")
    }
  }
}

/// `--service` of commands about doubtful values: all services, unless one is named.
struct DoubtServiceOption: ParsableArguments {
  @Option(
    help: help(
      "哪个服务：registry, statistics, exhibitions, talent；不写则都看",
      "which service: registry, statistics, exhibitions, talent; all unless named"))
  var service: ServiceName?

  var services: [ServiceName] { service.map { [$0] } ?? ServiceName.withRecords }

  func validate() throws {
    if let service, !ServiceName.withRecords.contains(service) {
      throw ValidationError(ambient("网关不存记录", "the gateway keeps no records"))
    }
  }
}

/// `--service` of commands about records.
struct RecordServiceOption: ParsableArguments {
  @Option(
    help: help(
      "哪个服务：registry, statistics, exhibitions, talent",
      "which service: registry, statistics, exhibitions, talent"))
  var service: ServiceName = .statistics

  func validate() throws {
    guard ServiceName.withRecords.contains(service) else {
      throw ValidationError(ambient("网关不存记录", "the gateway keeps no records"))
    }
  }
}
