internal import CommonMessages
internal import GatewayAPI
internal import GatewayDomain
internal import RPC
internal import RegistryMessages
internal import Testing
internal import Transport

/// A service behind a gateway, both over real sockets.
struct PassThroughTests {
  /// Runs a body with a channel to the gateway, and one that stops the service.
  private func through(
    _ router: Router, limits: PassThroughLimits = PassThroughLimits(),
    _ body: (HTTP2Channel, @escaping @Sendable () async -> Void) async throws -> Void
  ) async throws {
    let service = ChannelServer(router: router)
    let serviceEnd = try await service.start(Endpoint(host: "127.0.0.1", port: 0))
    let serving = Task { try await service.run() }
    let backend = HTTP2Channel(endpoints: [serviceEnd])
    var front = Router()
    PassThrough([.init(service: .registry, channel: backend)], limits: limits)
      .register(in: &front)
    let gateway = ChannelServer(router: front)
    let gatewayEnd = try await gateway.start(Endpoint(host: "127.0.0.1", port: 0))
    let relaying = Task { try await gateway.run() }
    let channel = HTTP2Channel(endpoints: [gatewayEnd])
    let stop: @Sendable () async -> Void = { await service.drain(grace: .seconds(1)) }
    do {
      try await body(channel, stop)
    } catch {
      Issue.record(error)
    }
    channel.close()
    await gateway.drain(grace: .seconds(1))
    backend.close()
    await service.drain(grace: .seconds(1))
    _ = await (serving.result, relaying.result)
  }

  @Test(.timeLimit(.minutes(1)), arguments: Codec.allCases)
  func aCallComesBackAsTheServiceAnsweredIt(_ codec: Codec) async throws {
    var router = Router()
    router.unary(RegistryServiceMethods.getPlace) { request, context in
      try context.response.addHeader("seen", for: "x-header")
      try context.response.addTrailer("late", for: "x-trailer")
      let name = context.requestMetadata["authorization"] ?? ""
      return GetPlaceResponse(place: Place(code: request.code, name: name))
    }
    try await through(router) { channel, _ in
      var options = CallOptions(codec: codec)
      try options.metadata.add("Bearer t", for: "authorization")
      let answer = try await channel.call(
        RegistryServiceMethods.getPlace, GetPlaceRequest(code: "450000"), options: options)
      #expect(answer.message.place == Place(code: "450000", name: "Bearer t"))
      #expect(answer.headers["x-header"] == "seen")
      #expect(answer.trailers["x-trailer"] == "late")
    }
  }

  /// Watches leave room for calls, and both for what the gateway asks for itself.
  @Test(.timeLimit(.minutes(1)))
  func whatPassesThroughHasPlaces() async throws {
    var router = Router()
    router.unary(RegistryServiceMethods.getPlace) { request, _ in
      GetPlaceResponse(place: Place(code: request.code))
    }
    router.serverStreaming(RegistryServiceMethods.watchChanges) { _, responses, _ in
      try await responses.write(WatchChangesResponse())
      try await Task.sleep(for: .seconds(60))
    }
    var limits = PassThroughLimits()
    limits.maximumCalls = 2
    limits.maximumWatches = 1
    try await through(router, limits: limits) { channel, _ in
      let client = RegistryServiceClient(channel: channel)
      let once = CallOptions(retry: .never)
      let held = try await client.watchChanges(WatchChangesRequest())
      var messages = held.makeAsyncIterator()
      #expect(try await messages.next() != nil)
      do {
        for try await _ in try await client.watchChanges(WatchChangesRequest(), options: once) {}
        Issue.record("a second watch has passed")
      } catch let error as RPCError {
        #expect(error.code == .resourceExhausted)
        #expect(error.message.contains("watches"))
      }
      #expect(
        try await client.getPlace(GetPlaceRequest(code: "450000"), options: once).place?.code
          == "450000")
      held.cancel()
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func compressedBodiesAreNotOpened() async throws {
    let name = String(repeating: "玉林", count: 4_000)
    var router = Router()
    router.unary(RegistryServiceMethods.listPlaces) { request, _ in
      ListPlacesResponse(places: [Place(name: request.nameContains)])
    }
    try await through(router) { channel, _ in
      let answer = try await channel.unary(
        RegistryServiceMethods.listPlaces, ListPlacesRequest(nameContains: name),
        options: CallOptions(compression: .gzip))
      #expect(answer.places.first?.name == name)
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: Codec.allCases)
  func anErrorKeepsItsCodeDetailsAndMetadata(_ codec: Codec) async throws {
    var router = Router()
    router.unary(RegistryServiceMethods.getPlace) { request, _ in
      var error = RPCError(.notFound, "no place \(request.code)")
      error.details = [try ErrorDetail(ResourceInfo(resourceName: request.code))]
      try error.metadata.add("why", for: "x-reason")
      throw error
    }
    try await through(router) { channel, _ in
      let error = try await #require(throws: RPCError.self) {
        try await channel.unary(
          RegistryServiceMethods.getPlace, GetPlaceRequest(code: "999999"),
          options: CallOptions(codec: codec))
      }
      #expect(error.code == .notFound)
      #expect(error.message == "no place 999999")
      #expect(try error.details.first?.decode(ResourceInfo.self)?.resourceName == "999999")
      #expect(error.metadata["x-reason"] == "why")
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: Codec.allCases)
  func aStreamArrivesMessageByMessage(_ codec: Codec) async throws {
    var router = Router()
    router.serverStreaming(RegistryServiceMethods.watchChanges) { request, responses, _ in
      for index in 1...100 {
        try await responses.write(
          WatchChangesResponse(cursor: "\(request.cursor)\(index)", revision: Int64(index)))
      }
    }
    try await through(router) { channel, _ in
      let stream = try await channel.serverStreaming(
        RegistryServiceMethods.watchChanges, WatchChangesRequest(cursor: "c"),
        options: CallOptions(codec: codec))
      var cursors: [String] = []
      for try await message in stream { cursors.append(message.cursor) }
      #expect(cursors == (1...100).map { "c\($0)" })
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func aStreamThatFailsEndsWithItsError() async throws {
    var router = Router()
    router.serverStreaming(RegistryServiceMethods.watchChanges) { _, responses, _ in
      try await responses.write(WatchChangesResponse(cursor: "1"))
      throw RPCError(.outOfRange, "the cursor has expired")
    }
    try await through(router) { channel, _ in
      let stream = try await channel.serverStreaming(
        RegistryServiceMethods.watchChanges, WatchChangesRequest(), options: CallOptions())
      var iterator = stream.makeAsyncIterator()
      #expect(try await iterator.next()?.cursor == "1")
      let error = try await #require(throws: RPCError.self) { try await iterator.next() }
      #expect(error.code == .outOfRange)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func theDeadlineTravelsAndGetsShorter() async throws {
    var router = Router()
    router.unary(RegistryServiceMethods.getPlace) { _, context in
      let left = try #require(context.remaining)
      #expect(left < .seconds(20) && left > .seconds(1))
      #expect(context.callerDeadline != nil)
      return GetPlaceResponse()
    }
    try await through(router) { channel, _ in
      _ = try await channel.unary(
        RegistryServiceMethods.getPlace, GetPlaceRequest(),
        options: CallOptions(timeout: .seconds(20)))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func aCallWithoutAnAnswerEndsAtItsDeadline() async throws {
    var router = Router()
    router.unary(RegistryServiceMethods.getPlace) { _, _ in
      try await Task.sleep(for: .seconds(3600))
      return GetPlaceResponse()
    }
    try await through(router) { channel, _ in
      let error = try await #require(throws: RPCError.self) {
        try await channel.unary(
          RegistryServiceMethods.getPlace, GetPlaceRequest(),
          options: CallOptions(timeout: .milliseconds(300)))
      }
      #expect(error.code == .deadlineExceeded)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func aStoppedServiceIsUnavailableAndNamed() async throws {
    var router = Router()
    router.unary(RegistryServiceMethods.getPlace) { _, _ in GetPlaceResponse() }
    try await through(router) { channel, stop in
      _ = try await channel.unary(RegistryServiceMethods.getPlace, GetPlaceRequest())
      await stop()
      let error = try await #require(throws: RPCError.self) {
        try await channel.unary(
          RegistryServiceMethods.getPlace, GetPlaceRequest(),
          options: CallOptions(timeout: .seconds(5)))
      }
      #expect(error.code == .unavailable)
      #expect(error.message.contains("registry"))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func whatTheServiceDoesNotKnowIsItsToRefuse() async throws {
    try await through(Router()) { channel, _ in
      let error = try await #require(throws: RPCError.self) {
        try await channel.unary(RegistryServiceMethods.getPlace, GetPlaceRequest())
      }
      #expect(error.code == .unimplemented)
    }
  }
}
