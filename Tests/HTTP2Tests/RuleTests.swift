internal import HTTP2
internal import Testing

/// What nghttp2 lets pass and RFC 9113 does not.
@Suite("Rules that nghttp2 does not look after", .timeLimit(.minutes(1)))
struct RuleTests {
  struct Offence: Sendable, CustomStringConvertible {
    let description: String
    let bytes: [UInt8]
    let code: HTTP2ErrorCode
  }

  private static let data = Raw.frame(type: 0, flags: 1, stream: 1, [1, 2, 3])
  private static let trailers = Raw.frame(type: 1, flags: 5, stream: 1, [])

  static let offences = [
    Offence(description: "DATA after END_STREAM", bytes: Raw.get(1) + data, code: .streamClosed),
    Offence(
      description: "HEADERS after END_STREAM", bytes: Raw.get(1) + trailers, code: .streamClosed),
    Offence(
      description: "DATA after the DATA that ended", bytes: Raw.post(1) + data + data,
      code: .streamClosed),
    Offence(
      description: "DATA after RST_STREAM", bytes: Raw.post(1) + Raw.reset(1) + data,
      code: .streamClosed),
    Offence(
      description: "HEADERS after RST_STREAM", bytes: Raw.post(1) + Raw.reset(1) + trailers,
      code: .streamClosed),
    Offence(
      description: "PRIORITY of the connection", bytes: Raw.frame(type: 2, [0, 0, 0, 3, 9]),
      code: .protocolError),
    Offence(
      description: "PRIORITY that depends on itself",
      bytes: Raw.frame(type: 2, stream: 5, [0x80, 0, 0, 5, 9]), code: .protocolError),
  ]

  @Test("a breach ends the connection, wherever the bytes are cut", arguments: offences)
  func breach(_ offence: Offence) throws {
    for chunk in 1...offence.bytes.count {
      let server = try Raw.greetedServer()
      server.feed(offence.bytes, chunk: chunk)
      _ = server.output()
      #expect(server.failure() == offence.code, "in pieces of \(chunk)")
    }
  }

  @Test("a stream that both sides ended long ago may not go on")
  func closedStream() throws {
    let server = try Raw.greetedServer()
    for index in UInt32(0)..<10 { server.feed(Raw.get(index * 2 + 1)) }
    for stream in server.requests() {
      try server.submitResponse(stream, Fields.ok, endStream: true)
      server.release(stream)
    }
    _ = server.output()
    #expect(server.activeStreams == 0)
    server.feed(Self.data)
    #expect(server.failure() == .streamClosed)
  }

  @Test("what was under way when we reset a stream is no breach")
  func crossedReset() throws {
    let server = try Raw.greetedServer()
    server.feed(Raw.post(1))
    for stream in server.requests() {
      server.reset(stream, .cancel)
      server.release(stream)
    }
    _ = server.output()
    server.feed(Raw.frame(type: 0, stream: 1, [1, 2, 3]) + Self.data + Raw.ping)
    #expect(Raw.parse(server.output()).map(\.type).contains(6))
    #expect(server.failure() == nil)
  }

  @Test("other PRIORITY frames are let pass", arguments: [[0, 0, 0, 0, 9], [0x80, 0, 0, 5, 9]])
  func priorities(payload: [UInt8]) throws {
    for stream in [UInt32(1), 3, 7] {
      let server = try Raw.greetedServer()
      let bytes = Raw.frame(type: 2, stream: stream, payload) + Raw.get(9) + Raw.ping
      server.feed(bytes, chunk: 3)
      #expect(server.failure() == nil)
    }
  }

  @Test("limits that were reached are told once")
  func reachedLimits() throws {
    var limits = HTTP2Limits()
    limits.maxConcurrentStreams = 2
    limits.maxHeaderFields = 3
    limits.pings = RateLimit(burst: 1, perSecond: 0)
    let server = try Raw.greetedServer(limits)
    #expect(server.takeReachedLimits().isEmpty)
    server.feed(Raw.get(1) + Raw.get(3) + Raw.get(5))
    _ = server.output()
    #expect(
      server.takeReachedLimits() == [.maxHeaderFields: 2, .maxConcurrentStreams: 1])
    #expect(server.takeReachedLimits().isEmpty)
    server.feed(Raw.ping + Raw.ping)
    #expect(server.takeReachedLimits() == [.pings: 1])
  }

  @Test("requests over a limit that the peer cannot know yet are refused, not punished")
  func manyAtOnce() throws {
    let server = try Raw.greetedServer()
    for index in UInt32(0)..<1_000 { server.feed(Raw.post(index * 2 + 1)) }
    let frames = Raw.parse(server.output())
    #expect(frames.filter { $0.type == 3 }.count == 1_000 - 256)
    #expect(server.takeReachedLimits() == [.maxConcurrentStreams: 1_000 - 256])
    #expect(server.failure() == nil)
  }

  @Test("clocks that ran out are told")
  func reachedClocks() throws {
    var pair = try SessionPair.connected()
    let stream = try pair.client.submitRequest(Fields.post, endStream: false)
    pair.pump()
    #expect(pair.server.requests() == [stream])
    pair.advance(seconds: pair.server.limits.bodyProgressSeconds + 1)
    #expect(pair.server.takeReachedLimits() == [.bodyProgressSeconds: 1])

    let silent = try HTTP2Session(
      role: .server, now: HTTP2Instant(nanoseconds: 0))
    silent.checkTimeouts(now: HTTP2Instant(nanoseconds: 0).advanced(bySeconds: 11))
    #expect(silent.takeReachedLimits() == [.prefaceSeconds: 1])
  }
}
