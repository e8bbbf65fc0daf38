// The import calls of the statistics service.

internal import CommonMessages
internal import RPC
internal import StatisticsMessages

struct StatisticsImports: ImportPort {
  let service = ServiceName.statistics
  private let client: ImportServiceClient
  private let options: CallOptions

  init(channel: any RPCChannel, options: CallOptions) {
    client = ImportServiceClient(channel: channel)
    self.options = options
  }

  func kinds() async throws -> [ImportKind] {
    try await client.listImportKinds(ListImportKindsRequest(), options: options).kinds
  }

  func template(kind: String) async throws -> (fileName: String, content: [UInt8]) {
    let answer = try await client.getImportTemplate(
      GetImportTemplateRequest(kind: kind), options: options)
    return (answer.fileName, answer.content)
  }

  func create(_ file: ImportFile, kind: String, requestID: String) async throws -> Import {
    try MissingImport.unwrap(
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
    try MissingImport.unwrap(
      await client.validateImport(ValidateImportRequest(importId: id), options: options).import)
  }

  func commit(_ id: String, requestID: String) async throws -> Import {
    try MissingImport.unwrap(
      await client.commitImport(
        CommitImportRequest(importId: id, requestId: requestID), options: options
      ).import)
  }

  func get(_ id: String) async throws -> Import {
    try MissingImport.unwrap(
      await client.getImport(GetImportRequest(importId: id), options: options).import)
  }

  func revert(_ id: String, reason: String, requestID: String) async throws -> Import {
    try MissingImport.unwrap(
      await client.revertImport(
        RevertImportRequest(importId: id, requestId: requestID, reason: reason), options: options
      ).import)
  }

  func watch(_ id: String, _ onChange: @Sendable (Import) -> Void) async throws {
    let stream = try await client.watchImport(
      WatchImportRequest(importId: id), options: options)
    for try await answer in stream {
      if let change = answer.import { onChange(change) }
    }
  }
}
