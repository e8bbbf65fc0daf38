// A service whose handlers can be held, watched and let go.

internal import FixtureMessages
internal import NIOCore
internal import RPC
internal import Synchronization
internal import Testing
internal import Transport
internal import WellKnownMessages

/// Something that happens once and can be waited for.
final class Signal: Sendable {
  private struct State {
    var hasFired = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  var hasFired: Bool { state.withLock { $0.hasFired } }

  func fire() {
    let waiting = state.withLock { state in
      state.hasFired = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Waits, whether the task is cancelled or not.
  func wait() async {
    await withCheckedContinuation { continuation in
      let hasFired = state.withLock { state in
        if !state.hasFired { state.waiting.append(continuation) }
        return state.hasFired
      }
      if hasFired { continuation.resume() }
    }
  }
}

/// Counts what several tasks do.
final class Counter: Sendable {
  private let value = Atomic<Int>(0)

  var count: Int { value.load(ordering: .relaxed) }
  func add() { value.add(1, ordering: .relaxed) }
}

/// Does what the request's name says.
final class Probe: EchoServiceHandler {
  let started = Signal()
  let cancelled = Signal()
  let ended = Signal()
  let gate = Signal()
  private let counts = Mutex<(calls: Int, written: Int, error: RPCError?)>((0, 0, nil))

  var calls: Int { counts.withLock { $0.calls } }
  /// Messages that handlers have written.
  var written: Int { counts.withLock { $0.written } }
  /// What the latest write threw.
  var writeError: RPCError? { counts.withLock { $0.error } }

  func getEcho(_ request: Request, context: CallContext) async throws -> Request {
    counts.withLock { $0.calls += 1 }
    switch request.name {
    case "hold":
      // Waits for the gate and does not care for cancellation, but tells of it.
      started.fire()
      await withTaskCancellationHandler {
        await gate.wait()
      } onCancel: {
        cancelled.fire()
      }
      ended.fire()
    case "sleep":
      started.fire()
      do {
        try await Task.sleep(for: .seconds(600))
      } catch {
        cancelled.fire()
        throw error
      }
    case "yield":
      for _ in 0..<request.pageSize { await Task.yield() }
    case "away":
      // Comes back on a thread of another executor and answers from there.
      await Task.detached {}.value
    case "large":
      var answer = request
      answer.placeCode = String(repeating: "x", count: Int(request.pageSize))
      return answer
    default: break
    }
    return request
  }

  func putEcho(_ request: Request, context: CallContext) async throws -> Empty { Empty() }

  func watchEcho(
    _ request: Request, responses: ResponseWriter<Request>, context: CallContext
  ) async throws {
    started.fire()
    defer { ended.fire() }
    if request.name == "silent" {
      await withTaskCancellationHandler {
        await gate.wait()
      } onCancel: {
        cancelled.fire()
      }
    }
    do {
      for number in 0..<(request.name == "endless" ? UInt32.max : request.pageSize) {
        var answer = request
        answer.pageSize = number
        counts.withLock { $0.written += 1 }
        if request.name == "away" {
          try await Task.detached { [answer] in try await responses.write(answer) }.value
        } else {
          try await responses.write(answer)
        }
      }
    } catch {
      counts.withLock { $0.error = error as? RPCError }
      if Task.isCancelled { cancelled.fire() }
      throw error
    }
  }

  var router: Router {
    var router = Router()
    router.registerEchoService(self)
    return router
  }
}

/// Runs a body against a server of its own, which is gone afterwards.
func withServer<Result>(
  _ probe: Probe = Probe(), limits: TransportLimits = TransportLimits(),
  _ body: (ChannelServer, Endpoint) async throws -> Result
) async throws -> Result {
  try await withServer(probe.router, limits: limits) { server, endpoint in
    defer { probe.gate.fire() }
    return try await body(server, endpoint)
  }
}

func withServer<Result>(
  _ router: Router, limits: TransportLimits = TransportLimits(),
  initializer: ChannelServer.ChannelInitializer? = nil,
  _ body: (ChannelServer, Endpoint) async throws -> Result
) async throws -> Result {
  let server = ChannelServer(router: router, limits: limits, channelInitializer: initializer)
  let endpoint = try await server.start(Endpoint(host: "127.0.0.1", port: 0))
  do {
    let result = try await body(server, endpoint)
    await server.drain(grace: .zero)
    return result
  } catch {
    await server.drain(grace: .zero)
    throw error
  }
}

extension EchoServiceClient {
  init(_ endpoint: Endpoint, options: HTTP2ChannelOptions = HTTP2ChannelOptions()) {
    self.init(channel: HTTP2Channel(endpoints: [endpoint], options: options))
  }
}

/// Has the system hold little for each connection of a server, so that the rest waits in the server.
let smallSockets: ChannelServer.ChannelInitializer = { channel in
  channel.setOption(.socketOption(.so_sndbuf), value: 16_384)
}

/// Waits until something is so; false when it is not so within half a minute.
func eventually(_ isSo: () -> Bool) async -> Bool {
  for _ in 0..<3_000 {
    if isSo() { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return false
}

/// The error of a call that must fail.
func failure(_ body: () async throws -> some Sendable) async -> RPCError? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? RPCError
  }
}

/// Expects a call to fail with a code.
func expect(
  _ code: RPCError.Code, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> some Sendable
) async {
  let error = await failure(body)
  #expect(error?.code == code, sourceLocation: sourceLocation)
}
