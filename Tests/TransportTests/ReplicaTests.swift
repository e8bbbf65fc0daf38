// Replicas that go and come back under load, over sockets: what callers notice of it.

internal import Dispatch
internal import FixtureMessages
internal import NIOCore
internal import NIOPosix
internal import RPC
internal import Synchronization
internal import Testing
internal import Transport

/// Calls without a pause from several tasks, until told to stop.
final class Load: Sendable {
  private let stopped = Atomic<Bool>(false)
  private let results = Mutex<(answered: Int, errors: [RPCError])>((0, []))

  var answered: Int { results.withLock { $0.answered } }
  var errors: [RPCError] { results.withLock { $0.errors } }
  func stop() { stopped.store(true, ordering: .relaxed) }

  func run(tasks: Int, _ call: @escaping @Sendable () async throws -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<tasks {
        group.addTask { [self] in
          while !stopped.load(ordering: .relaxed) {
            do {
              try await call()
              results.withLock { $0.answered += 1 }
            } catch {
              let error = error as? RPCError ?? RPCError(.unknown, "\(error)")
              results.withLock { $0.errors.append(error) }
            }
            await Task.yield()
          }
        }
      }
    }
  }

  /// Waits for so many further answers.
  func more(_ count: Int) async -> Bool {
    let start = answered
    return await eventually { self.answered >= start + count }
  }
}

@Suite(.timeLimit(.minutes(2)))
struct ReplicaTests {
  /// R5 on the caller's side: each server in turn is drained, stopped, and started again at its
  /// address, while reads and writes go on.
  @Test func aRollingDrainFailsNoCall() async throws {
    var servers = [ChannelServer(router: Probe().router), ChannelServer(router: Probe().router)]
    var endpoints: [Endpoint] = []
    for server in servers { endpoints.append(try await server.start(Endpoint("127.0.0.1:0"))) }
    let channel = HTTP2Channel(endpoints: endpoints)
    let client = EchoServiceClient(channel: channel)
    let load = Load()
    async let running: Void = load.run(tasks: 8) {
      _ = try await client.getEcho(Request(name: "yield", pageSize: 3))
      try await channel.write()
    }
    for round in 0..<4 {
      let index = round % 2
      #expect(await load.more(200))
      await servers[index].drain(grace: .seconds(10))
      #expect(await load.more(200))
      servers[index] = ChannelServer(router: Probe().router)
      try await servers[index].start(endpoints[index])
      let isBack = await eventually {
        channel.statistics.endpoints.allSatisfy { $0.state == .ready }
      }
      #expect(isBack)
    }
    load.stop()
    await running
    #expect(load.errors.map(\.message) == [])
    for server in servers { await server.drain(grace: .zero) }
  }

  /// Calls that are under way when the server says goodbye finish there.
  @Test func callsUnderWayFinishWhereTheyAre() async throws {
    let probes = [Probe(), Probe()]
    try await withServers(probes) { servers, endpoints in
      let channel = HTTP2Channel(endpoints: [endpoints[0]])
      let client = EchoServiceClient(channel: channel)
      let held = Task { try await client.getEcho(Request(name: "hold")) }
      await probes[0].started.wait()
      async let drained: Void = servers[0].drain(grace: .seconds(20))
      let isLeft = await eventually { channel.statistics.endpoints[0].connections == 0 }
      #expect(isLeft)
      #expect(channel.statistics.endpoints[0].callsUnderWay == 1)
      probes[0].gate.fire()
      let answer = try await held.value
      #expect(answer.name == "hold")
      await drained
    }
  }

  @Test func oneOfThreeDiesAndNobodyNotices() async throws {
    let probes = [Probe(), Probe(), Probe()]
    try await withServers(probes) { servers, endpoints in
      let channel = HTTP2Channel(endpoints: endpoints)
      let client = EchoServiceClient(channel: channel)
      let load = Load()
      async let running: Void = load.run(tasks: 6) { _ = try await client.getEcho(Request()) }
      #expect(await load.more(300))
      await servers[1].drain(grace: .zero)
      #expect(await load.more(600))
      load.stop()
      await running
      #expect(load.errors.map(\.message) == [])
    }
  }
}

/// A server whose only loop can be stopped: like a stopped process it says nothing, its system
/// still accepts connections for it, and later it goes on with everything that has come meanwhile.
final class StoppableServer: Sendable {
  let endpoint: Endpoint
  private let server: ChannelServer
  private let group: MultiThreadedEventLoopGroup
  private let gate = Mutex<DispatchSemaphore?>(nil)

  init(_ probe: Probe) async throws {
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    server = ChannelServer(router: probe.router, group: group)
    endpoint = try await server.start(Endpoint(host: "127.0.0.1", port: 0))
  }

  func stop() {
    let held = DispatchSemaphore(value: 0)
    gate.withLock { $0 = held }
    group.next().execute { held.wait() }
  }

  func goOn() {
    gate.withLock { gate in
      gate?.signal()
      gate = nil
    }
  }

  func close() async throws {
    await server.drain(grace: .zero)
    try await group.shutdownGracefully()
  }
}

/// R3: one of two replicas stops.
@Suite(.timeLimit(.minutes(3)), .serialized)
struct StoppedReplicaTests {
  enum Means: String, CaseIterable {
    /// Reads that are slow are sent to the other replica as well.
    case hedges
    /// Reads have a time for each attempt.
    case attemptTimeouts
    /// Nothing may be repeated: new calls keep away from a server that says nothing.
    case quiet
  }

  @Test(arguments: Means.allCases)
  func nearlyAllCallsSucceedAndTheReplicaComesBack(means: Means) async throws {
    let servers = [
      try await StoppableServer(Probe()), try await StoppableServer(Probe()),
    ]
    let options = HTTP2ChannelOptions {
      switch means {
      case .hedges: $0.retry.hedgeDelay = .milliseconds(250)
      case .attemptTimeouts: $0.retry.attemptTimeout = .milliseconds(250)
      case .quiet: break
      }
    }
    let channel = HTTP2Channel(endpoints: servers.map(\.endpoint), options: options)
    let client = EchoServiceClient(channel: channel)
    let load = Load()
    async let running: Void = load.run(tasks: 16) {
      switch means {
      case .quiet:
        try await channel.write(CallOptions(deadline: .now + .seconds(60)))
      case .hedges, .attemptTimeouts:
        _ = try await client.getEcho(Request(), options: CallOptions(timeout: .seconds(60)))
      }
    }
    #expect(await load.more(500))
    servers[0].stop()
    let isNoticed = await eventually { channel.statistics.endpoints[0].state != .ready }
    #expect(isNoticed)
    #expect(await load.more(5_000))
    // Whatever has failed by now failed because of the stopped replica.
    #expect(load.errors.count * 1_000 <= load.answered, "\(load.errors.first?.message ?? "")")
    servers[0].goOn()
    let isBack = await eventually { channel.statistics.endpoints[0].state == .ready }
    #expect(isBack)
    #expect(await load.more(500))
    load.stop()
    await running
    #expect(load.errors.count * 1_000 <= load.answered, "\(load.errors.first?.message ?? "")")
    #expect(channel.statistics.endpoints.allSatisfy { $0.callsUnderWay == 0 })
    for server in servers { try await server.close() }
  }
}
