// A client's bytes, recorded while it talked to a server, so that they can be played to another
// server without the client's own allocations.

private import BenchmarkMessages
private import CAllocationCounter
internal import HTTP2
private import RPC
private import Wire

struct RecordedClient {
  /// Preface, settings and whatever the first requests need.
  let opening: [[UInt8]]
  /// Bursts of requests, each answered before the next one is sent.
  let bursts: [[UInt8]]

  static let requestsPerBurst = 16
  static let instant = HTTP2Instant(nanoseconds: 1_000_000_000)

  init(bursts count: Int) throws {
    let client = try HTTP2Session(role: .client, now: Self.instant)
    let server = try HTTP2Session(role: .server, now: Self.instant)
    let body = try Samples.request.protobufBytes()
    var opening: [[UInt8]] = []
    for _ in 0..<3 {
      opening.append(Self.pass(client, server))
      _ = Self.pass(server, client)
    }
    var bursts: [[UInt8]] = []
    for _ in 0..<count {
      for _ in 0..<Self.requestsPerBurst {
        let stream = try client.submitRequest(Self.head, endStream: false)
        try client.sendData(stream, body, endStream: true)
      }
      bursts.append(Self.pass(client, server))
      HTTP2Measure.answerAll(server)
      _ = Self.pass(server, client)
      while let event = client.popEvent() {
        switch event {
        case .data(let stream, let bytes, _): client.consume(stream, bytes.count)
        case .streamClosed(let stream, _): client.release(stream)
        default: break
        }
      }
    }
    self.opening = opening
    self.bursts = bursts
  }

  static let head = [
    HeaderField(":method", "POST"), HeaderField(":scheme", "http"),
    HeaderField(":path", BenchmarkServiceMethods.getIndicator.info.path),
    HeaderField(":authority", "127.0.0.1:7402"), HeaderField("content-type", "application/proto"),
    HeaderField("connect-protocol-version", "1"), HeaderField("user-agent", "benchmark/1"),
    HeaderField("accept-encoding", "identity"),
  ]

  private static func pass(_ sender: HTTP2Session, _ receiver: HTTP2Session) -> [UInt8] {
    var bytes: [UInt8] = []
    sender.takeOutput(into: &bytes)
    bytes.withUnsafeBytes { receiver.receive($0, now: instant) }
    return bytes
  }
}

/// HTTP/2 alone: a burst of requests in, their events, answers and bytes out.
enum HTTP2Measure {
  private static let prepared = PreparedFields([
    HeaderField(":status", "200"), HeaderField("content-type", "application/proto"),
  ])
  private static let reply = (try? Samples.response.protobufBytes()) ?? []

  static func answerAll(_ server: HTTP2Session) {
    while let event = server.popEvent() {
      switch event {
      case .data(let stream, let bytes, let isLast):
        server.consume(stream, bytes.count)
        guard isLast else { break }
        try? server.submitResponse(stream, [], after: prepared, endStream: false)
        _ = try? server.sendData(stream, reply, endStream: true)
        server.release(stream)
      default: break
      }
    }
  }

  static func requestAllocations() throws -> Double {
    let half = 32
    let recorded = try RecordedClient(bursts: 2 * half)
    let server = try HTTP2Session(role: .server, now: RecordedClient.instant)
    var output: [UInt8] = []
    func play(_ bytes: [UInt8]) {
      bytes.withUnsafeBytes { server.receive($0, now: RecordedClient.instant) }
      answerAll(server)
      server.takeOutput(into: &output)
      answerAll(server)
      output.removeAll(keepingCapacity: true)
    }
    for bytes in recorded.opening { play(bytes) }
    for bytes in recorded.bursts[..<half] { play(bytes) }
    let before = allocation_count()
    for bytes in recorded.bursts[half...] { play(bytes) }
    return Double(allocation_count() - before) / Double(half * RecordedClient.requestsPerBurst)
  }
}
