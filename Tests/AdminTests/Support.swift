// A console that remembers, and services that answer from scripts over real sockets on port 0.

internal import Foundation
internal import RPC
internal import Synchronization
internal import Transport

@testable internal import Admin

/// Keeps what a command writes.
final class Screen: Sendable {
  private let bytes = Mutex<(output: [UInt8], notes: [UInt8])>(([], []))

  var output: String { bytes.withLock { String(decoding: $0.output, as: UTF8.self) } }
  var notes: String { bytes.withLock { String(decoding: $0.notes, as: UTF8.self) } }

  func console(_ language: Language = .zh, showsProgress: Bool = false) -> Console {
    Console(language: language, showsProgress: showsProgress) { stream, more in
      self.bytes.withLock {
        switch stream {
        case .output: $0.output += more
        case .notes: $0.notes += more
        }
      }
      return true
    }
  }
}

/// A running server for all services, and a session that calls it.
struct Stage {
  let screen = Screen()
  let server: ChannelServer
  let session: Session

  /// - Parameter register: puts the scripted methods into the router.
  init(
    language: Language = .zh, token: String? = nil, showsProgress: Bool = false,
    _ register: (inout Router) -> Void
  ) async throws {
    var router = Router()
    register(&router)
    server = ChannelServer(router: router)
    let address = try await server.start(Endpoint(host: "127.0.0.1", port: 0))
    let url = "http://\(address)"
    session = Session(
      console: screen.console(language, showsProgress: showsProgress),
      channels: NetworkChannels(
        addresses: Dictionary(uniqueKeysWithValues: ServiceName.allCases.map { ($0, url) })),
      token: token, timeout: .seconds(20))
  }

  func end() async {
    session.channels.close()
    await server.drain(grace: .zero)
  }
}

/// A folder that goes away with the test.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "lianshe-admin-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String, _ content: String) throws -> String {
    let file = "\(path)/\(name)"
    try content.write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }
}

/// The failure that ended a command; nil when it succeeded.
func failure(_ body: () async throws -> Void) async throws -> Failure? {
  do {
    try await body()
    return nil
  } catch let failure as Failure {
    return failure
  }
}

extension Failure {
  var chinese: String { lines.map(\.zh).joined(separator: "\n") }
  var english: String { lines.map(\.en).joined(separator: "\n") }
}
