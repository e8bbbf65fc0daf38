// Calls that end before their answer: cancelled, out of time, cut off.

internal import FixtureMessages
internal import HTTP2
internal import NIOCore
internal import RPC
internal import Testing
internal import Transport
internal import Wire

@Suite(.timeLimit(.minutes(2)))
struct CancellationTests {
  @Test func cancellingACallReachesItsHandler() async throws {
    let probe = Probe()
    try await withServer(probe) { _, endpoint in
      let client = EchoServiceClient(endpoint)
      let task = Task { try await client.getEcho(Request(name: "hold")) }
      await probe.started.wait()
      task.cancel()
      await expect(.canceled) { try await task.value }
      await probe.cancelled.wait()
    }
  }

  @Test func cancellingTheReaderOfAStreamReachesItsHandler() async throws {
    let probe = Probe()
    try await withServer(probe) { _, endpoint in
      let client = EchoServiceClient(endpoint)
      let task = Task {
        for try await _ in try await client.watchEcho(Request(name: "silent")) {}
      }
      await probe.started.wait()
      task.cancel()
      await expect(.canceled) { try await task.value }
      await probe.cancelled.wait()
      probe.gate.fire()
      await probe.ended.wait()
    }
  }

  @Test(arguments: ["endless", "silent"])
  func lettingGoOfAStreamReachesItsHandler(name: String) async throws {
    let probe = Probe()
    try await withServer(probe) { _, endpoint in
      let client = EchoServiceClient(endpoint)
      do {
        let stream = try await client.watchEcho(Request(name: name))
        if name == "endless" {
          for try await message in stream where message.pageSize == 10 { break }
        }
      }
      await probe.cancelled.wait()
      probe.gate.fire()
      await probe.ended.wait()
      if name == "endless" { #expect(probe.writeError?.code == .canceled) }
    }
  }

  @Test func theHeadOfASilentStreamIsSentAtOnce() async throws {
    let probe = Probe()
    try await withServer(probe) { _, endpoint in
      let stream = try await EchoServiceClient(endpoint).watchEcho(
        Request(name: "silent", pageSize: 1))
      #expect(!probe.gate.hasFired)
      probe.gate.fire()
      var count = 0
      for try await _ in stream { count += 1 }
      #expect(count == 1)
    }
  }

  @Test func aCancelledStreamKeepsItsSlotUntilItsHandlerHasStopped() async throws {
    var limits = TransportLimits()
    limits.maximumStreams = 1
    let probe = Probe()
    try await withServer(probe, limits: limits) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      let first = try peer.request(body: #"{"name":"hold"}"#)
      try await peer.flush()
      await probe.started.wait()
      peer.session.reset(first, .cancel)
      let second = try peer.request()
      let event = try await peer.next {
        if case .streamClosed(second, _) = $0 { true } else { false }
      }
      #expect(event == .streamClosed(second, .refusedStream))
      #expect(probe.calls == 1)
      await probe.cancelled.wait()
      probe.gate.fire()
      await probe.ended.wait()
      // The handler's end is on the server's loop a moment before the slot is free.
      var answered = false
      while !answered {
        let third = try peer.request()
        answered = try await peer.answer(third)?.status == "200"
      }
      try await peer.close()
    }
  }

  @Test func killingTheConnectionReachesItsHandlers() async throws {
    let probe = Probe()
    try await withServer(probe) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      _ = try peer.request(body: #"{"name":"hold"}"#)
      _ = try peer.request(
        "WatchEcho", type: "application/connect+json", body: "\0\0\0\0\u{12}{\"name\":\"endless\"}")
      try await peer.flush()
      await probe.started.wait()
      try await peer.close()
      await probe.cancelled.wait()
      probe.gate.fire()
      await probe.ended.wait()
    }
  }

  @Test func aServerThatDiesMidCallIsUnavailable() async throws {
    let killer = try await RawListener { channel, bytes in
      // The client's preface is answered with SETTINGS; the acknowledgement of those is small.
      if bytes.getString(at: bytes.readerIndex, length: 3) == "PRI" {
        channel.writeAndFlush(ByteBuffer(bytes: [0, 0, 0, 4, 0, 0, 0, 0, 0]), promise: nil)
      } else if bytes.readableBytes > 20 {
        channel.close(promise: nil)
      }
    }
    let client = EchoServiceClient(killer.endpoint)
    let error = await failure { try await client.getEcho(Request()) }
    #expect(error?.code == .unavailable)
    #expect(error?.wasNotProcessed == false)
    try await killer.close()
  }

  @Test func aServerThatIsNoHTTP2IsUnavailable() async throws {
    let foreign = try await RawListener { channel, _ in
      channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n"), promise: nil)
    }
    let client = EchoServiceClient(foreign.endpoint)
    await expect(.unavailable) { try await client.getEcho(Request()) }
    try await foreign.close()
  }

  // MARK: Deadlines

  @Test func theCallersDeadlineEndsTheCallAndItsHandler() async throws {
    let probe = Probe()
    try await withServer(probe) { _, endpoint in
      let client = EchoServiceClient(endpoint)
      var timeout = Duration.milliseconds(50)
      // On a busy machine the time may be up before the handler has begun.
      while !probe.started.hasFired {
        await expect(.deadlineExceeded) {
          try await client.getEcho(
            Request(name: "hold"), options: CallOptions(timeout: timeout))
        }
        timeout *= 2
      }
      await probe.cancelled.wait()
    }
  }

  @Test func theServersOwnDeadlineEndsAUnaryCall() async throws {
    var limits = TransportLimits()
    limits.call.defaultTimeout = .milliseconds(50)
    let probe = Probe()
    try await withServer(probe, limits: limits) { _, endpoint in
      let client = EchoServiceClient(endpoint)
      let error = await failure { try await client.getEcho(Request(name: "hold")) }
      #expect(error?.code == .deadlineExceeded)
      #expect(!probe.gate.hasFired)
      await probe.cancelled.wait()
      // The answer came while the handler still runs; its own later one goes nowhere.
      probe.gate.fire()
      await probe.ended.wait()
      let after = try await client.getEcho(Request(name: "after"))
      #expect(after.name == "after")
    }
  }

  @Test func aStreamIsEndedByTheServerAtTheCallersDeadline() async throws {
    let probe = Probe()
    try await withServer(probe) { _, endpoint in
      // This caller says its timeout and does not keep the time itself.
      let peer = try await RawPeer(endpoint)
      let id = try peer.request(
        "WatchEcho", type: "application/connect+json",
        [HeaderField("connect-timeout-ms", "50")],
        body: "\0\0\0\0\u{11}{\"name\":\"silent\"}")
      let answer = try await peer.answer(id)
      #expect(answer?.status == "200")
      #expect(answer?.body.contains(#"{"error":{"code":"deadline_exceeded""#) == true)
      await probe.cancelled.wait()
      try await peer.close()
    }
  }

  @Test func aDeadlineAlsoCountsWhileTheServerSaysNothing() async throws {
    let silent = try await RawListener { _, _ in }
    let client = EchoServiceClient(silent.endpoint)
    let error = await failure {
      try await client.getEcho(Request(), options: CallOptions(timeout: .milliseconds(50)))
    }
    #expect(error?.code == .deadlineExceeded)
    #expect(error?.message == "the deadline passed before a server was reached")
    try await silent.close()
  }

  @Test func aDeadlineAlsoCountsWhileConnecting() async throws {
    let connecting = HeldConnection()
    let listener = try await RawListener { _, _ in }
    let client = EchoServiceClient(channel: connecting.channel(to: listener.endpoint))
    let error = await failure {
      try await client.getEcho(Request(), options: CallOptions(timeout: .milliseconds(50)))
    }
    #expect(error?.code == .deadlineExceeded)
    #expect(error?.message == "the deadline passed before a server was reached")
    #expect(!connecting.gate.hasFired)
    connecting.gate.fire()
    try await listener.close()
  }

  /// The caller keeps no time itself here, and its body never ends.
  @Test(arguments: ["application/json", "application/connect+json"])
  func aDeadlineAlsoCountsWhileTheRequestIsStillComing(type: String) async throws {
    try await withServer { _, endpoint in
      let peer = try await RawPeer(endpoint)
      let isUnary = type == "application/json"
      let id = try peer.request(
        isUnary ? "GetEcho" : "WatchEcho", type: type,
        [HeaderField("connect-timeout-ms", "50")], body: isUnary ? "{" : "\0", endStream: false)
      let answer = try await peer.answer(id)
      #expect(answer?.status == (isUnary ? "504" : "200"))
      #expect(answer?.body.contains(#""code":"deadline_exceeded""#) == true)
      #expect(answer?.body.hasPrefix(isUnary ? "{" : "\u{2}\0\0\0") == true)
      // The connection serves on.
      #expect(try await peer.answer(try peer.request())?.status == "200")
      try await peer.close()
    }
  }
}
