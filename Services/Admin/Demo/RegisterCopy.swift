// Statistics keeps a copy of the register and checks reports against it. The copy follows within
// moments; who imports both in one go waits for it here.

internal import RPC
internal import RegistryMessages
internal import StatisticsMessages

enum RegisterCopy {
  /// How long the copy may stay behind before it is called a fault.
  static let patience: Duration = .seconds(60)
  static let interval: Duration = .milliseconds(100)

  /// Returns when statistics holds at least what the register holds now.
  static func waitUntilComplete(
    _ session: Session, patience: Duration = patience
  ) async throws {
    let wanted = try await register(session)
    let end = ContinuousClock.now.advanced(by: patience)
    let client = try session.statistics()
    while true {
      let copy = try await session.calling(.statistics) {
        try await client.getRegisterCopy(
          GetRegisterCopyRequest(), options: try session.options())
      }
      let isThere =
        copy.complete && copy.placeCount >= wanted.places
        && copy.federationCount >= wanted.federations
        && copy.enterpriseCount >= wanted.enterprises
      if isThere { return }
      guard ContinuousClock.now < end else {
        throw Failure(
          .failure,
          [
            Phrase(
              "统计服务的名录副本没有跟上：地区 \(copy.placeCount)/\(wanted.places)，联社 "
                + "\(copy.federationCount)/\(wanted.federations)，企业 "
                + "\(copy.enterpriseCount)/\(wanted.enterprises)",
              "the register's copy at statistics stays behind: places "
                + "\(copy.placeCount)/\(wanted.places), federations "
                + "\(copy.federationCount)/\(wanted.federations), enterprises "
                + "\(copy.enterpriseCount)/\(wanted.enterprises)"),
            Phrase(
              "  请看统计服务的日志：它能否连上名录服务 (LIANSHE_REGISTRY_URL)",
              "  see the log of statistics: can it reach the registry (LIANSHE_REGISTRY_URL)?"),
          ])
      }
      session.console.showProgress(
        Phrase("等待统计服务读入名录…", "waiting for statistics to read the register…")[session.language])
      try await Task.sleep(for: interval)
    }
  }

  /// How much the register holds today.
  private static func register(
    _ session: Session
  ) async throws -> (places: UInt64, federations: UInt64, enterprises: UInt64) {
    let client = try session.registry()
    return try await session.calling(.registry) {
      let options = try session.options()
      async let places = client.listPlaces(ListPlacesRequest(pageSize: 1), options: options)
      async let federations = client.listFederations(
        ListFederationsRequest(pageSize: 1), options: options)
      async let enterprises = client.listEnterprises(
        ListEnterprisesRequest(pageSize: 1), options: options)
      return (
        try await places.totalSize, try await federations.totalSize,
        try await enterprises.totalSize
      )
    }
  }
}
