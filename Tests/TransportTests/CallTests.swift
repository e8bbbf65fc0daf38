// Calls over real sockets.

internal import FixtureMessages
internal import RPC
internal import Testing
internal import Transport
internal import Wire

@Suite(.timeLimit(.minutes(2)))
struct CallTests {
  @Test(arguments: Codec.allCases, ContentCoding.allCases)
  func aCallGoesThere(codec: Codec, coding: ContentCoding) async throws {
    try await withServer { _, endpoint in
      let client = EchoServiceClient(endpoint)
      let options = CallOptions(codec: codec, compression: coding)
      let request = Request(name: "玉林", placeCode: String(repeating: "z", count: 20_000))
      #expect(try await client.getEcho(request, options: options) == request)
      var numbers: [UInt32] = []
      for try await message in try await client.watchEcho(
        Request(name: request.placeCode, pageSize: 100), options: options)
      {
        #expect(message.name == request.placeCode)
        numbers.append(message.pageSize)
      }
      #expect(numbers == Array(0..<100))
    }
  }

  /// More calls than a connection has slots: each gives its own back.
  @Test func answersAtHandAndOthersShareAConnection() async throws {
    var router = Router()
    router.unary(EchoServiceMethods.getEcho) { request, _ in
      await Task.yield()
      return Request(name: "handler", pageSize: request.pageSize)
    }
    router.atOnce(EchoServiceMethods.getEcho) { request, _ in
      if request.pageSize % 5 == 4 { throw RPCError(.notFound, "no such number") }
      return request.pageSize % 5 == 3 ? nil : Request(name: "memory", pageSize: request.pageSize)
    }
    try await withServer(router) { _, endpoint in
      let client = EchoServiceClient(endpoint)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<1_000 as Range<UInt32> {
          group.addTask {
            do {
              let answer = try await client.getEcho(Request(pageSize: number))
              #expect(answer.name == (number % 5 == 3 ? "handler" : "memory"))
              #expect(answer.pageSize == number && number % 5 != 4)
            } catch let error as RPCError {
              #expect(error.code == .notFound && number % 5 == 4)
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test(arguments: ["yield", "away"])
  func handlersMayLeaveTheLoopAndComeBack(name: String) async throws {
    try await withServer { _, endpoint in
      let client = EchoServiceClient(endpoint)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<200 as Range<UInt32> {
          group.addTask {
            let request = Request(name: name, pageSize: number % 7)
            let answer = try await client.getEcho(request)
            #expect(answer == request)
          }
        }
        try await group.waitForAll()
      }
      var count: UInt32 = 0
      for try await message in try await client.watchEcho(Request(name: name, pageSize: 300)) {
        #expect(message.pageSize == count)
        count += 1
      }
      #expect(count == 300)
    }
  }

  /// 8 connections × 64 streams, every answer checked against its request.
  @Test func manyConnectionsAndStreamsDoNotMixUpTheirAnswers() async throws {
    try await withServer { server, endpoint in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for connection in 0..<8 {
          let client = EchoServiceClient(endpoint)
          for stream in 0..<64 {
            group.addTask {
              for call in 0..<20 {
                let name = "\(connection)/\(stream)/\(call)"
                let size = (connection * 977 + stream * 131 + call * 17) % 3_000
                let request = Request(
                  name: call % 5 == 0 ? "yield" : name,
                  placeCode: String(repeating: "p", count: size), pageSize: UInt32(call % 3),
                  pageToken: name)
                let answer = try await client.getEcho(request)
                #expect(answer == request)
              }
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(server.connectionCount <= 8)
    }
  }

  @Test func streamsAndUnaryCallsShareAConnection() async throws {
    try await withServer { _, endpoint in
      let client = EchoServiceClient(endpoint)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<16 as Range<UInt32> {
          group.addTask {
            var expected: UInt32 = 0
            let request = Request(
              name: "s\(number)", placeCode: String(repeating: "q", count: 2_000), pageSize: 200)
            for try await message in try await client.watchEcho(request) {
              #expect(message.name == request.name)
              #expect(message.pageSize == expected)
              expected += 1
            }
            #expect(expected == 200)
          }
          group.addTask {
            for call in 0..<50 as Range<UInt32> {
              let request = Request(name: "u\(number)", pageSize: call)
              let answer = try await client.getEcho(request)
              #expect(answer == request)
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func moreCallsThanTheServersStreamsWaitTheirTurn() async throws {
    var limits = TransportLimits()
    limits.maximumStreams = 4
    try await withServer(limits: limits) { _, endpoint in
      let client = EchoServiceClient(endpoint)
      // The first call brings the server's SETTINGS.
      _ = try await client.getEcho(Request())
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<100 as Range<UInt32> {
          group.addTask {
            let request = Request(name: "yield", pageSize: number % 9)
            let answer = try await client.getEcho(request)
            #expect(answer == request)
          }
        }
        try await group.waitForAll()
      }
    }
  }

  // MARK: Sizes

  /// A request whose protobuf has an exact size.
  private func request(bytes count: Int) throws -> Request {
    var request = Request(placeCode: String(repeating: "x", count: count - 10))
    while try request.protobufBytes().count < count { request.placeCode.append("x") }
    #expect(try request.protobufBytes().count == count)
    return request
  }

  @Test func exactlyFourMebibytesPassInBothDirectionsAndOneByteMoreDoesNot() async throws {
    try await withServer { _, endpoint in
      var options = HTTP2ChannelOptions()
      options.call.maximumRequestBytes = 8 << 20
      let client = EchoServiceClient(endpoint, options: options)
      let limit = 4 << 20
      let fits = try request(bytes: limit)
      #expect(try await client.getEcho(fits) == fits)
      let over = try request(bytes: limit + 1)
      let refused = await failure { try await client.getEcho(over) }
      #expect(refused?.code == .resourceExhausted)
      let compressed = await failure {
        try await client.getEcho(over, options: CallOptions(compression: .gzip))
      }
      #expect(compressed?.code == .resourceExhausted)
      let streamed = await failure {
        for try await _ in try await client.watchEcho(over) {}
      }
      #expect(streamed?.code == .resourceExhausted)
      // The connection is as good as before.
      let after = try await client.getEcho(Request(name: "after"))
      #expect(after.name == "after")
    }
  }

  @Test func answersOverTheClientsLimitAreResourceExhausted() async throws {
    try await withServer { _, endpoint in
      let client = EchoServiceClient(endpoint)
      for acceptsGzip in [true, false] {
        var options = CallOptions(acceptsGzip: acceptsGzip)
        options.maximumResponseBytes = 100_000
        let error = await failure {
          try await client.getEcho(Request(name: "large", pageSize: 100_000), options: options)
        }
        #expect(error?.code == .resourceExhausted)
      }
      let after = try await client.getEcho(Request(name: "after"))
      #expect(after.name == "after")
    }
  }

  // MARK: Raw forwarding

  @Test func aGatewayPassesCallsThrough() async throws {
    try await withServer { _, backend in
      let channel = HTTP2Channel(endpoints: [backend])
      var router = Router()
      router.fallback(prefix: "/lianshe.") { call in try await call.forward(to: channel) }
      try await withServer(router) { _, front in
        let client = EchoServiceClient(front)
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<50 as Range<UInt32> {
            group.addTask {
              let request = Request(
                name: "g\(number)", placeCode: String(repeating: "r", count: 9_000), pageSize: 40)
              let answer = try await client.getEcho(request)
              #expect(answer == request)
              var count: UInt32 = 0
              for try await message in try await client.watchEcho(request) {
                #expect(message.pageSize == count)
                count += 1
              }
              #expect(count == 40)
            }
          }
          try await group.waitForAll()
        }
      }
    }
  }

  @Test func cancellingAtAGatewayReachesTheHandlerBehindIt() async throws {
    let probe = Probe()
    try await withServer(probe) { _, backend in
      let channel = HTTP2Channel(endpoints: [backend])
      var router = Router()
      router.fallback(prefix: "/lianshe.") { call in try await call.forward(to: channel) }
      try await withServer(router) { _, front in
        let client = EchoServiceClient(front)
        let task = Task { try await client.getEcho(Request(name: "hold")) }
        await probe.started.wait()
        task.cancel()
        await expect(.canceled) { try await task.value }
        await probe.cancelled.wait()
        probe.gate.fire()
      }
    }
  }

  /// The error of a handler that passes bytes on ends the stream where the caller can read it; within
  /// an envelope only a reset is left.
  @Test(arguments: [
    ("0000000002", 0, RPCError.Code.internal), ("0000000000", 1, .dataLoss),
    ("00000000000000000000", 2, .dataLoss), ("", 0, .dataLoss), ("000000", 0, .internal),
  ])
  func aStreamThatPassesThroughFailsBetweenTwoEnvelopes(
    bytes: String, messages: Int, code: RPCError.Code
  ) async throws {
    let digits = Array(bytes)
    let sent = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
    var router = Router()
    router.fallback(prefix: "/") { call in
      let type = HeaderFields.Field("content-type", "application/connect+proto")
      try await call.response.writeHead(status: 200, fields: [type])
      if !sent.isEmpty { try await call.response.write(sent) }
      throw RPCError(.dataLoss, "the rest is lost")
    }
    try await withServer(router) { _, front in
      var count = 0
      let error = await failure {
        for try await _ in try await EchoServiceClient(front).watchEcho(Request()) { count += 1 }
      }
      #expect(error?.code == code)
      #expect(count == messages)
    }
  }

  @Test func aGatewayWhoseBackendIsAwaySaysUnavailable() async throws {
    let nobody = try await RawListener { _, _ in }
    try await nobody.close()
    let channel = HTTP2Channel(endpoints: [nobody.endpoint])
    var router = Router()
    router.fallback(prefix: "/") { call in try await call.forward(to: channel) }
    try await withServer(router) { _, front in
      let client = EchoServiceClient(front)
      await expect(.unavailable) { try await client.getEcho(Request()) }
      let streamed = await failure {
        for try await _ in try await client.watchEcho(Request()) {}
      }
      #expect(streamed?.code == .unavailable)
    }
  }
}
