@testable internal import Bootstrap
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import RPC
internal import Synchronization
internal import Testing
internal import Transport

/// Sends bytes to a port and returns what comes until the other side closes.
enum RawClient {
  private final class Collector: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let received = Mutex<[UInt8]>([])
    private let done: EventLoopPromise<[UInt8]>

    init(_ done: EventLoopPromise<[UInt8]>) {
      self.done = done
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let bytes = Array(unwrapInboundIn(data).readableBytesView)
      received.withLock { $0 += bytes }
    }

    func channelInactive(context: ChannelHandlerContext) {
      done.succeed(received.withLock { $0 })
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }

  static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  static func connect(_ address: Endpoint) async throws -> (any Channel, EventLoopFuture<[UInt8]>) {
    let done = group.next().makePromise(of: [UInt8].self)
    let channel = try await ClientBootstrap(group: group)
      .channelInitializer { $0.pipeline.addHandler(Collector(done)) }
      .connect(host: address.host, port: address.port).get()
    return (channel, done.futureResult)
  }

  static func exchange(_ address: Endpoint, _ text: String) async throws -> String {
    let (channel, answer) = try await connect(address)
    try? await channel.writeAndFlush(channel.allocator.buffer(string: text)).get()
    return String(decoding: try await answer.get(), as: UTF8.self)
  }

  static func get(_ address: Endpoint, _ path: String, method: String = "GET") async throws
    -> String
  {
    try await exchange(
      address, "\(method) \(path) HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
  }
}

@Suite("The admin listener", .timeLimit(.minutes(3)))
struct AdminTests {
  private let readiness = Readiness()
  private let metrics = MetricsRegistry()
  private let anywhere = Endpoint(host: "127.0.0.1", port: 0)

  private func withServer(
    _ limits: AdminLimits = AdminLimits(), _ body: (Endpoint) async throws -> Void
  ) async throws {
    let server = AdminServer(readiness: readiness, metrics: metrics, limits: limits)
    let address = try await server.start(anywhere)
    do {
      try await body(address)
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  @Test("health answers, unknown paths and other methods are told what there is")
  func routes() async throws {
    try await withServer { address in
      let health = try await RawClient.get(address, "/healthz?x=1")
      #expect(health.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(health.hasSuffix("\r\n\r\nok\n"))
      let unknown = try await RawClient.get(address, "/nothing")
      #expect(unknown.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
      #expect(unknown.contains("/readyz"))
      let post = try await RawClient.get(address, "/healthz", method: "DELETE")
      #expect(post.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
      #expect(post.contains("allow: GET, HEAD\r\n"))
      let head = try await RawClient.get(address, "/healthz", method: "HEAD")
      #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(head.contains("content-length: 3\r\n"))
      #expect(head.hasSuffix("\r\n\r\n"))
    }
  }

  @Test("descriptor sets answer under the name of their package, and are among the known paths")
  func descriptors() async throws {
    let descriptors = Descriptors()
    let server = AdminServer(readiness: readiness, metrics: metrics, descriptors: descriptors)
    let address = try await server.start(anywhere)
    let path = "/descriptors/a.b.v1.binpb"
    #expect(try await RawClient.get(address, path).hasPrefix("HTTP/1.1 404 "))
    descriptors.add("a.b.v1", Array("bytes of a set".utf8))
    let found = try await RawClient.get(address, path + "?x=1")
    #expect(found.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(found.contains("content-type: application/octet-stream\r\n"))
    #expect(found.hasSuffix("\r\n\r\nbytes of a set"))
    for other in ["/descriptors/", "/descriptors/a.b.v1", "/descriptors/c.binpb"] {
      let unknown = try await RawClient.get(address, other)
      #expect(unknown.hasPrefix("HTTP/1.1 404 ") && unknown.contains(" " + path))
    }
    await server.stop()
  }

  @Test("metrics come with the content type of their format")
  func metricsPage() async throws {
    metrics.counter("c_total", help: "C").increment()
    try await withServer { address in
      let page = try await RawClient.get(address, "/metrics")
      #expect(page.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"))
      #expect(page.contains("\nc_total 1\n"))
    }
  }

  @Test("readiness says 503 and which dependency is not ready, and 200 when all are")
  func ready() async throws {
    let isUp = Mutex(false)
    let checked = AsyncStream<Void>.makeStream()
    readiness.add("always") {}
    readiness.add("database") {
      defer { checked.continuation.yield() }
      if !isUp.withLock({ $0 }) { throw TransportError(.invalidState, "the \"database\" is away") }
    }
    /// When the second check has begun, the finding of the first is kept.
    func twoChecks() async {
      var left = 2
      for await _ in checked.stream {
        left -= 1
        if left == 0 { return }
      }
    }
    try await withServer { address in
      let before = try await RawClient.get(address, "/readyz")
      #expect(before.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
      #expect(before.contains("\"phase\":\"starting\""))
      readiness.begin()
      let loop = Task { await readiness.run() }
      await twoChecks()
      let away = try await RawClient.get(address, "/readyz")
      #expect(away.hasPrefix("HTTP/1.1 503"))
      let body = try #require(away.components(separatedBy: "\r\n\r\n").last)
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
      #expect(object["ready"] as? Bool == false)
      let checks = try #require(object["checks"] as? [[String: Any]])
      #expect(checks.map { $0["name"] as? String } == ["always", "database"])
      #expect(checks.map { $0["ready"] as? Bool } == [true, false])
      #expect(checks[1]["message"] as? String == "the \"database\" is away")
      isUp.withLock { $0 = true }
      await twoChecks()
      #expect(try await RawClient.get(address, "/readyz").hasPrefix("HTTP/1.1 200 OK\r\n"))
      readiness.drain()
      #expect(try await RawClient.get(address, "/readyz").contains("\"phase\":\"draining\""))
      loop.cancel()
      await loop.value
    }
  }

  @Test("several requests may use one connection")
  func keepAlive() async throws {
    try await withServer { address in
      let request = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n"
      let last = "GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
      let answer = try await RawClient.exchange(address, request + request + last)
      #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count == 4)
    }
  }

  @Test("a connection over the limit is closed at once, and a place becomes free again")
  func connectionLimit() async throws {
    var limits = AdminLimits()
    limits.maximumConnections = 2
    try await withServer(limits) { address in
      let held = [try await RawClient.connect(address), try await RawClient.connect(address)]
      for (channel, _) in held {
        // Makes sure that the server has seen it.
        try await channel.writeAndFlush(
          channel.allocator.buffer(string: "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
        ).get()
      }
      var refused = try await RawClient.get(address, "/healthz")
      while !refused.isEmpty { refused = try await RawClient.get(address, "/healthz") }
      for (channel, answer) in held {
        try await channel.close().get()
        _ = try await answer.get()
      }
      var answered = ""
      while answered.isEmpty { answered = try await RawClient.get(address, "/healthz") }
      #expect(answered.hasPrefix("HTTP/1.1 200 OK"))
    }
  }

  @Test("a request that does not end and a body that does not end are cut off")
  func limits() async throws {
    var limits = AdminLimits()
    limits.requestTimeout = .milliseconds(50)
    limits.maximumBodyBytes = 10
    try await withServer(limits) { address in
      let halfRequest = try await RawClient.exchange(address, "GET /healthz HTTP/1.1\r\nho")
      #expect(halfRequest.isEmpty)
      let head = "POST /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n"
      let longBody = try await RawClient.exchange(address, head + String(repeating: "x", count: 11))
      #expect(longBody.isEmpty)
    }
  }

  @Test("what is not HTTP/1.1 gets 400 and is closed")
  func garbage() async throws {
    try await withServer { address in
      let answer = try await RawClient.exchange(address, "\u{1}\u{2}garbage\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request") || answer.isEmpty)
    }
  }

  @Test("an address in use is a clear error")
  func addressInUse() async throws {
    try await withServer { address in
      let second = AdminServer(readiness: readiness, metrics: metrics)
      await #expect {
        try await second.start(address)
      } throws: { error in
        (error as? TransportError)?.code == .addressInUse && "\(error)".contains("\(address.port)")
      }
      await second.stop()
    }
  }

  @Test("health answers while every loop of the channel is blocked")
  func underLoad() async throws {
    try await withServer { address in
      let loops = Array(MultiThreadedEventLoopGroup.singleton.makeIterator())
      let release = DispatchSemaphore(value: 0)
      let blocked = loops.map { $0.submit { release.wait() } }
      #expect(try await RawClient.get(address, "/healthz").hasPrefix("HTTP/1.1 200 OK"))
      for _ in loops { release.signal() }
      for future in blocked { try await future.get() }
    }
  }
}

@Suite("Readiness", .timeLimit(.minutes(3)))
struct ReadinessTests {
  @Test("a check that has not answered for long is a failure, and cannot hold up the end")
  func hanging() async throws {
    let readiness = Readiness(pace: .milliseconds(1), patience: .seconds(60))
    let calls = AsyncStream<Int>.makeStream()
    let count = Mutex(0)
    readiness.add("hangs") {
      let number = count.withLock { count in
        count += 1
        return count
      }
      calls.continuation.yield(number)
      if number > 1 {
        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
      }
    }
    readiness.begin()
    let loop = Task { await readiness.run() }
    for await number in calls.stream where number == 2 { break }
    #expect(readiness.report.isReady)
    let later = readiness.report(at: .now + .seconds(61))
    #expect(!later.isReady)
    #expect(later.items.first?.message?.hasPrefix("no answer for") == true)
    loop.cancel()
    await loop.value
  }

  @Test("whoever asks in another protocol hears the same as /readyz, from start to drain")
  func check() async throws {
    let readiness = Readiness(pace: .milliseconds(1))
    let isComplete = Mutex(false)
    readiness.add("register copy") {
      guard isComplete.withLock({ $0 }) else { throw TransportError(.invalidState, "no copy") }
    }
    func refusal() -> String? {
      do {
        try readiness.check()
        return nil
      } catch {
        return error.code == .unavailable ? error.message : "\(error.code)"
      }
    }
    #expect(refusal() == "not ready: starting, register copy")
    readiness.begin()
    #expect(refusal() == "not ready: running, register copy")
    let loop = Task { await readiness.run() }
    isComplete.withLock { $0 = true }
    while refusal() != nil { try await Task.sleep(for: .milliseconds(1)) }
    readiness.drain()
    #expect(refusal() == "not ready: draining")
    loop.cancel()
    await loop.value
  }

  @Test("a draining process is never ready again")
  func phases() {
    let readiness = Readiness()
    #expect(!readiness.report.isReady)
    readiness.begin()
    #expect(readiness.report.isReady)
    readiness.drain()
    readiness.begin()
    #expect(readiness.report.phase == .draining)
    #expect(!readiness.report.isReady)
  }
}
