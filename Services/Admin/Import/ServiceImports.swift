// The import calls of one service. The services share the messages; each has a client of its own.

internal import CommonMessages
internal import ExhibitionsMessages
internal import RPC
internal import RegistryMessages
internal import StatisticsMessages
internal import TalentMessages

/// The calls of an ImportService that the tool makes.
protocol ImportCalls: Sendable {
  func listImportKinds(
    _ request: ListImportKindsRequest, options: CallOptions
  ) async throws -> ListImportKindsResponse
  func getImportTemplate(
    _ request: GetImportTemplateRequest, options: CallOptions
  ) async throws -> GetImportTemplateResponse
  func createImport(
    _ request: CreateImportRequest, options: CallOptions
  ) async throws -> CreateImportResponse
  func appendRows(
    _ request: AppendRowsRequest, options: CallOptions
  ) async throws -> AppendRowsResponse
  func validateImport(
    _ request: ValidateImportRequest, options: CallOptions
  ) async throws -> ValidateImportResponse
  func commitImport(
    _ request: CommitImportRequest, options: CallOptions
  ) async throws -> CommitImportResponse
  func getImport(
    _ request: GetImportRequest, options: CallOptions
  ) async throws -> GetImportResponse
  func revertImport(
    _ request: RevertImportRequest, options: CallOptions
  ) async throws -> RevertImportResponse
  func watchImport(
    _ request: WatchImportRequest, options: CallOptions
  ) async throws -> ResponseStream<WatchImportResponse>
}

extension RegistryMessages.ImportServiceClient: ImportCalls {}
extension StatisticsMessages.ImportServiceClient: ImportCalls {}
extension ExhibitionsMessages.ImportServiceClient: ImportCalls {}
extension TalentMessages.ImportServiceClient: ImportCalls {}

struct ServiceImports: Sendable {
  let service: ServiceName
  let client: any ImportCalls
  let options: CallOptions

  func kinds() async throws -> [ImportKind] {
    try await client.listImportKinds(ListImportKindsRequest(), options: options).kinds
  }

  func template(kind: String) async throws -> (fileName: String, content: [UInt8]) {
    let answer = try await client.getImportTemplate(
      GetImportTemplateRequest(kind: kind), options: options)
    return (answer.fileName, answer.content)
  }

  func create(_ file: ImportFile, kind: String, requestID: String) async throws -> Import {
    try Self.unwrap(
      await client.createImport(
        CreateImportRequest(
          requestId: requestID, kind: kind, fileName: file.name,
          byteCount: UInt64(file.content.count), sha256: file.sha256),
        options: options
      ).import)
  }

  func append(to id: String, number: UInt32, bytes: [UInt8]) async throws {
    _ = try await client.appendRows(
      AppendRowsRequest(importId: id, chunkNumber: number, content: bytes), options: options)
  }

  func validate(_ id: String) async throws -> Import {
    try Self.unwrap(
      await client.validateImport(ValidateImportRequest(importId: id), options: options).import)
  }

  func commit(_ id: String, requestID: String) async throws -> Import {
    try Self.unwrap(
      await client.commitImport(
        CommitImportRequest(importId: id, requestId: requestID), options: options
      ).import)
  }

  func get(_ id: String) async throws -> Import {
    try Self.unwrap(
      await client.getImport(GetImportRequest(importId: id), options: options).import)
  }

  func revert(_ id: String, reason: String, requestID: String) async throws -> Import {
    try Self.unwrap(
      await client.revertImport(
        RevertImportRequest(importId: id, requestId: requestID, reason: reason), options: options
      ).import)
  }

  /// Reports every change of an import until the service ends the stream.
  func watch(_ id: String, _ onChange: @Sendable (Import) -> Void) async throws {
    let stream = try await client.watchImport(
      WatchImportRequest(importId: id), options: options)
    for try await answer in stream {
      if let change = answer.import { onChange(change) }
    }
  }

  /// An answer without the import that it should carry: the service broke the protocol.
  private static func unwrap(_ value: Import?) throws -> Import {
    guard let value else { throw RPCError(.internal, "the answer carries no import") }
    return value
  }
}

extension Session {
  func imports(of service: ServiceName) throws -> ServiceImports {
    let channel = try channels.channel(to: service)
    let client: any ImportCalls
    switch service {
    case .registry: client = RegistryMessages.ImportServiceClient(channel: channel)
    case .statistics: client = StatisticsMessages.ImportServiceClient(channel: channel)
    case .exhibitions: client = ExhibitionsMessages.ImportServiceClient(channel: channel)
    case .talent: client = TalentMessages.ImportServiceClient(channel: channel)
    case .gateway:
      throw Failure(.invalid, "网关不接受导入文件", "the gateway takes no import files")
    }
    return ServiceImports(service: service, client: client, options: try options())
  }

  /// The services that take files.
  static let importServices: [ServiceName] = ServiceName.withRecords
}
