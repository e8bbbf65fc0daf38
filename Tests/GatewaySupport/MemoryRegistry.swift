// A register that lives in memory, behind the typed client.

internal import GatewayDomain
package import CommonMessages
internal import RPC
package import RegistryMessages

/// Places, federations and stated figures.
package struct MemoryRegistry: Sendable {
  package var places: [(code: String, name: String, parent: String)] = []
  package var federations: [Federation] = []
  package var stated: [StatedFigure] = []
  package var entries = MemoryEntries(.registry)

  package init() {}

  /// A channel that answers what the gateway asks.
  package func channel() -> FakeChannel {
    let channel = FakeChannel()
    let registry = self
    entries.answer(on: channel)
    channel.on(RegistryServiceMethods.getFederation) { request in
      guard let found = registry.federations.first(where: { $0.code == request.code }) else {
        throw registry.notFound("federation", request.code)
      }
      return GetFederationResponse(federation: found)
    }
    channel.on(RegistryServiceMethods.listFederations) { request in
      let found = registry.below(request.ancestorCode).filter {
        (request.level == .unspecified || $0.level == request.level)
          && (request.funding == .unspecified || $0.funding == request.funding)
      }
      return ListFederationsResponse(federations: found, totalSize: UInt64(found.count))
    }
    channel.on(RegistryServiceMethods.countFederations) { request in
      CountFederationsResponse(counts: registry.counts(below: request.ancestorCode))
    }
    channel.on(RegistryServiceMethods.getPlace) { request in
      guard let found = registry.places.first(where: { $0.code == request.code }) else {
        throw registry.notFound("place", request.code)
      }
      return GetPlaceResponse(place: Place(code: found.code, name: found.name))
    }
    channel.on(RegistryServiceMethods.listPlaces) { request in
      let found = registry.places.filter {
        request.parentCode.isEmpty || $0.parent == request.parentCode
      }
      let places = found.map { Place(code: $0.code, name: $0.name, parentCode: $0.parent) }
      return ListPlacesResponse(places: places, totalSize: UInt64(places.count))
    }
    channel.on(RegistryMessages.StatedFigureServiceMethods.listStatedFigures) { _ in
      ListStatedFiguresResponse(
        statedFigures: registry.stated, totalSize: UInt64(registry.stated.count))
    }
    channel.on(RegistryMessages.StatedFigureServiceMethods.getStatedFigure) { request in
      guard let found = registry.stated.first(where: { $0.code == request.code }) else {
        throw registry.notFound("stated_figure", request.code)
      }
      return GetStatedFigureResponse(statedFigure: found)
    }
    return channel
  }

  private func notFound(_ type: String, _ name: String) -> RPCError {
    let info = ResourceInfo(
      resourceType: type, resourceName: name, description: "not in the register",
      available: federations.prefix(3).map(\.code))
    let detail = try? ErrorDetail(info)
    return RPCError(
      .notFound, "\(type) \(name) was not found", details: detail.map { [$0] } ?? [])
  }

  /// A federation and all below it; everything for an empty code.
  private func below(_ code: String) -> [Federation] {
    guard !code.isEmpty else { return federations }
    var found = federations.filter { $0.code == code }
    for child in federations where child.parentCode == code { found += below(child.code) }
    return found
  }

  private func counts(below code: String) -> [FederationCount] {
    let levels: [FederationLevel] = [.national, .province, .city, .county]
    return levels.compactMap { level in
      let found = below(code).filter { $0.level == level }
      guard !found.isEmpty else { return nil }
      return FederationCount(
        level: level, count: UInt64(found.count),
        fiscalCount: UInt64(found.filter { $0.funding == .fiscal }.count),
        fundingUnknownCount: UInt64(found.filter { $0.funding == .unspecified }.count))
    }
  }
}
