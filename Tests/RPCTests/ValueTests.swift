// The small values of RPC.

internal import FixtureMessages
internal import Testing
internal import Wire

@testable internal import RPC

struct Base64Tests {
  @Test func theVectorsOfTheStandardWithoutTheirPadding() {
    let vectors = [
      ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
      ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
    ]
    for (plain, coded) in vectors {
      #expect(Base64.encode(plain.utf8) == coded)
      #expect(Base64.decode(coded.utf8) == Array(plain.utf8))
      let padding = String(repeating: "=", count: (4 - coded.count % 4) % 4)
      #expect(Base64.decode((coded + padding).utf8) == Array(plain.utf8))
    }
  }

  @Test func everyByteComesBackAndBothAlphabetsAreRead() {
    let all = (0...255).map { UInt8($0) }
    for count in 0...all.count {
      #expect(Base64.decode(Base64.encode(all[..<count]).utf8) == Array(all[..<count]))
    }
    #expect(Base64.decode("-_".utf8) == Base64.decode("+/".utf8))
  }

  @Test(arguments: [
    "A", "AAAAA", "A===", "AA=", "AAA==", "AAAA=", "A=A=", "AA A", "A\n", "é=", "=",
  ])
  func anythingElseIsRefused(text: String) {
    #expect(Base64.decode(text.utf8) == nil)
  }
}

struct MetadataTests {
  @Test(arguments: ["a", "x-request-id", "0_.-z", "UPPER-Case"])
  func validKeysAreKeptInLowerCase(key: String) throws {
    var metadata = Metadata()
    try metadata.add("v", for: key)
    #expect(metadata[key] == "v")
    #expect(metadata.entries == [.init(key: key.lowercased(), value: "v")])
  }

  @Test(arguments: [
    "", "a b", "é", "a:b", ":path", "a/b", "content-type", "connect-timeout-ms", "trailer-x",
    "te", "Host", "accept-encoding",
  ])
  func otherKeysAreRefused(key: String) {
    var metadata = Metadata()
    #expect(throws: RPCError.self) { try metadata.add("v", for: key) }
    #expect(metadata.isEmpty)
  }

  @Test(arguments: ["a\nb", "\u{0}", "é", "\u{7F}", "\t"])
  func valuesThatCannotBeSentAreRefused(value: String) {
    var metadata = Metadata()
    #expect(throws: RPCError.self) { try metadata.add(value, for: "x") }
  }

  @Test func bytesNeedAKeyThatSaysSo() throws {
    var metadata = Metadata()
    try metadata.add(bytes: [1, 2, 3, 4], for: "x-BIN")
    #expect(metadata["x-bin"] == "AQIDBA")
    #expect(metadata.bytes(for: "x-bin") == [1, 2, 3, 4])
    #expect(throws: RPCError.self) { try metadata.add(bytes: [1], for: "x") }
    try metadata.add("AQ==", for: "y-bin")
    #expect(metadata.bytes(for: "y-bin") == [1])
    try metadata.add("!", for: "z-bin")
    #expect(metadata.bytes(for: "z-bin") == nil)
  }

  @Test func repeatedKeysKeepTheirOrder() throws {
    var metadata = Metadata()
    for value in ["1", "2", "3"] { try metadata.add(value, for: "k") }
    #expect(metadata.values(for: "K") == ["1", "2", "3"])
    try metadata.set("4", for: "k")
    #expect(metadata.values(for: "k") == ["4"])
    metadata.remove("K")
    #expect(metadata.isEmpty)
  }

  @Test func whatBelongsToHTTPIsNotMetadata() {
    let fields: HeaderFields = [
      .init(":path", "/"), .init("content-type", "x"), .init("connect-protocol-version", "1"),
      .init("user-agent", "u"), .init("te", "trailers"), .init("authorization", "Bearer t"),
    ]
    #expect(Metadata(received: fields).map(\.key) == ["user-agent", "authorization"])
  }
}

struct TraceContextTests {
  static let example = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

  @Test func theExampleOfTheStandardIsRead() throws {
    let trace = try #require(TraceContext(traceparent: Self.example.utf8))
    #expect(trace.traceID == "0af7651916cd43dd8448eb211c80319c")
    #expect(trace.spanID == "b7ad6b7169203331")
    #expect(trace.isSampled)
    #expect(trace.traceparent == Self.example)
    let child = trace.child()
    #expect(child.traceID == trace.traceID)
    #expect(child.parentSpanID == trace.spanID)
    #expect(child.isSampled)
    #expect(TraceContext(traceparent: child.traceparent.utf8)?.spanID == child.spanID)
  }

  @Test func aLaterVersionMayHaveMoreFields() {
    #expect(TraceContext(traceparent: ("01" + Self.example.dropFirst(2)).utf8) != nil)
    #expect(TraceContext(traceparent: ("01" + Self.example.dropFirst(2) + "-x").utf8) != nil)
  }

  @Test(arguments: [
    "", "00", example + "-00", "ff" + example.dropFirst(2), example.uppercased(),
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
    "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
    "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
  ])
  func anythingElseIsNoTrace(text: String) {
    #expect(TraceContext(traceparent: text.utf8) == nil)
  }

  @Test func newTracesDiffer() {
    let first = TraceContext()
    #expect(first.traceID != TraceContext().traceID)
    #expect(first.parentSpanID == nil)
    #expect(!first.isSampled)
    #expect(first.traceparent.hasSuffix("-00"))
  }
}

struct CallInstantTests {
  @Test func pointsComeBackFromTheStandardClock() {
    let now = ContinuousClock.now
    for offset: Duration in [.zero, .seconds(-3), .milliseconds(1), .seconds(86_400)] {
      let instant = now.advanced(by: offset)
      let back = CallInstant(instant).instant
      #expect(abs((back - instant) / .nanoseconds(1)) <= 1)
    }
  }

  @Test func theClockSaturatesInsteadOfOverflowing() {
    let now = CallInstant.now
    let far = now.advanced(by: .seconds(Int64.max))
    #expect(far > now)
    #expect(far.advanced(by: .seconds(Int64.max)) == far)
    #expect(now.advanced(by: .seconds(Int64.min)) < now)
    #expect(now.advanced(by: .seconds(Int64.max) * 3) == far)
    #expect(now.advanced(by: .seconds(Int64.min) * 3) < now)
    #expect(now.duration(to: far) > .seconds(1_000_000_000))
  }

  @Test func distancesAreSigned() {
    let now = CallInstant.now
    let later = now.advanced(by: .milliseconds(5))
    #expect(now.duration(to: later) == .milliseconds(5))
    #expect(later.duration(to: now) == .milliseconds(-5))
  }
}

struct ErrorTests {
  @Test func theTextForTheCallerDoesNotHoldTheCause() {
    let error = RPCError(.internal, "said", cause: Echo.Unforeseen())
    #expect(error.description == "internal: said")
    #expect("\(error)" == "internal: said")
    #expect(String(reflecting: error).contains("/etc/secret"))
  }

  @Test func textIsEscapedForJSON() {
    let text = "a\"b\\c\n\r\t\u{1}\u{1F}é\u{10FFFF}</script>"
    let json = ErrorJSON.body(RPCError(.unknown, text))
    #expect(ErrorJSON.read(body: json, fallback: .unknown)?.message == text)
    let plain = String(decoding: json, as: UTF8.self)
    #expect(plain.contains(#"a\"b\\c\n\r\t\u0001\u001fé"#))
  }

  @Test func anEmptyMessageIsLeftOut() {
    #expect(ErrorJSON.body(RPCError(.aborted, "")) == bytes(#"{"code":"aborted"}"#))
  }

  @Test func valuesOfOneKeyShareAnArray() throws {
    var trailers = Metadata()
    try trailers.add("1", for: "a")
    try trailers.add("2", for: "b")
    try trailers.add("3", for: "a")
    let json = ErrorJSON.endOfStream(error: nil, trailers: trailers)
    #expect(json == bytes(#"{"metadata":{"a":["1","3"],"b":["2"]}}"#))
    #expect(try ErrorJSON.read(endOfStream: json).trailers.values(for: "a") == ["1", "3"])
  }
}

struct EnvelopeReaderTests {
  @Test func envelopesAreFoundHoweverTheyAreCut() throws {
    let payloads = [[], [1], Array(repeating: 2, count: 300), [3, 4]] as [[UInt8]]
    let whole = payloads.flatMap { Envelope.frame(flags: 0, $0) }
    for size in [1, 2, 3, 4, 5, 6, 299, 1_000] {
      var reader = EnvelopeReader(limit: 300)
      var found: [[UInt8]] = []
      for start in stride(from: 0, to: whole.count, by: size) {
        reader.append(Array(whole[start...].prefix(size)))
        while let (_, payload) = try reader.next() { found.append(payload) }
      }
      #expect(found == payloads)
      #expect(reader.isEmpty)
    }
  }

  @Test func theLimitIsJudgedByThePrefixAlone() throws {
    var reader = EnvelopeReader(limit: 300)
    reader.append([0, 0, 0, 1, 44])
    #expect(try reader.next() == nil)
    reader = EnvelopeReader(limit: 299)
    reader.append([0, 0, 0, 1, 44])
    #expect(throws: RPCError.self) { try reader.next() }
  }
}
