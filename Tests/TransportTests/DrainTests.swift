// The end of a server: in every state that a connection can be in, no call is lost.

internal import FixtureMessages
internal import HTTP2
internal import NIOCore
internal import RPC
internal import Synchronization
internal import Testing
internal import Wire

@testable internal import Transport

@Suite(.timeLimit(.minutes(2)))
struct DrainTests {
  /// A machine under load may take its time; only tests of the time itself shorten it.
  private var patient: TransportLimits {
    var limits = TransportLimits()
    limits.drainNoticeTimeout = .seconds(60)
    limits.streamDrainGrace = .seconds(60)
    return limits
  }

  /// Starts a drain and gives the task that ends with it.
  private func drain(
    _ server: ChannelServer, grace: Duration = .seconds(60)
  ) -> Task<Void, Never> {
    Task { await server.drain(grace: grace) }
  }

  /// Waits for the notice that a drain begins with.
  private func notice(_ peer: RawPeer) async throws {
    let event = try await peer.next { if case .remoteGoAway = $0 { true } else { false } }
    #expect(event == .remoteGoAway(lastStream: StreamID(rawValue: .max), .noError))
  }

  @Test func anIdleConnectionIsClosedAfterOneRoundTrip() async throws {
    try await withServer(limits: patient) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      #expect(try await peer.answer(try peer.request())?.status == "200")
      let drained = drain(server)
      try await notice(peer)
      try await peer.acknowledge(ServerDrain.pingNumber)
      await peer.waitForEnd()
      await drained.value
      // The notice, the ping that proves it was read, and the last word.
      let last = peer.frames.filter { $0.type == 6 || $0.type == 7 }
      #expect(last.map(\.type) == [7, 6, 7])
      #expect(last.map(\.lastStream) == [0x7FFF_FFFF, nil, 1])
      #expect(server.connectionCount == 0)
    }
  }

  @Test func aPeerThatDoesNotAcknowledgeTheNoticeIsNotWaitedForLong() async throws {
    var limits = TransportLimits()
    limits.drainNoticeTimeout = .milliseconds(50)
    try await withServer(limits: limits) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      #expect(try await peer.answer(try peer.request())?.status == "200")
      let drained = drain(server)
      // Reads, and says nothing.
      while await peer.receive() {}
      await drained.value
    }
  }

  @Test func aConnectionThatSaysNothingIsClosed() async throws {
    var limits = TransportLimits()
    limits.drainNoticeTimeout = .milliseconds(50)
    try await withServer(limits: limits) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      while server.connectionCount == 0 { await Task.yield() }
      await drain(server).value
      await peer.waitForEnd()
    }
  }

  @Test func aRequestInTheMiddleOfItsHeadIsAnswered() async throws {
    try await withServer(limits: patient) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      #expect(try await peer.answer(try peer.request())?.status == "200")
      let id = try peer.request(body: nil)
      let head = peer.output()
      try await peer.write(head.prefix(head.count / 2))
      let drained = drain(server)
      // The notice is read but not yet answered: the rest of the head goes out before that.
      #expect(await peer.receive())
      try await peer.write(head.dropFirst(head.count / 2))
      let answer = try await peer.answer(id)
      #expect(answer?.status == "400")
      await peer.waitForEnd()
      await drained.value
    }
  }

  @Test func aRequestInTheMiddleOfItsBodyIsAnswered() async throws {
    try await withServer(limits: patient) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      let id = try peer.request(body: #"{"name":"#, endStream: false)
      // The first half is there once a request sent after it has its answer.
      #expect(try await peer.answer(try peer.request())?.status == "200")
      let drained = drain(server)
      try await notice(peer)
      try peer.session.sendData(id, Array(#""half"}"#.utf8), endStream: true)
      #expect(try await peer.answer(id)?.body == #"{"name":"half"}"#)
      await peer.waitForEnd()
      await drained.value
    }
  }

  @Test func aRunningHandlerFinishes() async throws {
    let probe = Probe()
    try await withServer(probe, limits: patient) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      let id = try peer.request(body: #"{"name":"hold"}"#)
      try await peer.flush()
      await probe.started.wait()
      let drained = drain(server)
      try await notice(peer)
      probe.gate.fire()
      #expect(try await peer.answer(id)?.body == #"{"name":"hold"}"#)
      await peer.waitForEnd()
      await drained.value
    }
  }

  @Test func anAnswerBehindAShutWindowIsSentWhenItOpens() async throws {
    try await withServer(limits: patient) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      let id = try peer.request(body: #"{"name":"large","pageSize":400000}"#)
      var received = 0
      // Takes the first window of the answer and gives nothing back.
      while received < Int(peer.session.limits.streamWindowBytes) {
        let event = try await peer.next { if case .data = $0 { true } else { false } }
        guard case .data(id, let bytes, false) = event else {
          Issue.record("the answer ended")
          return
        }
        received += bytes.count
      }
      let drained = drain(server)
      try await notice(peer)
      peer.session.consume(id, received)
      #expect(try await peer.answer(id) != nil)
      await peer.waitForEnd()
      await drained.value
    }
  }

  @Test func aCancelledStreamIsWaitedForUntilItsHandlerHasStopped() async throws {
    let probe = Probe()
    try await withServer(probe) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      let id = try peer.request(body: #"{"name":"hold"}"#)
      try await peer.flush()
      await probe.started.wait()
      peer.session.reset(id, .cancel)
      try await peer.flush()
      await probe.cancelled.wait()
      let drained = drain(server)
      try await notice(peer)
      #expect(server.connectionCount == 1)
      probe.gate.fire()
      await peer.waitForEnd()
      await drained.value
      #expect(probe.ended.hasFired)
    }
  }

  @Test func whatHasNotFinishedInTimeIsUnavailable() async throws {
    let probe = Probe()
    try await withServer(probe, limits: patient) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      let unary = try peer.request(body: #"{"name":"hold"}"#)
      try await peer.flush()
      await probe.started.wait()
      let drained = drain(server, grace: .milliseconds(50))
      let answer = try await peer.answer(unary)
      #expect(answer?.status == "503")
      #expect(answer?.body.contains("shutting down") == true)
      await drained.value
      await probe.cancelled.wait()
      await peer.waitForEnd()
    }
  }

  @Test func aHandlerThatDoesNotStopIsNotWaitedForBeyondItsTime() async throws {
    var limits = patient
    limits.lingerTimeout = .milliseconds(50)
    let probe = Probe()
    try await withServer(probe, limits: limits) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      _ = try peer.request(body: #"{"name":"hold"}"#)
      try await peer.flush()
      await probe.started.wait()
      try await peer.close()
      await probe.cancelled.wait()
      await server.drain(grace: .milliseconds(50))
      #expect(!probe.ended.hasFired)
      #expect(server.connectionCount == 1)
    }
  }

  @Test func streamsWithoutAnEndOfTheirOwnAreEndedSoon() async throws {
    var limits = TransportLimits()
    limits.streamDrainGrace = .milliseconds(50)
    let probe = Probe()
    try await withServer(probe, limits: limits) { server, endpoint in
      let stream = try await EchoServiceClient(endpoint).watchEcho(Request(name: "silent"))
      let drained = drain(server)
      await expect(.unavailable) { for try await _ in stream {} }
      await probe.cancelled.wait()
      probe.gate.fire()
      await drained.value
    }
  }

  @Test func streamsThatPassThroughAreEndedSoonToo() async throws {
    var limits = TransportLimits()
    limits.streamDrainGrace = .milliseconds(50)
    let gate = Signal()
    var backend = Router()
    backend.serverStreaming(EchoServiceMethods.watchEcho) { request, responses, _ in
      for _ in 0..<3 { try await responses.write(request) }
      await gate.wait()
    }
    try await withServer(backend) { _, behind in
      defer { gate.fire() }
      let channel = HTTP2Channel(endpoints: [behind])
      var router = Router()
      router.fallback(prefix: "/") { call in try await call.forward(to: channel) }
      try await withServer(router, limits: limits) { server, endpoint in
        let stream = try await EchoServiceClient(endpoint).watchEcho(Request(name: "through"))
        var iterator = stream.makeAsyncIterator()
        for _ in 0..<3 { #expect(try await iterator.next()?.name == "through") }
        let drained = drain(server, grace: .seconds(10))
        let error = await failure { try await iterator.next()?.name }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("shutting down") == true)
        await drained.value
      }
    }
  }

  @Test func aStreamThatPassesThroughEndsBetweenTwoEnvelopes() async throws {
    var limits = TransportLimits()
    limits.streamDrainGrace = .milliseconds(50)
    let envelope: [UInt8] = [0, 0, 0, 0, 2] + Array("{}".utf8)
    let gate = Signal()
    var router = Router()
    router.fallback(prefix: "/") { call in
      try await call.response.writeHead(
        status: 200, fields: [.init("content-type", "application/connect+json")])
      try await call.response.write(envelope + envelope.prefix(6))
      await gate.wait()
      try await call.response.write(Array(envelope.dropFirst(6)))
      while true {
        try await call.response.write(envelope)
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    try await withServer(router, limits: limits) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      let id = try peer.request(type: "application/connect+json")
      // One envelope and most of the next: the notice of the drain could overtake them.
      var begun: [UInt8] = []
      while begun.count < 2 * envelope.count - 1 {
        let event = try await peer.next { if case .data = $0 { true } else { false } }
        guard case .data(_, let bytes, _) = try #require(event) else { return }
        begun += bytes
        peer.session.consume(id, bytes.count)
      }
      let drained = drain(server, grace: .seconds(30))
      try await notice(peer)
      // The clocks are looked at once a second; then the end waits for the envelope.
      try await Task.sleep(for: .milliseconds(1_500))
      gate.fire()
      let body = try #require(try await peer.answer(id)).body
      let end = #"{"error":{"code":"unavailable","message":"the server is shutting down"}}"#
      let prefix: [UInt8] = [2, 0, 0, 0, UInt8(end.utf8.count)]
      #expect(body.hasSuffix(String(decoding: prefix, as: UTF8.self) + end))
      // The rest of the envelope that was open, and then whole ones only.
      let messages = Array(body.utf8.dropLast(end.utf8.count + 5))
      #expect(messages.first == UInt8(ascii: "}"))
      #expect((messages.count - 1) % 7 == 0)
      await peer.waitForEnd()
      await drained.value
    }
  }

  @Test func noNewConnectionIsTaken() async throws {
    let probe = Probe()
    try await withServer(probe, limits: patient) { server, endpoint in
      let busy = EchoServiceClient(endpoint)
      let held = Task { try await busy.getEcho(Request(name: "hold")) }
      await probe.started.wait()
      let drained = drain(server)
      while server.address != nil { await Task.yield() }
      await expect(.unavailable) {
        for _ in 0..<1_000 { _ = try await EchoServiceClient(endpoint).getEcho(Request()) }
      }
      probe.gate.fire()
      let answer = try await held.value
      #expect(answer.name == "hold")
      await drained.value
    }
  }

  /// Two servers; one goes away under load and nobody notices who tries again when told to.
  @Test func noCallIsLostWhenOneOfTwoServersGoesAway() async throws {
    try await withServer { leaving, first in
      try await withServer { _, second in
        let client = EchoServiceClient(channel: HTTP2Channel(endpoints: [first, second]))
        let half = Signal()
        try await withThrowingTaskGroup(of: Int.self) { group in
          for worker in 0..<16 {
            group.addTask {
              var retries = 0
              for call in 0..<200 as Range<UInt32> {
                if worker == 0, call == 100 { half.fire() }
                let request = Request(name: "yield", pageSize: call % 5)
                while true {
                  do {
                    let answer = try await client.getEcho(request)
                    #expect(answer == request)
                    break
                  } catch let error as RPCError where error.code == .unavailable {
                    retries += 1
                  }
                }
              }
              return retries
            }
          }
          await half.wait()
          await leaving.drain(grace: .seconds(60))
          // A drain refuses nobody that it could still serve; only connecting anew may fail.
          let retries = try await group.reduce(0, +)
          #expect(retries < 100)
        }
      }
    }
  }

  @Test func aClientMovesToANewConnectionWhenOneGrowsOld() async throws {
    var limits = TransportLimits()
    limits.maximumAge = .milliseconds(40)
    limits.drainNoticeTimeout = .seconds(60)
    var router = Router()
    router.unary(EchoServiceMethods.getEcho) { _, context in Request(name: context.peer) }
    try await withServer(router, limits: limits) { _, endpoint in
      let client = EchoServiceClient(endpoint)
      var connections: Set<String> = []
      while connections.count < 4 {
        connections.insert(try await client.getEcho(Request()).name)
      }
    }
  }
}

struct ServerDrainTests {
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

  private func began() -> ServerDrain {
    var drain = ServerDrain()
    let action = drain.begin(
      now: start, noticeUntil: start + .seconds(1), streamsUntil: start + .seconds(2))
    #expect(action == .giveNotice(ping: ServerDrain.pingNumber))
    return drain
  }

  @Test func aDrainBeginsOnce() {
    var drain = began()
    #expect(
      drain.begin(now: start, noticeUntil: start, streamsUntil: start) == ServerDrain.Action.none)
  }

  @Test func goodbyeIsSaidOnceWhenTheNoticeIsAcknowledged() {
    var drain = began()
    #expect(drain.acknowledged(7) == .none)
    #expect(!drain.isSaidGoodbye)
    #expect(drain.acknowledged(ServerDrain.pingNumber) == .sayGoodbye)
    #expect(drain.isSaidGoodbye)
    #expect(drain.acknowledged(ServerDrain.pingNumber) == .none)
    #expect(drain.tick(now: start + .milliseconds(1_500)) == .none)
  }

  @Test func timeServesForAnAcknowledgement() {
    var drain = began()
    #expect(drain.tick(now: start + .milliseconds(999)) == .none)
    #expect(drain.tick(now: start + .seconds(1)) == .sayGoodbye)
    #expect(drain.tick(now: start + .seconds(1)) == .none)
    #expect(drain.tick(now: start + .seconds(2)) == .endStreams)
    #expect(drain.tick(now: start + .seconds(3)) == .none)
  }

  @Test func beforeItBeginsNothingHappens() {
    var drain = ServerDrain()
    #expect(drain.acknowledged(ServerDrain.pingNumber) == .none)
    #expect(drain.tick(now: start + .hours(1)) == .none)
  }
}
