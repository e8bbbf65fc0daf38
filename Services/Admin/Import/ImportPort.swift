// The import calls of both services under one name. Their messages are different types with the
// same fields; from here on there is one flow.

internal import CommonMessages
internal import RPC

/// The import calls of one service.
protocol ImportPort: Sendable {
  var service: ServiceName { get }
  func kinds() async throws -> [ImportKind]
  func template(kind: String) async throws -> (fileName: String, content: [UInt8])
  func create(_ file: ImportFile, kind: String, requestID: String) async throws -> Import
  func append(to id: String, number: UInt32, bytes: [UInt8]) async throws
  func validate(_ id: String) async throws -> Import
  func commit(_ id: String, requestID: String) async throws -> Import
  func get(_ id: String) async throws -> Import
  func revert(_ id: String, reason: String, requestID: String) async throws -> Import
  /// Reports every change of an import until the service ends the stream.
  func watch(_ id: String, _ onChange: @Sendable (Import) -> Void) async throws
}

extension Session {
  func importPort(_ service: ServiceName) throws -> any ImportPort {
    let channel = try channels.channel(to: service)
    let options = try options()
    switch service {
    case .registry: return RegistryImports(channel: channel, options: options)
    case .statistics: return StatisticsImports(channel: channel, options: options)
    case .gateway:
      throw Failure(.invalid, "网关不接受导入文件", "the gateway takes no import files")
    }
  }

  /// The services that take files.
  static let importServices: [ServiceName] = [.registry, .statistics]
}

/// An answer without the import it should carry: the service broke the protocol.
struct MissingImport {
  static func unwrap(_ value: Import?) throws -> Import {
    guard let value else { throw RPCError(.internal, "the answer carries no import") }
    return value
  }
}
