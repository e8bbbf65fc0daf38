// What a connection costs its loop: one write for all that a read has brought, and no change of
// thread for a handler that does not suspend. On a loop that runs only when told to.

internal import FixtureMessages
internal import HTTP2
internal import Logging
internal import NIOCore
internal import NIOEmbedded
internal import NIOPosix
internal import RPC
internal import Testing

@testable internal import Transport

struct BurstTests {
  /// Counts flushes; writes can be counted by what comes out.
  private final class FlushCounter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    private(set) var count = 0

    func flush(context: ChannelHandlerContext) {
      count += 1
      context.flush()
    }
  }

  private func written(_ channel: EmbeddedChannel) throws -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    while let piece = try channel.readOutbound(as: ByteBuffer.self) {
      pieces.append(Array(piece.readableBytesView))
    }
    return pieces
  }

  @Test(arguments: [1, 20, 100], [true, false])
  func allAnswersOfOneReadAreOneWrite(requests: Int, gathersWrites: Bool) throws {
    let loop = EmbeddedEventLoop()
    let flushes = FlushCounter()
    let host = ServerHost(
      server: RPCServer(router: Probe().router), limits: TransportLimits(),
      logger: Logger(label: "test"))
    let connection = try ServerConnection(
      host: host, loop: loop, executor: LoopExecutor(loop), peer: "test")
    connection.gathersWrites = gathersWrites
    let channel = EmbeddedChannel(handlers: [flushes, connection], loop: loop)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    loop.run()
    let client = try HTTP2Session(role: .client, now: HTTP2Instant(nanoseconds: 1))
    var greeting: [UInt8] = []
    client.takeOutput(into: &greeting)
    try channel.writeInbound(ByteBuffer(bytes: greeting))
    loop.run()
    for piece in try written(channel) {
      piece.withUnsafeBytes { client.receive($0, now: HTTP2Instant(nanoseconds: 1)) }
    }

    var answered: Set<StreamID> = []
    for round in 1...3 {
      for _ in 0..<requests {
        let id = try client.submitRequest(
          [
            HeaderField(":method", "POST"), HeaderField(":scheme", "http"),
            HeaderField(":path", "/lianshe.fixture.v1.EchoService/GetEcho"),
            HeaderField(":authority", "test"), HeaderField("content-type", "application/json"),
          ], endStream: false)
        try client.sendData(id, Array("{}".utf8), endStream: true)
      }
      var burst: [UInt8] = []
      client.takeOutput(into: &burst)
      let before = flushes.count
      try channel.writeInbound(ByteBuffer(bytes: burst))
      // The loop has not run: no handler was put off, so none has left this thread.
      #expect(connection.streams.isEmpty)
      #expect(flushes.count == (gathersWrites ? before : before + 1))
      loop.run()
      let pieces = try written(channel)
      #expect(pieces.count == 1)
      #expect(flushes.count == before + 1)
      for piece in pieces {
        piece.withUnsafeBytes { client.receive($0, now: HTTP2Instant(nanoseconds: 1)) }
      }
      while let event = client.popEvent() {
        guard case .data(let id, _, endStream: true) = event else { continue }
        answered.insert(id)
        client.release(id)
      }
      #expect(answered.count == round * requests)
    }
    _ = try? channel.finish()
  }

  @Test func aHandlerStartsAndGoesOnOnTheLoopOfItsConnection() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    var router = Router()
    router.unary(EchoServiceMethods.getEcho) { request, _ in
      var answer = request
      answer.pageSize = loop.inEventLoop ? 1 : 0
      if request.name == "away" { await Task.detached {}.value }
      if loop.inEventLoop { answer.pageSize += 2 }
      return answer
    }
    let server = ChannelServer(router: router, group: group)
    let client = EchoServiceClient(try await server.start(Endpoint("127.0.0.1:0")))
    for name in ["here", "away"] {
      #expect(try await client.getEcho(Request(name: name)).pageSize == 3)
    }
    await server.drain(grace: .zero)
    try await group.shutdownGracefully()
  }
}

struct StallClockTests {
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

  @Test func timeCountsOnlyWhileTheSocketIsFull() {
    var clock = StallClock()
    clock.look(waiting: 1_000, now: start)
    #expect(clock.since == nil)
    clock.changed(isWritable: false, waiting: 300_000, now: start + .seconds(1))
    #expect(clock.since == start + .seconds(1))
    clock.changed(isWritable: true, waiting: 100_000, now: start + .seconds(2))
    #expect(clock.since == nil)
  }

  @Test func everyByteTakenBeginsTheTimeAnew() {
    var clock = StallClock()
    clock.changed(isWritable: false, waiting: 300_000, now: start)
    for second in 1...100 as ClosedRange<Int64> {
      let now = start + .seconds(second)
      clock.look(waiting: 300_000 - Int(second), now: now)
      #expect(clock.since == now)
    }
    for second in 101...200 as ClosedRange<Int64> {
      clock.look(waiting: 299_900, now: start + .seconds(second))
      #expect(clock.since == start + .seconds(100))
    }
  }
}
