// The entries of one service. Every service has a message of its own for them, so they are carried as
// JSON: the kinds that the service tells say what their fields mean.

internal import CommonMessages
internal import ExhibitionsMessages
internal import RPC
internal import RegistryMessages
internal import TalentMessages
internal import Wire

/// Reads entries of a service that keeps them.
struct EntryCalls: Sendable {
  let service: ServiceName
  let session: Session

  init(of service: ServiceName, _ session: Session) throws {
    guard ServiceName.withEntries.contains(service) else {
      throw Failure(
        .invalid, "\(service.rawValue) 不存事项；可用 registry, exhibitions, talent",
        "\(service.rawValue) keeps no entries; use registry, exhibitions or talent")
    }
    self.service = service
    self.session = session
  }

  func kinds() async throws -> [EntryKind] {
    let method =
      switch service {
      case .exhibitions: ExhibitionsMessages.EntryServiceMethods.listEntryKinds
      case .talent: TalentMessages.EntryServiceMethods.listEntryKinds
      default: RegistryMessages.EntryServiceMethods.listEntryKinds
      }
    return try await call(method, ListEntryKindsRequest()).kinds
  }

  /// One page, as the JSON of its answer.
  func list(_ request: ListEntriesRequest) async throws -> [UInt8] {
    switch service {
    case .exhibitions:
      try await json(ExhibitionsMessages.EntryServiceMethods.listEntries, request)
    case .talent: try await json(TalentMessages.EntryServiceMethods.listEntries, request)
    default: try await json(RegistryMessages.EntryServiceMethods.listEntries, request)
    }
  }

  func get(_ request: GetEntryRequest) async throws -> [UInt8] {
    switch service {
    case .exhibitions: try await json(ExhibitionsMessages.EntryServiceMethods.getEntry, request)
    case .talent: try await json(TalentMessages.EntryServiceMethods.getEntry, request)
    default: try await json(RegistryMessages.EntryServiceMethods.getEntry, request)
    }
  }

  private func json<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor<Request, Response>, _ request: Request
  ) async throws -> [UInt8] {
    try await call(method, request).jsonUTF8()
  }

  private func call<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor<Request, Response>, _ request: Request
  ) async throws -> Response {
    let channel = try session.channels.channel(to: service)
    return try await session.calling(service) {
      try await channel.unary(method, request, options: try session.options())
    }
  }
}
