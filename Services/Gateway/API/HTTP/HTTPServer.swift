// The listener of the HTTP face, as a part of the gateway's process.

internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Serves the HTTP face until the process stops.
package final class HTTPServer: Service {
  /// Connections at a time. Over it, new ones wait.
  package static let maximumConnections = 1_024
  /// A connection on which nothing moves for so long is closed.
  package static let idleSeconds: Int64 = 60

  /// EADDRINUSE, which has another number on every system.
  private static let addressInUse = EADDRINUSE

  private let face: HTTPFace
  private let host: String
  private let port: Int
  private let logger: Logger
  private let bound = Mutex<Int?>(nil)

  package init(face: HTTPFace, host: String, port: Int, logger: Logger) {
    self.face = face
    self.host = host
    self.port = port
    self.logger = logger
  }

  /// The port that was taken; nil while nobody listens.
  package var boundPort: Int? { bound.withLock { $0 } }

  /// Passes once requests are answered.
  package func check() throws {
    guard boundPort != nil else { throw HTTPServerError("nobody listens on \(host):\(port) yet") }
  }

  package func run() async throws {
    let application = Application(
      responder: face.router().buildResponder(),
      server: .http1(configuration: .init(idleTimeout: .seconds(Self.idleSeconds))),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port),
        availableConnectionsDelegate: MaximumAvailableConnections(Self.maximumConnections)),
      onServerRunning: { [self] channel in
        let port = channel.localAddress?.port
        bound.withLock { $0 = port }
        logger.info("http is listening", metadata: ["address": "\(host):\(port ?? self.port)"])
      },
      logger: logger)
    do {
      try await application.run()
    } catch let error as IOError {
      throw HTTPServerError(
        error.errnoCode == Self.addressInUse
          ? "\(host):\(port) 已被占用 / is in use by another program"
          : "\(host):\(port) 不能监听 / cannot be listened on: \(error)")
    }
  }
}

/// Why the HTTP face does not answer.
package struct HTTPServerError: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
