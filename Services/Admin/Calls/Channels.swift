// Where calls go out. Commands see only this protocol, so that tests run them in one process.

internal import Logging
internal import RPC
internal import Synchronization
internal import TLS
internal import Transport

/// A way to each service.
protocol Channels: Sendable {
  func channel(to service: ServiceName) throws -> any RPCChannel
  /// The address of a service, for messages.
  func target(_ service: ServiceName) -> Target
  func close()
}

/// Channels over sockets, made when first needed.
final class NetworkChannels: Channels {
  private let addresses: [ServiceName: String]
  private let files: TLSFiles
  private let open = Mutex<[ServiceName: HTTP2Channel]>([:])

  /// - Parameter files: for addresses that begin with `https://`.
  init(addresses: [ServiceName: String], files: TLSFiles = TLSFiles()) {
    self.addresses = addresses
    self.files = files
  }

  func target(_ service: ServiceName) -> Target {
    Target(service: service, address: addresses[service] ?? service.defaultAddress)
  }

  func channel(to service: ServiceName) throws -> any RPCChannel {
    let address = target(service).address
    return try open.withLock { open in
      if let channel = open[service] { return channel }
      let endpoints = try Self.endpoints(address, of: service)
      let channel = HTTP2Channel(
        endpoints: endpoints, logger: Self.silent,
        secureInitializer: endpoints.contains(where: \.isSecure) ? try secureInitializer() : nil)
      open[service] = channel
      return channel
    }
  }

  func close() {
    open.withLock { open in
      for channel in open.values { channel.close() }
      open = [:]
    }
  }

  private static var silent: Logger {
    Logger(label: "lianshe", factory: { _ in SwiftLogNoOpLogHandler() })
  }

  private func secureInitializer() throws -> HTTP2Channel.SecureInitializer {
    do {
      return try TLSClient(TLSClientOptions(files: files), logger: Self.silent).initializer
    } catch {
      throw Failure(
        .invalid,
        [
          Phrase("\(error.path)：\(error.chinese)", "\(error.path): \(error.english)"),
          Phrase(
            "  见 --tls-ca、--tls-certificate、--tls-key",
            "  see --tls-ca, --tls-certificate, --tls-key"),
        ])
    }
  }

  private static func endpoints(_ address: String, of service: ServiceName) throws -> [Endpoint] {
    do {
      return try Endpoint.list(address)
    } catch {
      throw Failure(
        .invalid,
        [
          Phrase(
            "--\(service.rawValue) 的地址不对：“\(address)”，应为 http:// 或 https://主机：端口，多个用逗号分隔",
            "--\(service.rawValue): \(error.message)"),
          Phrase(
            "  也可用环境变量 \(service.variable)", "  or set the variable \(service.variable)"),
        ])
    }
  }
}
