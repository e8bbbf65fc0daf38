// What the server does, by the name in the request, and what it tells of its handlers.

internal import FixtureMessages
internal import RPC
internal import Synchronization
internal import Transport
internal import WellKnownMessages

/// A service whose streams end only when they are told to.
final class Target: EchoServiceHandler {
  private struct Counts {
    var running: UInt32 = 0
    var cancelled: UInt32 = 0
    var written: UInt32 = 0
  }

  private let counts = Mutex(Counts())
  private let server = Mutex<ChannelServer?>(nil)

  /// Whose limits are told of.
  func isServed(by server: ChannelServer) { self.server.withLock { $0 = server } }

  /// `counts` answers `running cancelled written` in `pageToken`; `limits` answers there which limits
  /// were reached; `large` answers `pageSize` bytes;
  /// anything else is said again.
  func getEcho(_ request: Request, context: CallContext) async throws -> Request {
    var answer = request
    switch request.name {
    case "counts":
      answer.pageToken = counts.withLock { "\($0.running) \($0.cancelled) \($0.written)" }
    case "limits":
      let server = server.withLock { $0 }
      let reached = ChannelLimit.allCases.filter { server?.reachedCount(of: $0) ?? 0 > 0 }
      answer.pageToken = reached.map(\.rawValue).joined(separator: " ")
    case "large":
      answer.placeCode = String(repeating: "x", count: Int(min(request.pageSize, 4_000_000)))
    default: break
    }
    return answer
  }

  func putEcho(_ request: Request, context: CallContext) async throws -> Empty { Empty() }

  /// `endless` writes messages of `pageSize` bytes as fast as they are taken; `silent` writes one and
  /// waits to be cancelled; anything else is said again `pageSize` times.
  func watchEcho(
    _ request: Request, responses: ResponseWriter<Request>, context: CallContext
  ) async throws {
    counts.withLock { $0.running &+= 1 }
    defer {
      let isCancelled = Task.isCancelled
      counts.withLock { counts in
        counts.running &-= 1
        if isCancelled { counts.cancelled &+= 1 }
      }
    }
    switch request.name {
    case "endless":
      var answer = request
      answer.placeCode = String(repeating: "x", count: Int(min(request.pageSize, 1_000_000)))
      while true { try await write(answer, to: responses) }
    case "silent":
      try await write(request, to: responses)
      try await Task.sleep(for: .seconds(600))
    default:
      for _ in 0..<min(request.pageSize, 1_000) { try await write(request, to: responses) }
    }
  }

  private func write(_ message: Request, to responses: ResponseWriter<Request>) async throws {
    try await responses.write(message)
    counts.withLock { $0.written &+= 1 }
  }
}
