// A whole call over a socket, with everything that a server on the channel does for it. The client
// plays recorded bytes and allocates nothing, so what is counted is the server's.

private import BenchmarkMessages
private import CAllocationCounter
private import Glibc
private import HTTP2
private import NIOCore
private import NIOPosix
private import RPC
private import Transport
private import Wire

enum SocketMeasure {
  struct Failed: Error { let what: String }

  static func requestAllocations(atOnce: Bool) async throws -> Double {
    let half = 32
    let recorded = try RecordedClient(bursts: 2 * half)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = ChannelServer(router: IndicatorService.router(atOnce: atOnce), group: group)
    let address = try await server.start(Endpoint(host: "127.0.0.1", port: 0))
    let caller = try SocketCaller(port: address.port)
    try caller.send(recorded.opening)
    for burst in recorded.bursts[..<half] { try caller.call(burst) }
    let before = allocation_count()
    for burst in recorded.bursts[half...] { try caller.call(burst) }
    let count = allocation_count() - before
    caller.close()
    await server.drain(grace: .seconds(1))
    try await group.shutdownGracefully()
    return Double(count) / Double(half * RecordedClient.requestsPerBurst)
  }
}

/// A blocking socket with a buffer of its own.
private final class SocketCaller {
  private let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  /// Bytes of a frame that is not whole yet.
  private var frame = FrameWalk()

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard isConnected == 0 else { throw SocketMeasure.Failed(what: "connect: \(errno)") }
    // Whatever goes wrong must end the count, not hang it.
    var limit = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  func send(_ pieces: [[UInt8]]) throws {
    for piece in pieces where !piece.isEmpty { try send(piece) }
  }

  private func send(_ bytes: [UInt8]) throws {
    let sent = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard sent == bytes.count else { throw SocketMeasure.Failed(what: "write: \(sent)") }
  }

  /// Sends a burst and reads until every one of its requests is answered.
  func call(_ burst: [UInt8]) throws {
    try send(burst)
    var ends = 0
    while ends < RecordedClient.requestsPerBurst {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw SocketMeasure.Failed(what: "read: \(count), \(errno)") }
      for index in 0..<count { if frame.take(buffer[index]) { ends += 1 } }
    }
  }

  func close() { Glibc.close(descriptor) }
}

/// Finds the frames that end a stream.
private struct FrameWalk {
  private var seen = 0
  private var length = 0
  private var isEnd = false

  /// Takes a byte; true when it completes the header of a frame that ends its stream.
  mutating func take(_ byte: UInt8) -> Bool {
    if seen < 3 { length = length << 8 | Int(byte) }
    // DATA or HEADERS, and END_STREAM among its flags.
    if seen == 3 { isEnd = byte <= 1 }
    if seen == 4 { isEnd = isEnd && byte & 1 == 1 }
    seen += 1
    let completes = seen == 9 && isEnd
    if seen == 9 + length, seen >= 9 {
      seen = 0
      length = 0
    }
    return completes
  }
}
