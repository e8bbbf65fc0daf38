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
  package static let idleSeconds: Int64 = 10

  /// EADDRINUSE, which has another number on every system.
  private static let addressInUse = EADDRINUSE

  private struct Running {
    let port: Int
    let group: ServiceGroup
    let task: Task<Void, any Error>
  }

  private let face: HTTPFace
  private let host: String
  private let port: Int
  private let logger: Logger
  private let running = Mutex<Running?>(nil)

  package init(face: HTTPFace, host: String, port: Int, logger: Logger) {
    self.face = face
    self.host = host
    self.port = port
    self.logger = logger
  }

  /// The port that was taken; nil while nobody listens.
  package var boundPort: Int? { running.withLock { $0?.port } }

  /// Passes once requests are answered.
  package func check() throws {
    guard boundPort != nil else { throw HTTPServerError("nobody listens on \(host):\(port) yet") }
  }

  /// Begins to listen, before the process says that it has started.
  ///
  /// - Returns: the address with the port that was taken.
  package func start() async throws -> String {
    // The library tells of its listener by itself; the process does that when all listen.
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .notice)
    let (ports, tell) = AsyncThrowingStream<Int, any Error>.makeStream()
    let application = Application(
      responder: face.router().buildResponder(),
      server: .http1(configuration: .init(idleTimeout: .seconds(Self.idleSeconds))),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port),
        availableConnectionsDelegate: MaximumAvailableConnections(Self.maximumConnections)),
      onServerRunning: { [port] in tell.yield($0.localAddress?.port ?? port) },
      logger: quiet)
    // A group of its own, since it runs before the process's group does.
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(services: [application], logger: quiet))
    let task = Task {
      do {
        try await group.run()
        tell.finish()
      } catch {
        tell.finish(throwing: error)
        throw error
      }
    }
    do {
      for try await port in ports {
        running.withLock { $0 = Running(port: port, group: group, task: task) }
        return "\(host):\(port)"
      }
    } catch {
      throw startError(error)
    }
    throw HTTPServerError("\(host):\(port) 不能监听 / cannot be listened on")
  }

  private func startError(_ error: any Error) -> HTTPServerError {
    let isTaken = (error as? IOError)?.errnoCode == Self.addressInUse
    return HTTPServerError(
      isTaken
        ? "\(host):\(port) 已被其他程序占用 / is in use by another program"
        : "\(host):\(port) 不能监听 / cannot be listened on: \(error)")
  }

  /// Serves what `start` has begun.
  package func run() async throws {
    guard let running = running.withLock({ $0 }) else {
      throw HTTPServerError("the listener was not started")
    }
    try await withTaskCancellationHandler {
      try await withGracefulShutdownHandler {
        try await running.task.value
      } onGracefulShutdown: {
        Task { await running.group.triggerGracefulShutdown() }
      }
    } onCancel: {
      running.task.cancel()
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
