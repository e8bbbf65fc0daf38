// A client session and a server session that exchange bytes in memory.

internal import HTTP2

/// Two ends of one connection. `pump` carries bytes until both are silent.
struct SessionPair {
  let client: HTTP2Session
  let server: HTTP2Session
  private(set) var now = HTTP2Instant(nanoseconds: 1_000_000_000)

  init(
    client clientLimits: HTTP2Limits = HTTP2Limits(),
    server serverLimits: HTTP2Limits = HTTP2Limits()
  ) throws {
    client = try HTTP2Session(role: .client, limits: clientLimits, now: now)
    server = try HTTP2Session(role: .server, limits: serverLimits, now: now)
  }

  /// A pair that has exchanged prefaces and SETTINGS, with the events of that dropped.
  static func connected(
    client: HTTP2Limits = HTTP2Limits(), server: HTTP2Limits = HTTP2Limits()
  ) throws -> SessionPair {
    let pair = try SessionPair(client: client, server: server)
    pair.pump()
    _ = pair.client.events()
    _ = pair.server.events()
    return pair
  }

  mutating func advance(seconds: Double) {
    now = now.advanced(bySeconds: seconds)
    client.checkTimeouts(now: now)
    server.checkTimeouts(now: now)
  }

  /// Moves what each end has to say, `chunk` bytes at a time.
  func pump(chunk: Int = .max) {
    while true {
      let toServer = client.output()
      server.feed(toServer, now: now, chunk: chunk)
      let toClient = server.output()
      client.feed(toClient, now: now, chunk: chunk)
      if toServer.isEmpty && toClient.isEmpty { return }
    }
  }
}

extension HTTP2Session {
  func output() -> [UInt8] {
    var bytes: [UInt8] = []
    takeOutput(into: &bytes)
    return bytes
  }

  func feed(
    _ bytes: [UInt8], now: HTTP2Instant = HTTP2Instant(nanoseconds: 1_000_000_000),
    chunk: Int = .max
  ) {
    bytes.withUnsafeBytes { all in
      var offset = 0
      while offset < all.count {
        let end = offset + min(chunk, all.count - offset)
        receive(UnsafeRawBufferPointer(rebasing: all[offset..<end]), now: now)
        offset = end
      }
    }
  }

  func events() -> [HTTP2Event] {
    var all: [HTTP2Event] = []
    while let event = popEvent() { all.append(event) }
    return all
  }

  /// The requests that have come, with every other event dropped.
  func requests() -> [StreamID] {
    events().compactMap { event in
      if case .request(let stream, _, _) = event { return stream }
      return nil
    }
  }

  /// Bytes of body that have come, with every other event dropped. They stay unconsumed.
  func bodyBytesReceived() -> Int {
    events().reduce(0) { sum, event in
      if case .data(_, let bytes, _) = event { return sum + bytes.count }
      return sum
    }
  }

  /// How the connection ended, with every other event dropped.
  func failure() -> HTTP2ErrorCode? {
    for event in events() {
      if case .connectionError(let code, _) = event { return code }
    }
    return nil
  }
}

enum Fields {
  static let get = [
    HeaderField(":method", "GET"), HeaderField(":scheme", "http"), HeaderField(":path", "/a"),
    HeaderField(":authority", "localhost"),
  ]
  static let post = [
    HeaderField(":method", "POST"), HeaderField(":scheme", "http"),
    HeaderField(":path", "/lianshe.registry.v1.RegistryService/GetPlace"),
    HeaderField(":authority", "localhost:7401"), HeaderField("content-type", "application/proto"),
  ]
  static let ok = [
    HeaderField(":status", "200"), HeaderField("content-type", "application/proto"),
  ]
}

/// Frames made by hand, for peers that break the rules.
enum Raw {
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  static let settings = frame(type: 4)
  static let greeting = preface + settings

  static func frame(
    type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []
  ) -> [UInt8] {
    let count = payload.count
    let head = [
      UInt8(count >> 16 & 0xff), UInt8(count >> 8 & 0xff), UInt8(count & 0xff), type, flags,
    ]
    return head + word(stream) + payload
  }

  static func word(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(value >> $0 & 0xff) }
  }

  /// `:method GET`, `:scheme http`, `:path /` from HPACK's static table, `:authority` as a literal.
  static let getBlock: [UInt8] = [0x82, 0x86, 0x84, 0x01, 0x01, UInt8(ascii: "h")]
  /// The same with POST.
  static let postBlock: [UInt8] = [0x83, 0x86, 0x84, 0x01, 0x01, UInt8(ascii: "h")]

  static func get(_ stream: UInt32) -> [UInt8] {
    frame(type: 1, flags: 0x5, stream: stream, getBlock)
  }

  static func post(_ stream: UInt32) -> [UInt8] {
    frame(type: 1, flags: 0x4, stream: stream, postBlock)
  }

  static func reset(_ stream: UInt32, _ code: HTTP2ErrorCode = .cancel) -> [UInt8] {
    frame(type: 3, stream: stream, word(code.rawValue))
  }

  static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> [UInt8] {
    frame(type: 8, stream: stream, word(increment))
  }

  static let ping = frame(type: 6, [UInt8](repeating: 0, count: 8))

  /// A server that has seen a correct greeting and dropped the events of it.
  static func greetedServer(_ limits: HTTP2Limits = HTTP2Limits()) throws -> HTTP2Session {
    let server = try HTTP2Session(
      role: .server, limits: limits, now: HTTP2Instant(nanoseconds: 1_000_000_000))
    server.feed(greeting)
    _ = server.output()
    _ = server.events()
    return server
  }

  /// The type, flags, stream and payload of every frame in `bytes`.
  static func parse(_ bytes: [UInt8]) -> [(type: UInt8, flags: UInt8, stream: UInt32, [UInt8])] {
    var frames: [(type: UInt8, flags: UInt8, stream: UInt32, [UInt8])] = []
    var rest = bytes[...]
    while rest.count >= 9 {
      let head = Array(rest.prefix(9))
      let count = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
      let stream = head[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      rest = rest.dropFirst(9)
      frames.append((head[3], head[4], stream, Array(rest.prefix(count))))
      rest = rest.dropFirst(count)
    }
    return frames
  }
}
