// Several servers behind one channel, over sockets: which one is called, and what its failures
// cost.

internal import FixtureMessages
internal import NIOCore
internal import RPC
internal import Synchronization
internal import Testing
internal import Transport
internal import WellKnownMessages

/// The addresses of a name, as the test has them.
final class FixedResolver: HostResolver {
  private let hosts: Mutex<[String]>
  private let asked = Mutex<[String]>([])

  init(_ hosts: [String]) { self.hosts = Mutex(hosts) }

  var questions: [String] { asked.withLock { $0 } }
  func set(_ hosts: [String]) { self.hosts.withLock { $0 = hosts } }

  func addresses(of host: String) async throws -> [String] {
    asked.withLock { $0.append(host) }
    let hosts = hosts.withLock { $0 }
    guard !hosts.isEmpty else { throw RPCError(.unavailable, "nobody knows \(host)") }
    return hosts
  }
}

extension HTTP2ChannelOptions {
  init(_ change: (inout HTTP2ChannelOptions) -> Void) {
    self.init()
    change(&self)
  }
}

/// Runs a body against several servers, which are gone afterwards.
func withServers(
  _ probes: [Probe], limits: TransportLimits = TransportLimits(),
  _ body: ([ChannelServer], [Endpoint]) async throws -> Void
) async throws {
  var servers: [ChannelServer] = []
  var endpoints: [Endpoint] = []
  for probe in probes {
    let server = ChannelServer(router: probe.router, limits: limits)
    endpoints.append(try await server.start(Endpoint(host: "127.0.0.1", port: 0)))
    servers.append(server)
  }
  do {
    try await body(servers, endpoints)
  } catch {
    for probe in probes { probe.gate.fire() }
    for server in servers { await server.drain(grace: .zero) }
    throw error
  }
  for probe in probes { probe.gate.fire() }
  for server in servers { await server.drain(grace: .zero) }
}

@Suite(.timeLimit(.minutes(1)))
struct BalancingTests {
  @Test func callsGoWhereFewerAreUnderWay() async throws {
    let probes = [Probe(), Probe()]
    try await withServers(probes) { _, endpoints in
      let channel = HTTP2Channel(endpoints: endpoints)
      let client = EchoServiceClient(channel: channel)
      while channel.statistics.endpoints.contains(where: { $0.state != .ready }) {
        _ = try await client.getEcho(Request())
      }
      let held = (0..<4).map { _ in Task { try await client.getEcho(Request(name: "hold")) } }
      let isSpread = await eventually {
        channel.statistics.endpoints.map(\.callsUnderWay) == [2, 2]
      }
      #expect(isSpread)
      for probe in probes { probe.gate.fire() }
      for task in held { _ = try await task.value }
      #expect(channel.statistics.endpoints.map(\.callsUnderWay) == [0, 0])
    }
  }

  @Test func aFullServerGetsFurtherConnections() async throws {
    var limits = TransportLimits()
    limits.maximumStreams = 4
    let probe = Probe()
    try await withServers([probe], limits: limits) { servers, endpoints in
      let channel = HTTP2Channel(
        endpoints: endpoints, options: .init { $0.maximumConnectionsPerEndpoint = 3 })
      let client = EchoServiceClient(channel: channel)
      let held = (0..<20).map { _ in Task { try await client.getEcho(Request(name: "hold")) } }
      let isFull = await eventually { probe.calls == 12 && channel.statistics.callsWaiting == 8 }
      #expect(isFull)
      #expect(servers[0].connectionCount == 3)
      probe.gate.fire()
      for task in held { _ = try await task.value }
      #expect(probe.calls == 20)
      #expect(servers[0].connectionCount == 3)
    }
  }

  @Test func callsThatWaitAreBoundedInNumberAndTime() async throws {
    var limits = TransportLimits()
    limits.maximumStreams = 1
    let probe = Probe()
    try await withServers([probe], limits: limits) { _, endpoints in
      let channel = HTTP2Channel(
        endpoints: endpoints,
        options: .init {
          $0.maximumConnectionsPerEndpoint = 1
          $0.maximumWaitingCalls = 1
          $0.maximumWait = .milliseconds(300)
        })
      let client = EchoServiceClient(channel: channel)
      let held = Task { try await client.getEcho(Request(name: "hold")) }
      await probe.started.wait()
      let waiting = Task { try await client.getEcho(Request()) }
      let waits = await eventually { channel.statistics.callsWaiting == 1 }
      #expect(waits)
      let tooMany = await failure { try await client.getEcho(Request()) }
      #expect(tooMany?.code == .unavailable)
      #expect(tooMany?.message == "1 calls wait for a server")
      #expect(tooMany?.wasNotProcessed == true)
      let tooLong = await failure { try await waiting.value }
      #expect(tooLong?.code == .unavailable)
      #expect(tooLong?.message.contains("no server was free") == true)
      #expect(tooLong?.wasNotProcessed == true)
      #expect(channel.statistics.counts.waitRefusals == 2)
      probe.gate.fire()
      _ = try await held.value
      #expect(probe.calls == 1)
    }
  }

  @Test func everyAddressOfANameIsCalled() async throws {
    let probe = Probe()
    try await withServers([probe]) { _, endpoints in
      // All of 127.0.0.0/8 leads here, but the server listens on one address only.
      let resolver = FixedResolver(["127.0.0.1", "127.0.0.2"])
      let name = try Endpoint("dns:service.test:\(endpoints[0].port)")
      let channel = HTTP2Channel(endpoints: [name], resolver: resolver)
      let client = EchoServiceClient(channel: channel)
      for _ in 0..<20 { _ = try await client.getEcho(Request()) }
      #expect(resolver.questions.first == "service.test")
      let states = channel.statistics.endpoints
      #expect(states.map(\.endpoint.host) == ["127.0.0.1", "127.0.0.2"])
      #expect(states.first?.state == .ready)
      #expect(states.last?.state != .ready)
    }
  }

  @Test func aServiceThatMovesIsFollowed() async throws {
    let old = ChannelServer(router: Probe().router)
    let new = ChannelServer(router: Probe().router)
    let first = try await old.start(Endpoint("127.0.0.1:0"))
    try await new.start(Endpoint(host: "127.0.0.2", port: first.port))
    let resolver = FixedResolver(["127.0.0.1"])
    let channel = HTTP2Channel(
      endpoints: [Endpoint(host: "service.test", port: first.port, isName: true)],
      options: .init { $0.minimumResolveInterval = .milliseconds(20) }, resolver: resolver)
    let client = EchoServiceClient(channel: channel)
    _ = try await client.getEcho(Request())
    resolver.set(["127.0.0.2"])
    await old.drain(grace: .zero)
    var answered = false
    while !answered { answered = (try? await client.getEcho(Request(name: "x")))?.name == "x" }
    let hasMoved = await eventually {
      channel.statistics.endpoints.map(\.endpoint.host) == ["127.0.0.2"]
    }
    #expect(hasMoved)
    await new.drain(grace: .zero)
  }

  @Test func aNameThatNobodyKnowsIsUnavailable() async throws {
    let channel = HTTP2Channel(
      endpoints: [try Endpoint("dns:service.test:1")], resolver: FixedResolver([]))
    let error = await failure { try await EchoServiceClient(channel: channel).getEcho(Request()) }
    #expect(error?.code == .unavailable)
    #expect(error?.message == "dns:service.test:1: the name of the host is unknown")
    #expect(error?.wasNotProcessed == true)
  }

  @Test func theSystemKnowsItsOwnName() async throws {
    let found = try await SystemHostResolver().addresses(of: "localhost")
    #expect(found.contains("127.0.0.1") || found.contains("::1"))
    let literal = try await SystemHostResolver().addresses(of: "127.0.0.9")
    #expect(literal == ["127.0.0.9"])
    await #expect(throws: (any Error).self) {
      try await SystemHostResolver().addresses(of: "no.such.host.invalid")
    }
  }

  @Test func aServerWhoseAnswersFailIsLeftOutAndComesBack() async throws {
    let (good, bad) = (Probe(), FlakyEcho())
    try await withServer(good) { _, first in
      try await withServer(bad.router) { _, second in
        let channel = HTTP2Channel(
          endpoints: [first, second],
          options: .init {
            $0.ejection.minimumTime = .milliseconds(50)
            $0.retry.minimumPause = .milliseconds(1)
          })
        let client = EchoServiceClient(channel: channel)
        for _ in 0..<200 { _ = try? await client.getEcho(Request()) }
        #expect(channel.statistics.counts.ejections > 0)
        #expect(bad.calls < 60, "it was left out for most of the time")
        bad.isWell.store(true, ordering: .relaxed)
        let isBack = await eventually {
          channel.statistics.counts.returns > 0 || Task.isCancelled
        } doing: {
          _ = try? await client.getEcho(Request())
        }
        #expect(isBack)
        let before = bad.calls
        for _ in 0..<20 { _ = try await client.getEcho(Request()) }
        #expect(bad.calls - before == 10)
      }
    }
  }

  @Test func aServerIsAskedForItsHealthBeforeItComesBack() async throws {
    let (good, bad) = (Probe(), FlakyEcho())
    try await withServer(good) { _, first in
      try await withServer(bad.router) { _, second in
        let channel = HTTP2Channel(
          endpoints: [first, second],
          options: .init {
            $0.ejection.minimumTime = .milliseconds(20)
            $0.ejection.maximumTime = .milliseconds(20)
            $0.asksForHealth = true
          })
        let client = EchoServiceClient(channel: channel)
        while channel.statistics.counts.ejections == 0 { _ = try? await client.getEcho(Request()) }
        let before = bad.calls
        let isAsked = await eventually {
          bad.questions >= 3
        } doing: {
          _ = try? await client.getEcho(Request())
        }
        #expect(isAsked)
        #expect(bad.calls == before, "no call was risked")
        bad.isWell.store(true, ordering: .relaxed)
        let isBack = await eventually {
          bad.calls > before
        } doing: {
          _ = try? await client.getEcho(Request())
        }
        #expect(isBack)
      }
    }
  }
}

/// Waits until something is so, doing something meanwhile.
func eventually(_ isSo: () -> Bool, doing work: () async -> Void) async -> Bool {
  for _ in 0..<3_000 {
    if isSo() { return true }
    await work()
    try? await Task.sleep(for: .milliseconds(5))
  }
  return false
}

/// A service that answers `unavailable` until it is well, and says so when asked for its health.
final class FlakyEcho: EchoServiceHandler {
  let isWell = Atomic<Bool>(false)
  private let counts = Mutex<(calls: Int, questions: Int)>((0, 0))

  var calls: Int { counts.withLock { $0.calls } }
  var questions: Int { counts.withLock { $0.questions } }

  private func answer() throws {
    counts.withLock { $0.calls += 1 }
    guard isWell.load(ordering: .relaxed) else { throw RPCError(.unavailable, "not well") }
  }

  func getEcho(_ request: Request, context: CallContext) async throws -> Request {
    try answer()
    return request
  }

  func putEcho(_ request: Request, context: CallContext) async throws -> Empty {
    try answer()
    return Empty()
  }

  func watchEcho(
    _ request: Request, responses: ResponseWriter<Request>, context: CallContext
  ) async throws {
    try answer()
  }

  var router: Router {
    var router = Router()
    router.registerEchoService(self)
    router.fallback(prefix: "/grpc.health.v1.Health/") { [self] call in
      counts.withLock { $0.questions += 1 }
      try await call.response.writeHead(
        status: 200, fields: .init([.init("content-type", "application/json")]))
      let status = isWell.load(ordering: .relaxed) ? "SERVING" : "NOT_SERVING"
      try await call.response.write(Array("{\"status\":\"\(status)\"}".utf8))
    }
    return router
  }
}
