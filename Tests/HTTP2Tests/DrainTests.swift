internal import HTTP2
internal import Testing

@Suite("Draining a connection", .timeLimit(.minutes(1)))
struct DrainTests {
  /// Where a connection can stand when its drain begins.
  enum Situation: CaseIterable {
    case idle, midHeaders, midBody, blockedWindow, cancelled, answered
  }

  @Test(
    "every stream under way ends, none is begun, then both ends are finished",
    arguments: Situation.allCases)
  func drain(situation: Situation) throws {
    var limits = HTTP2Limits()
    limits.streamWindowBytes = 1_000
    let pair = try SessionPair.connected(client: limits, server: limits)
    var stream: StreamID?
    var held: [UInt8] = []
    switch situation {
    case .idle: break
    case .midHeaders:
      stream = try pair.client.submitRequest(Fields.get, endStream: true)
      let bytes = pair.client.output()
      pair.server.feed(Array(bytes[..<15]))
      held = Array(bytes[15...])
    case .midBody, .cancelled, .answered:
      stream = try pair.client.submitRequest(Fields.post, endStream: false)
      try pair.client.sendData(try #require(stream), [1], endStream: false)
      pair.pump()
    case .blockedWindow:
      let id = try pair.client.submitRequest(Fields.get, endStream: true)
      stream = id
      pair.pump()
      try pair.server.submitResponse(id, Fields.ok, endStream: false)
      try pair.server.sendData(id, [UInt8](repeating: 5, count: 3_000), endStream: true)
      pair.pump()
    }

    pair.server.shutdownNotice()
    pair.server.ping(1)
    let notice = pair.server.output()
    pair.client.feed(notice)
    #expect(
      pair.client.events().contains(
        .remoteGoAway(lastStream: StreamID(rawValue: .max), .noError)))
    #expect(throws: HTTP2Error.self) {
      try pair.client.submitRequest(Fields.get, endStream: true)
    }
    pair.server.feed(held)
    pair.pump()
    #expect(pair.server.events().contains(.pingAcknowledged(1)))
    pair.server.goAway()
    pair.pump()
    if let stream {
      #expect(!pair.server.isFinished)
      try finish(stream, of: pair, situation)
    }
    pair.pump()
    #expect(pair.server.isFinished)
    #expect(pair.client.isFinished)
    #expect(pair.server.activeStreams == 0)
    #expect(!pair.server.hasFailed && !pair.client.hasFailed)
  }

  /// Brings the one stream to its end in the way that its situation needs.
  private func finish(
    _ stream: StreamID, of pair: SessionPair, _ situation: Situation
  ) throws {
    switch situation {
    case .idle: break
    case .midHeaders:
      try pair.server.submitResponse(stream, Fields.ok, endStream: true)
    case .midBody:
      try pair.client.sendData(stream, [2], endStream: true)
      pair.pump()
      #expect(pair.server.bodyBytesReceived() == 1)
      try pair.server.submitResponse(stream, Fields.ok, endStream: true)
    case .blockedWindow:
      for _ in 0..<3 {
        pair.client.consume(stream, 1_000)
        pair.pump()
      }
      #expect(pair.server.bufferedBytes(stream) == 0)
    case .cancelled:
      pair.client.reset(stream, .cancel)
      pair.pump()
      #expect(pair.server.events().contains(.streamClosed(stream, .cancel)))
    case .answered:
      // The answer is complete while the request is not: releasing cuts the request off.
      try pair.server.submitResponse(stream, Fields.ok, endStream: true)
    }
    pair.server.release(stream)
    pair.pump()
    pair.client.release(stream)
  }

  @Test("requests above the last processed stream come back as refused")
  func refusedByGoAway() throws {
    let pair = try SessionPair.connected()
    let first = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    pair.server.goAway()
    let late = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    let events = pair.client.events()
    #expect(events.contains(.remoteGoAway(lastStream: first, .noError)))
    #expect(events.contains(.streamClosed(late, .refusedStream)))
    #expect(!events.contains(.streamClosed(first, .refusedStream)))
    #expect(pair.server.requests() == [first])
  }

  @Test("a lost connection ends every open stream")
  func connectionLost() throws {
    let pair = try SessionPair.connected()
    let streams = try (0..<3).map { _ in
      try pair.client.submitRequest(Fields.get, endStream: true)
    }
    pair.pump()
    _ = pair.server.events()
    pair.client.connectionLost()
    pair.server.connectionLost()
    for session in [pair.client, pair.server] {
      #expect(session.events() == streams.map { .streamClosed($0, .connectError) })
      for stream in streams { session.release(stream) }
      #expect(session.activeStreams == 0)
      #expect(session.isFinished)
    }
  }
}
