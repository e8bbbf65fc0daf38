// A header block is compared with the one before it. Whatever came before, a block is what was sent.

internal import HTTP2
internal import Testing

@Suite("Header blocks after each other", .timeLimit(.minutes(1)))
struct RepeatedBlockTests {
  /// Sends blocks one after the other, and gives what the server hears of each.
  private func heard(
    _ blocks: [[HeaderField]], on pair: SessionPair
  ) throws -> [[HeaderField]] {
    try blocks.map { fields in
      let stream = try pair.client.submitRequest(fields, endStream: true)
      pair.pump()
      let events = pair.server.events()
      guard case .request(stream, let heard, endStream: true)? = events.first else {
        Issue.record("\(events) for \(fields)")
        return []
      }
      try pair.server.submitResponse(stream, [HeaderField(":status", "204")], endStream: true)
      pair.server.release(stream)
      pair.pump()
      _ = pair.client.events()
      pair.client.release(stream)
      return heard
    }
  }

  private func address(_ fields: [HeaderField]) -> UInt {
    fields.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
  }

  @Test("a block that repeats is one array")
  func same() throws {
    let fields = Fields.post + [HeaderField("x-token", String(repeating: "t", count: 700))]
    let heard = try heard([fields, fields, fields, fields], on: SessionPair.connected())
    #expect(heard.allSatisfy { $0 == fields })
    // The first one fills HPACK's table, from the second on the same buffers come.
    #expect(address(heard[2]) == address(heard[3]))
  }

  @Test("fields that are too long or too many to be remembered are heard all the same")
  func long() throws {
    let long = Fields.post + [HeaderField("x-long", String(repeating: "l", count: 4_000))]
    let many = Fields.post + (0..<60).map { HeaderField("x-\($0)", "v") }
    let blocks = [long, many, long, long, many, many, Fields.post, long, Fields.post]
    #expect(try heard(blocks, on: SessionPair.connected()) == blocks)
  }

  @Test("a block that is refused leaves nothing of itself in the next")
  func refused() throws {
    let pair = try SessionPair.connected()
    let large = Fields.get + (0..<200).map { HeaderField("y-\($0)", "refused") }
    _ = try heard([Fields.post, Fields.post], on: pair)
    let stream = try pair.client.submitRequest(large, endStream: true)
    pair.pump()
    #expect(pair.server.events() == [.headersTooLarge(stream, endStream: true)])
    pair.server.release(stream)
    let blocks = [Fields.post, Fields.get, Fields.post]
    #expect(try heard(blocks, on: pair) == blocks)
  }

  @Test("bytes that are not UTF-8 are replaced each time")
  func notUTF8() throws {
    let server = try Raw.greetedServer()
    let values: [([UInt8], String)] = [
      ([0xff, 0x78], "\u{fffd}x"), ([0xff, 0x78], "\u{fffd}x"), ([0xef, 0xbf], "\u{fffd}"),
      ([0xfe], "\u{fffd}"), ([0xff], "\u{fffd}"), ([0xef, 0xbf, 0xbd], "\u{fffd}"),
    ]
    for (index, (bytes, text)) in values.enumerated() {
      let field = [0x00, 1, UInt8(ascii: "x"), UInt8(bytes.count)] + bytes
      let stream = UInt32(2 * index + 1)
      server.feed(Raw.frame(type: 1, flags: 5, stream: stream, Raw.getBlock + field))
      guard case .request(_, let fields, endStream: true)? = server.events().first else {
        Issue.record("no request")
        return
      }
      #expect(fields.last == HeaderField("x", text))
      server.release(StreamID(rawValue: Int32(stream)))
    }
  }

  @Test("any block after any other is what was sent", arguments: 0..<20 as Range<UInt64>)
  func random(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func number(_ below: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % below)
    }
    var fields = Fields.post
    var blocks: [[HeaderField]] = []
    for _ in 0..<60 {
      for _ in 0..<number(3) {
        // Some values go into HPACK's table, others (a length, a path) never do.
        let field = [
          HeaderField("x-\(number(4))", "value \(number(3))"), HeaderField("x-empty", ""),
          HeaderField("content-length", "0"),
          HeaderField("x-long", String(repeating: "\(number(2))", count: 900 + number(300))),
        ][number(4)]
        let place = Fields.post.count + number(UInt64(fields.count - Fields.post.count + 1))
        if number(3) == 0, place < fields.count {
          fields.remove(at: place)
        } else if field.name != "content-length"
          || !fields.contains(where: { $0.name == field.name })
        {
          fields.insert(field, at: place)
        }
      }
      if fields.count > 45 { fields = Fields.post }
      if number(4) == 0 { fields[2].value = "/path/\(number(3))" }
      blocks.append(fields)
    }
    var limits = HTTP2Limits()
    limits.maxHeaderBytes = 65_536
    #expect(try heard(blocks, on: SessionPair.connected(server: limits)) == blocks)
  }
}
