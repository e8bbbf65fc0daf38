// A service of entries that lives in memory, behind the typed client: figures by their keys, doubts.

package import CommonMessages
internal import ExhibitionsMessages
package import GatewayClients
package import GatewayDomain
internal import RPC
internal import RegistryMessages
internal import TalentMessages

/// Figures and doubtful values of one service.
package struct MemoryEntries: Sendable {
  package let service: ServiceName
  /// Printed values by key: "206个". What is not here was not recorded.
  package var figures: [String: String] = [:]
  package var quarantine: [QuarantineItem] = []
  /// Keys that the service refuses.
  package var refused: Set<String> = []

  package init(_ service: ServiceName, figures: [String: String] = [:]) {
    self.service = service
    self.figures = figures
  }

  package func channel() -> FakeChannel {
    let channel = FakeChannel()
    answer(on: channel)
    return channel
  }

  /// Adds the answers of entries to a channel, which may answer other calls too.
  package func answer(on channel: FakeChannel) {
    switch service {
    case .registry:
      channel.on(RegistryMessages.FigureServiceMethods.batchGetFigures, batch)
      channel.on(RegistryMessages.FigureServiceMethods.explainFigure, explanation)
      channel.on(RegistryMessages.QuarantineServiceMethods.listQuarantineItems, doubts)
      channel.on(RegistryMessages.EntryServiceMethods.listEntryKinds, kinds)
    case .exhibitions:
      channel.on(ExhibitionsMessages.FigureServiceMethods.batchGetFigures, batch)
      channel.on(ExhibitionsMessages.FigureServiceMethods.explainFigure, explanation)
      channel.on(ExhibitionsMessages.QuarantineServiceMethods.listQuarantineItems, doubts)
      channel.on(ExhibitionsMessages.EntryServiceMethods.listEntryKinds, kinds)
    case .talent:
      channel.on(TalentMessages.FigureServiceMethods.batchGetFigures, batch)
      channel.on(TalentMessages.FigureServiceMethods.explainFigure, explanation)
      channel.on(TalentMessages.QuarantineServiceMethods.listQuarantineItems, doubts)
      channel.on(TalentMessages.EntryServiceMethods.listEntryKinds, kinds)
    case .statistics: break
    }
  }

  private func kinds(_ request: ListEntryKindsRequest) -> ListEntryKindsResponse {
    ListEntryKindsResponse(kinds: [
      EntryKind(name: "award_tally", titleZh: "获奖统计", titleEn: "Award tallies")
    ])
  }

  private func doubts(_ request: ListQuarantineItemsRequest) -> ListQuarantineItemsResponse {
    ListQuarantineItemsResponse(
      items: quarantine.filter { request.state == .unspecified || $0.state == request.state })
  }

  private func batch(_ request: BatchGetFiguresRequest) throws -> BatchGetFiguresResponse {
    if let key = request.keys.first(where: refused.contains) {
      throw RPCError(.invalidArgument, "\(key) is no key")
    }
    return BatchGetFiguresResponse(figures: request.keys.map(figure), generation: 3)
  }

  private func explanation(_ request: ExplainFigureRequest) -> ExplainFigureResponse {
    ExplainFigureResponse(
      explanation: FigureExplanation(
        figure: figure(request.key), formulaZh: "各条记录相加",
        records: [
          FigureRecord(
            recordType: "award_tally", recordId: "entry-1", revision: 1, placeCode: "450000",
            period: "2016")
        ], totalSize: 1))
  }

  package func figure(_ key: String) -> Figure {
    guard let printed = figures[key] else {
      return Figure(key: key, mark: .notRecorded, printed: "未统计")
    }
    let quantity = Sample.quantity(printed)
    return Figure(
      key: key, mark: .computed, quantity: quantity, printed: quantity.text,
      printedUnit: quantity.unit, recordCount: 1, label: key)
  }
}

extension Backends {
  /// Registry and statistics as given; exhibitions and talent are there and hold nothing.
  package init(registry: FakeChannel, statistics: FakeChannel) {
    self.init(
      registry: registry, statistics: statistics,
      exhibitions: MemoryEntries(.exhibitions).channel(), talent: MemoryEntries(.talent).channel())
  }
}
