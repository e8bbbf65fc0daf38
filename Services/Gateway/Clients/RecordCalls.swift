// Every service that keeps records answers for its figures, its doubtful values and what documents
// state, by the same messages under its own package. Only the methods differ.

package import CommonMessages
internal import ExhibitionsMessages
package import GatewayDomain
package import RPC
internal import RegistryMessages
internal import StatisticsMessages
internal import TalentMessages

/// The calls that all services answer alike.
package struct RecordCalls: Sendable {
  package let service: ServiceName
  private let channel: any RPCChannel

  init(_ service: ServiceName, _ channel: any RPCChannel) {
    self.service = service
    self.channel = channel
  }

  /// Figures in the order of their keys.
  package func batchGetFigures(
    _ request: BatchGetFiguresRequest, options: CallOptions
  ) async throws -> BatchGetFiguresResponse {
    let method =
      switch service {
      case .registry: RegistryMessages.FigureServiceMethods.batchGetFigures
      case .statistics: StatisticsServiceMethods.batchGetFigures
      case .exhibitions: ExhibitionsMessages.FigureServiceMethods.batchGetFigures
      case .talent: TalentMessages.FigureServiceMethods.batchGetFigures
      }
    return try await channel.unary(method, request, options: options)
  }

  /// Where a figure comes from.
  package func explainFigure(
    _ request: ExplainFigureRequest, options: CallOptions
  ) async throws -> ExplainFigureResponse {
    let method =
      switch service {
      case .registry: RegistryMessages.FigureServiceMethods.explainFigure
      case .statistics: StatisticsServiceMethods.explainFigure
      case .exhibitions: ExhibitionsMessages.FigureServiceMethods.explainFigure
      case .talent: TalentMessages.FigureServiceMethods.explainFigure
      }
    return try await channel.unary(method, request, options: options)
  }

  /// Doubtful values.
  package func listQuarantineItems(
    _ request: ListQuarantineItemsRequest, options: CallOptions
  ) async throws -> ListQuarantineItemsResponse {
    let method =
      switch service {
      case .registry: RegistryMessages.QuarantineServiceMethods.listQuarantineItems
      case .statistics: StatisticsServiceMethods.listQuarantineItems
      case .exhibitions: ExhibitionsMessages.QuarantineServiceMethods.listQuarantineItems
      case .talent: TalentMessages.QuarantineServiceMethods.listQuarantineItems
      }
    return try await channel.unary(method, request, options: options)
  }

  package func getQuarantineItem(
    _ request: GetQuarantineItemRequest, options: CallOptions
  ) async throws -> GetQuarantineItemResponse {
    let method =
      switch service {
      case .registry: RegistryMessages.QuarantineServiceMethods.getQuarantineItem
      case .statistics: StatisticsServiceMethods.getQuarantineItem
      case .exhibitions: ExhibitionsMessages.QuarantineServiceMethods.getQuarantineItem
      case .talent: TalentMessages.QuarantineServiceMethods.getQuarantineItem
      }
    return try await channel.unary(method, request, options: options)
  }

  /// What documents state.
  package func listStatedFigures(
    _ request: ListStatedFiguresRequest, options: CallOptions
  ) async throws -> ListStatedFiguresResponse {
    let method =
      switch service {
      case .registry: RegistryMessages.StatedFigureServiceMethods.listStatedFigures
      case .statistics: StatisticsMessages.StatedFigureServiceMethods.listStatedFigures
      case .exhibitions: ExhibitionsMessages.StatedFigureServiceMethods.listStatedFigures
      case .talent: TalentMessages.StatedFigureServiceMethods.listStatedFigures
      }
    return try await channel.unary(method, request, options: options)
  }

  package func getStatedFigure(
    _ request: GetStatedFigureRequest, options: CallOptions
  ) async throws -> GetStatedFigureResponse {
    let method =
      switch service {
      case .registry: RegistryMessages.StatedFigureServiceMethods.getStatedFigure
      case .statistics: StatisticsMessages.StatedFigureServiceMethods.getStatedFigure
      case .exhibitions: ExhibitionsMessages.StatedFigureServiceMethods.getStatedFigure
      case .talent: TalentMessages.StatedFigureServiceMethods.getStatedFigure
      }
    return try await channel.unary(method, request, options: options)
  }

  /// The kinds of entries that a service keeps; statistics keeps none.
  package func listEntryKinds(options: CallOptions) async throws -> ListEntryKindsResponse {
    let method =
      switch service {
      case .registry: RegistryMessages.EntryServiceMethods.listEntryKinds
      case .exhibitions: ExhibitionsMessages.EntryServiceMethods.listEntryKinds
      case .talent: TalentMessages.EntryServiceMethods.listEntryKinds
      case .statistics: throw RPCError(.invalidArgument, "statistics keeps no entries")
      }
    return try await channel.unary(method, ListEntryKindsRequest(), options: options)
  }
}
