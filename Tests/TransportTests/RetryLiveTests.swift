// Calls that are sent again, over sockets: which ones, how often, and what that costs the servers.

internal import FixtureMessages
internal import NIOCore
internal import RPC
internal import Synchronization
internal import Testing
internal import Transport

/// Speaks enough HTTP/2 to get calls, and then does with each what the test says.
final class StubServer: Sendable {
  enum Deed: Sendable {
    /// REFUSED_STREAM on every call.
    case refuse
    /// Closes the connection when a call comes.
    case hangUp
    /// GOAWAY with a last stream below the call's.
    case goAway
    /// Nothing, like a process that is stopped.
    case nothing
  }

  let listener: RawListener
  private let seen = Counter()

  var calls: Int { seen.count }
  var endpoint: Endpoint { listener.endpoint }

  init(_ deed: Deed) async throws {
    listener = try await RawListener { [seen] channel, bytes in
      var bytes = bytes
      if bytes.getString(at: bytes.readerIndex, length: 3) == "PRI" {
        channel.writeAndFlush(ByteBuffer(bytes: [0, 0, 0, 4, 0, 0, 0, 0, 0]), promise: nil)
        bytes.moveReaderIndex(forwardBy: 24)
      }
      // The client writes whole frames, and small ones: a read holds no part of one.
      while let head = bytes.readBytes(length: 9) {
        let length = head[..<3].reduce(0) { $0 << 8 | Int($1) }
        bytes.moveReaderIndex(forwardBy: min(length, bytes.readableBytes))
        guard head[3] == 1 else { continue }
        seen.add()
        let stream = Array(head[5...])
        switch deed {
        case .refuse:
          channel.writeAndFlush(
            ByteBuffer(bytes: [0, 0, 4, 3, 0] + stream + [0, 0, 0, 7]), promise: nil)
        case .hangUp: channel.close(promise: nil)
        case .goAway:
          channel.writeAndFlush(
            ByteBuffer(bytes: [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), promise: nil)
        case .nothing: break
        }
      }
    }
  }

  func close() async throws { try await listener.close() }
}

extension HTTP2Channel {
  /// A call that may have effects: nothing is known of its method.
  func write(_ options: CallOptions = CallOptions()) async throws {
    let answer = try await send(
      RawRequest(
        path: "/lianshe.fixture.v1.EchoService/PutEcho",
        fields: .init([.init("content-type", "application/json")]), body: Array("{}".utf8),
        deadline: options.deadline.map { CallInstant($0) }),
      maximumBytes: 1_024)
    #expect(answer.head.status == 200)
  }
}

@Suite(.timeLimit(.minutes(2)))
struct RetryLiveTests {
  private let quick = HTTP2ChannelOptions {
    $0.minimumBackoff = .milliseconds(1)
    $0.maximumBackoff = .milliseconds(5)
    $0.retry.minimumPause = .milliseconds(1)
  }

  /// A channel to a stub and a server, which has been used, so that both are connected: before that all
  /// attempts of a call may go to the one that refuses.
  ///
  /// - Parameter skipping: endpoints at the front that may never be ready.
  private func connected(
    _ endpoints: [Endpoint], _ options: HTTP2ChannelOptions, skipping: Int = 0
  ) async throws -> HTTP2Channel {
    let channel = HTTP2Channel(endpoints: endpoints, options: options)
    let client = EchoServiceClient(channel: channel)
    try await calling(until: {
      channel.statistics.endpoints.dropFirst(skipping).allSatisfy { $0.state == .ready }
    }) {
      _ = try? await client.getEcho(Request(), options: CallOptions(timeout: .milliseconds(50)))
    }
    return channel
  }

  /// Makes calls until something has happened, at least so many: on a busy machine hundreds may be
  /// answered by one server before the other is even connected.
  private func calling(
    atLeast count: Int = 0, until hasHappened: () -> Bool, _ call: () async throws -> Void
  ) async throws {
    let end = ContinuousClock.now + .seconds(60)
    var made = 0
    while made < count || !hasHappened() {
      try #require(ContinuousClock.now < end, "nothing has happened after \(made) calls")
      try await call()
      made += 1
    }
  }

  @Test(arguments: [StubServer.Deed.refuse, .goAway, .hangUp])
  func readsAreAnsweredByTheOtherServer(deed: StubServer.Deed) async throws {
    let stub = try await StubServer(deed)
    var options = quick
    options.retryReserve = 1_000
    try await withServer { _, endpoint in
      let channel = try await connected([stub.endpoint, endpoint], options, skipping: 1)
      let client = EchoServiceClient(channel: channel)
      try await calling(
        atLeast: 50, until: { stub.calls > 0 && channel.statistics.counts.retries > 0 }
      ) {
        let answer = try await client.getEcho(Request(name: "one"))
        #expect(answer.name == "one")
      }
    }
    try await stub.close()
  }

  @Test(arguments: [StubServer.Deed.refuse, .goAway])
  func writesThatWereNotProcessedAreSentAgain(deed: StubServer.Deed) async throws {
    let stub = try await StubServer(deed)
    var options = quick
    options.retryReserve = 1_000
    try await withServer { _, endpoint in
      let channel = try await connected([stub.endpoint, endpoint], options, skipping: 1)
      try await calling(atLeast: 50, until: { stub.calls > 0 }) { try await channel.write() }
    }
    try await stub.close()
  }

  @Test func writesThatMayHaveBeenProcessedAreNot() async throws {
    let stub = try await StubServer(.hangUp)
    let channel = HTTP2Channel(endpoints: [stub.endpoint], options: quick)
    for _ in 0..<3 {
      let before = stub.calls
      let error = await failure { try await channel.write() }
      #expect(error?.code == .unavailable)
      #expect(error?.wasNotProcessed == false)
      #expect(stub.calls == before + 1)
    }
    try await stub.close()
  }

  @Test func aCallWithoutASecondAttemptIsSentOnce() async throws {
    let stub = try await StubServer(.refuse)
    let client = EchoServiceClient(stub.endpoint, options: quick)
    let error = await failure {
      try await client.getEcho(Request(), options: CallOptions(retry: .never))
    }
    #expect(error?.wasNotProcessed == true)
    #expect(stub.calls == 1)
    await expect(.unavailable) { try await client.getEcho(Request()) }
    #expect(stub.calls == 4)
    try await stub.close()
  }

  @Test func aRefusalByStatusIsTriedElsewhereAndShownAtLast() async throws {
    let (good, bad) = (Probe(), FlakyEcho())
    var options = quick
    options.retryReserve = 1_000
    options.ejection.maximumPercent = 0
    try await withServer(bad.router) { _, first in
      let alone = EchoServiceClient(channel: HTTP2Channel(endpoints: [first], options: options))
      let error = await failure { try await alone.getEcho(Request()) }
      #expect(error?.code == .unavailable)
      #expect(error?.message == "not well")
      #expect(bad.calls == 3)
      let write = try await HTTP2Channel(endpoints: [first], options: options).send(
        RawRequest(
          path: "/lianshe.fixture.v1.EchoService/PutEcho",
          fields: .init([.init("content-type", "application/json")]), body: Array("{}".utf8)),
        maximumBytes: 1_024)
      #expect(write.head.status == 503)
      #expect(bad.calls == 4)
      try await withServer(good) { _, second in
        let client = EchoServiceClient(channel: try await connected([first, second], options))
        for _ in 0..<20 { _ = try await client.getEcho(Request()) }
        // Raw calls are sent again too, until the head of an answer is there.
        let raw = try await connected([first, second], options)
        for _ in 0..<20 {
          let answer = try await raw.open(
            RawRequest(
              path: "/lianshe.fixture.v1.EchoService/GetEcho",
              fields: .init([.init("content-type", "application/json")]), body: Array("{}".utf8),
              idempotency: .noSideEffects))
          #expect(answer.head.status == 200)
          while try await answer.next() != nil {}
        }
        #expect(raw.statistics.endpoints.allSatisfy { $0.callsUnderWay == 0 })
      }
    }
  }

  /// R2: a backend that fails every call sees a fifth more of them, and three.
  @Test(arguments: [StubServer.Deed.refuse, .hangUp])
  func underTotalFailureAServerSeesAFifthMoreAndThree(deed: StubServer.Deed) async throws {
    let stub = try await StubServer(deed)
    let channel = HTTP2Channel(endpoints: [stub.endpoint], options: quick)
    let client = EchoServiceClient(channel: channel)
    let calls = 400
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<calls / 8 { _ = await failure { try await client.getEcho(Request()) } }
        }
      }
    }
    #expect(stub.calls <= calls * 12 / 10 + 3)
    #expect(channel.statistics.counts.calls == calls)
    #expect(channel.statistics.counts.retries <= calls / 5 + 3)
    #expect(channel.statistics.counts.retries > 0)
    #expect(channel.statistics.counts.budgetRefusals > 0)
    #expect(channel.statistics.endpoints.allSatisfy { $0.callsUnderWay == 0 })
    try await stub.close()
  }

  @Test func nothingIsSentAgainAfterTheDeadline() async throws {
    let stub = try await StubServer(.refuse)
    var options = quick
    options.retry.maximumAttempts = 1_000
    options.retry.minimumPause = .milliseconds(200)
    options.retryReserve = 1_000
    let client = EchoServiceClient(stub.endpoint, options: options)
    let start = ContinuousClock.now
    let error = await failure {
      try await client.getEcho(Request(), options: CallOptions(timeout: .milliseconds(500)))
    }
    #expect(error != nil)
    #expect(ContinuousClock.now - start < .seconds(5))
    let seen = stub.calls
    try await Task.sleep(for: .milliseconds(300))
    #expect(stub.calls == seen)
    try await stub.close()
  }

  @Test func nothingIsSentAfterItsDeadline() async throws {
    let probe = Probe()
    try await withServer(probe) { _, endpoint in
      let channel = HTTP2Channel(endpoints: [endpoint])
      _ = try await EchoServiceClient(channel: channel).getEcho(Request())
      let error = await failure {
        try await channel.send(
          RawRequest(
            path: "/lianshe.fixture.v1.EchoService/GetEcho",
            fields: .init([.init("content-type", "application/json")]), body: Array("{}".utf8),
            deadline: CallInstant(.now - .seconds(1)), idempotency: .noSideEffects),
          maximumBytes: 1_024)
      }
      #expect(error?.code == .deadlineExceeded)
      #expect(error?.wasNotProcessed == true)
      #expect(probe.calls == 1)
    }
  }

  /// The time that a second attempt tells its server is what is left, not what there was.
  @Test func theTimeThatIsLeftTravelsWithEveryAttempt() async throws {
    let seen = Mutex<[Int]>([])
    var router = Router()
    router.fallback(prefix: "/") { call in
      let left = call.fields.first("connect-timeout-ms").flatMap { Int($0) } ?? -1
      seen.withLock { $0.append(left) }
      try await Task.sleep(for: .milliseconds(40))
      try await call.response.writeHead(status: 503, fields: .init())
    }
    try await withServer(router) { _, endpoint in
      let client = EchoServiceClient(endpoint, options: quick)
      await expect(.unavailable) {
        try await client.getEcho(Request(), options: CallOptions(timeout: .seconds(60)))
      }
      let times = seen.withLock { $0 }
      #expect(times.count == 3)
      #expect(times.allSatisfy { $0 > 0 && $0 <= 60_000 })
      for (earlier, later) in zip(times, times.dropFirst()) { #expect(later <= earlier - 39) }
    }
  }

  @Test func aServerThatAsksForALongPauseIsLeftAlone() async throws {
    let seen = Counter()
    var router = Router()
    router.fallback(prefix: "/") { call in
      seen.add()
      try await call.response.writeHead(
        status: 503, fields: .init([.init("retry-after", "3600")]))
    }
    try await withServer(router) { _, endpoint in
      let client = EchoServiceClient(endpoint, options: quick)
      await expect(.unavailable) { try await client.getEcho(Request()) }
      #expect(seen.count == 1)
    }
  }

  // MARK: Servers that hang

  @Test func aSlowReadIsAnsweredByASecondServer() async throws {
    let stub = try await StubServer(.nothing)
    var options = quick
    options.retry.hedgeDelay = .milliseconds(20)
    options.retryReserve = 1_000
    options.quietInterval = .seconds(60)
    try await withServer { _, endpoint in
      let channel = try await connected([stub.endpoint, endpoint], options)
      let client = EchoServiceClient(channel: channel)
      for number in 0..<20 {
        let answer = try await client.getEcho(
          Request(name: "\(number)"), options: CallOptions(timeout: .seconds(30)))
        #expect(answer.name == "\(number)")
      }
      let counts = channel.statistics.counts
      #expect(counts.hedges > 0)
      #expect(counts.hedgesWon > 0)
      #expect(counts.ejections == 1, "a server that is always outpaced is left out")
      let isLeft = await eventually {
        channel.statistics.endpoints.allSatisfy { $0.callsUnderWay == 0 }
      }
      #expect(isLeft)
    }
    try await stub.close()
  }

  @Test func anAttemptThatTakesTooLongIsMadeElsewhere() async throws {
    let stub = try await StubServer(.nothing)
    var options = quick
    options.retry.attemptTimeout = .milliseconds(50)
    options.retryReserve = 1_000
    options.quietInterval = .seconds(60)
    try await withServer { _, endpoint in
      let channel = try await connected([stub.endpoint, endpoint], options)
      let client = EchoServiceClient(channel: channel)
      for _ in 0..<20 { _ = try await client.getEcho(Request()) }
      #expect(channel.statistics.counts.retries > 0)
    }
    let alone = EchoServiceClient(stub.endpoint, options: options)
    await expect(.deadlineExceeded) {
      // The last attempt has all the time that is left.
      try await alone.getEcho(Request(), options: CallOptions(timeout: .milliseconds(400)))
    }
    try await stub.close()
  }

  /// R3 for what may not be repeated: the calls that the stopped server has are lost to it, later
  /// ones are not sent there.
  @Test func aQuietServerGetsNoMoreCalls() async throws {
    let stub = try await StubServer(.nothing)
    var options = quick
    options.quietInterval = .milliseconds(50)
    options.quietTimeout = .milliseconds(50)
    options.prefaceTimeout = .seconds(60)
    try await withServer { _, endpoint in
      let channel = try await connected([stub.endpoint, endpoint], options)
      let lost = (0..<4).map { _ in
        Task { try await channel.write(CallOptions(deadline: .now + .seconds(20))) }
      }
      let isQuiet = await eventually {
        channel.statistics.endpoints.first?.state == .quiet
      }
      #expect(isQuiet)
      let before = stub.calls
      for _ in 0..<200 { try await channel.write() }
      #expect(stub.calls == before)
      for task in lost { task.cancel() }
    }
    try await stub.close()
  }

  // MARK: Storms

  /// Many calls of all kinds, given up at any moment, to servers that come and go, on a channel
  /// that is closed in the middle: each ends once, and nothing is left.
  @Test(arguments: 0..<3 as Range<UInt64>)
  func everyCallEndsWhateverHappens(seed: UInt64) async throws {
    let stubs = [try await StubServer(.refuse), try await StubServer(.hangUp)]
    let ended = Counter()
    let calls = 600
    var limits = TransportLimits()
    limits.maximumStreams = 16
    let probes = [Probe(), Probe()]
    try await withServers(probes, limits: limits) { servers, endpoints in
      var options = quick
      options.retry.hedgeDelay = .milliseconds(2)
      options.retryReserve = 100
      options.maximumWaitingCalls = 200
      options.maximumConnectionsPerEndpoint = 2
      let channel = HTTP2Channel(endpoints: endpoints + stubs.map(\.endpoint), options: options)
      let client = EchoServiceClient(channel: channel)
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<calls {
          let kind = (UInt64(number) &+ seed) % 4
          let pause = Int((UInt64(number) &* 7_919 &+ seed) % 40)
          group.addTask {
            let task = Task {
              switch kind {
              case 0: _ = try await client.getEcho(Request(name: "yield", pageSize: 5))
              case 1: try await channel.write()
              case 2:
                for try await _ in try await client.watchEcho(Request(pageSize: 20)) {}
              default:
                _ = try await client.getEcho(
                  Request(name: "sleep"), options: CallOptions(timeout: .milliseconds(pause + 1)))
              }
            }
            if number % 3 == 0 {
              try? await Task.sleep(for: .milliseconds(pause))
              task.cancel()
            }
            _ = await task.result
            ended.add()
          }
          if number == calls * 3 / 4 {
            group.addTask {
              try? await Task.sleep(for: .milliseconds(20))
              if seed == 1 { await servers[0].drain(grace: .zero) }
              if seed == 2 { channel.close() }
            }
          }
        }
      }
      #expect(ended.count == calls)
      let isLeft = await eventually {
        channel.statistics.callsWaiting == 0
          && channel.statistics.endpoints.allSatisfy { $0.callsUnderWay == 0 }
      }
      #expect(isLeft)
    }
    for stub in stubs { try await stub.close() }
  }
}
