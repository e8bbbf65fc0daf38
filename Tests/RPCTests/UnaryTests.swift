// Unary calls on the server: versions, timeouts, sizes, compression, metadata, errors.

internal import Compression
internal import FixtureMessages
@testable internal import RPC
internal import Testing
internal import Wire

struct UnaryTests {
  let harness = Harness()

  // MARK: Bodies

  @Test func noBytesAreTheEmptyMessageInProtoAndAnErrorInJSON() async {
    let proto = await harness.unary("GetEcho", .proto, [])
    #expect(proto.status == 200)
    #expect(proto.body == [])
    let json = await harness.unary("GetEcho", .json, [])
    #expect(json.status == 400)
    #expect(json.text.contains(#""code":"invalid_argument""#))
  }

  @Test(arguments: Codec.allCases)
  func malformedPayloadIsInvalidArgument(codec: Codec) async {
    for body in [bytes("{\"name\":"), [0x0A, 0xFF], bytes("{\"name\":3}"), [0x0A, 1, 0xFF]] {
      let reply = await harness.unary("GetEcho", codec, body)
      #expect(reply.status == 400)
      #expect(reply.text.contains(#""code":"invalid_argument""#))
    }
  }

  @Test func unknownJSONFieldsAreIgnored() async {
    let reply = await harness.unary("GetEcho", .json, bytes(#"{"name":"a","nothing":[1]}"#))
    #expect(reply.text == #"{"name":"a"}"#)
  }

  @Test(arguments: [1, 2, 3, 7, 100])
  func theBodyMayComeInPieces(size: Int) async throws {
    let request = Request(name: "北流市", placeCode: "450981", pageSize: 12)
    let reply = await harness.send(
      Harness.service + "GetEcho", [("content-type", "application/proto")],
      body: try request.encoded(.proto), cutting: size)
    #expect(try Request(reply.body, .proto) == request)
  }

  // MARK: Protocol version

  @Test func theProtocolVersionIsAbsentOrOne() async {
    #expect(
      await harness.unary("GetEcho", .json, bytes("{}"), [("connect-protocol-version", "1")])
        .status == 200)
    for version in ["2", "", "1.0", "one", " 1"] {
      let reply = await harness.unary(
        "GetEcho", .json, bytes("{}"), [("connect-protocol-version", version)])
      #expect(reply.status == 400)
      #expect(reply.text.contains(#""code":"invalid_argument""#))
    }
  }

  // MARK: Timeouts

  @Test(arguments: ["1", "999", "9999999999", "0000000100"])
  func oneToTenDigitsAreATimeout(text: String) async throws {
    let reply = await harness.unary(
      "GetEcho", .json, bytes(#"{"name":"deadline"}"#), [("connect-timeout-ms", text)])
    #expect(reply.status == 200)
    #expect(try Request(reply.body, .json).pageToken == "caller")
  }

  @Test(arguments: ["", "-1", "1.5", "12345678901", "1s", " 5", "+5", "٣"])
  func anythingElseIsInvalid(text: String) async {
    let reply = await harness.unary(
      "GetEcho", .json, bytes("{}"), [("connect-timeout-ms", text)])
    #expect(reply.status == 400)
    #expect(reply.text.contains(#""code":"invalid_argument""#))
  }

  @Test func nothingStartsAfterExpiry() async {
    let reply = await harness.unary("GetEcho", .json, bytes("{}"), [("connect-timeout-ms", "0")])
    #expect(reply.status == 504)
    #expect(reply.text.contains(#""code":"deadline_exceeded""#))
  }

  @Test func theServersOwnDeadlineIsNotTheCallers() async throws {
    var limits = RPCLimits()
    limits.defaultTimeout = .seconds(10_000)
    let reply = await Harness(limits: limits).unary(
      "GetEcho", .json, bytes(#"{"name":"deadline"}"#))
    let answer = try Request(reply.body, .json)
    #expect(answer.pageToken == "none")
    #expect((9_000..<10_000).contains(answer.pageSize))
    limits.defaultTimeout = nil
    let unbound = await Harness(limits: limits).unary(
      "GetEcho", .json, bytes(#"{"name":"deadline"}"#))
    #expect(try Request(unbound.body, .json).pageSize == 0)
  }

  // MARK: Sizes

  private func harness(limit: Int) -> Harness {
    var limits = RPCLimits()
    limits.maximumRequestBytes = limit
    return Harness(limits: limits)
  }

  /// JSON of an exact length.
  private func json(_ count: Int) -> [UInt8] {
    bytes(#"{"name":""# + String(repeating: "a", count: count - 11) + #""}"#)
  }

  @Test func exactlyTheLimitPassesByDeclaredAndReceivedSize() async {
    let harness = harness(limit: 50)
    for declares in [true, false] {
      for (count, status) in [(50, 200), (51, 429)] {
        let fields = declares ? [("content-length", "\(count)")] : []
        let reply = await harness.unary("GetEcho", .json, json(count), fields)
        #expect(reply.status == status)
        if status == 429 { #expect(reply.text.contains(#""code":"resource_exhausted""#)) }
      }
    }
  }

  @Test func exactlyTheLimitPassesByDecompressedSize() async throws {
    let harness = harness(limit: 1_000)
    for (count, status) in [(1_000, 200), (1_001, 429)] {
      let reply = await harness.unary(
        "GetEcho", .json, try Gzip.compress(json(count)), [("content-encoding", "gzip")])
      #expect(reply.status == status)
    }
  }

  @Test func theDeclaredSizeIsRefusedBeforeTheBodyComes() {
    let harness = harness(limit: 50)
    var call = ServerCall(server: harness.server)
    let head = RequestHead(
      verb: "POST", path: Harness.service + "GetEcho",
      fields: [.init("content-type", "application/json"), .init("content-length", "51")])
    guard case .answer(let answer) = call.receive(head, endStream: false, peer: "", now: .now)
    else {
      Issue.record("the head was taken")
      return
    }
    #expect(answer.head.status == 429)
    let isOver = call.isOver
    #expect(isOver)
  }

  @Test func anAnswerOverTheLimitIsResourceExhausted() async {
    var limits = RPCLimits()
    limits.maximumResponseBytes = 100
    let harness = Harness(limits: limits)
    let fits = await harness.unary("GetEcho", .json, bytes(#"{"name":"large","pageSize":20}"#))
    #expect(fits.status == 200)
    let reply = await harness.unary("GetEcho", .json, bytes(#"{"name":"large","pageSize":100}"#))
    #expect(reply.status == 429)
  }

  @Test func theDefaultsAreFourMebibytes() {
    #expect(RPCLimits().maximumRequestBytes == 4 << 20)
    #expect(RPCLimits().maximumResponseBytes == 4 << 20)
  }

  // MARK: Compression

  @Test(arguments: Codec.allCases)
  func aGzipRequestIsRead(codec: Codec) async throws {
    let request = Request(name: "容县", pageSize: 9)
    for name in ["gzip", "GZIP"] {
      let reply = await harness.unary(
        "GetEcho", codec, try Gzip.compress(try request.encoded(codec)),
        [("content-encoding", name)])
      #expect(try Request(reply.body, codec) == request)
    }
  }

  @Test func zeroBytesAreNeverDecompressed() async {
    let reply = await harness.unary("GetEcho", .proto, [], [("content-encoding", "gzip")])
    #expect(reply.status == 200)
  }

  @Test func garbageUnderGzipIsInvalidArgument() async throws {
    let whole = try Gzip.compress(bytes("{}"))
    for body in [bytes("{}"), Array(whole.dropLast()), whole + [1]] {
      let reply = await harness.unary("GetEcho", .json, body, [("content-encoding", "gzip")])
      #expect(reply.status == 400)
    }
  }

  @Test(arguments: ["br", "zstd", "deflate", "gzip, gzip"])
  func anUnknownCompressionIs501AndNamesTheKnown(name: String) async {
    let reply = await harness.unary("GetEcho", .json, bytes("{}"), [("content-encoding", name)])
    #expect(reply.status == 501)
    #expect(reply.text.contains("identity, gzip"))
  }

  @Test(arguments: [
    ("gzip", true), ("br, gzip", true), ("gzip;q=0.5", true), ("GZIP", true), ("identity", false),
    ("identity, gzip", false), ("gzip, identity", true), ("", false), ("br", false),
    ("gzip;q=0", false), ("gzip; q=0.000, identity", false), (" gzip ", true), ("*", false),
  ])
  func theFirstKnownCompressionIsUsed(accept: String, compressed: Bool) async throws {
    let body = bytes(#"{"name":"large","pageSize":5000}"#)
    let reply = await harness.unary("GetEcho", .json, body, [("accept-encoding", accept)])
    #expect(reply.field("content-encoding") == (compressed ? "gzip" : nil))
    let json = compressed ? try Gzip.decompress(reply.body, limit: 10_000) : reply.body
    #expect(try Request(json, .json).placeCode.utf8.count == 5_000)
  }

  @Test func smallAnswersAreNotCompressed() async {
    var limits = RPCLimits()
    limits.compressionThresholdBytes = 30
    let harness = Harness(limits: limits)
    for (name, coding) in [("aaaaaaaaaaaaaaaaaa", nil), ("aaaaaaaaaaaaaaaaaaa", "gzip")] {
      let body = bytes("{\"name\":\"\(name)\"}")
      let reply = await harness.unary("GetEcho", .json, body, [("accept-encoding", "gzip")])
      #expect(reply.field("content-encoding") == coding, "\(body.count) bytes")
    }
    #expect(RPCLimits().compressionThresholdBytes == 1_024)
  }

  // MARK: Metadata

  @Test func repeatedHeadersKeepTheirOrderAndTrailersGetAPrefix() async {
    let reply = await harness.unary(
      "GetEcho", .json, bytes(#"{"name":"metadata"}"#),
      [("x-a", "1"), ("x-b-bin", "AQI"), ("x-a", "2"), ("connect-protocol-version", "1")])
    let found = reply.fields.fields.map { "\($0.name)=\($0.value)" }
    #expect(
      found == [
        "content-type=application/json", "y-x-a=1", "y-x-b-bin=AQI", "y-x-a=2",
        "trailer-z-x-a=1", "trailer-z-x-b-bin=AQI", "trailer-z-x-a=2",
      ])
  }

  // MARK: Errors

  @Test(arguments: RPCError.Code.allCases)
  func eachCodeHasItsStatusAndNoOtherKeys(code: RPCError.Code) async throws {
    let body = bytes(#"{"name":"fail","placeCode":"\#(code.rawValue)"}"#)
    for codec in Codec.allCases {
      let request = try Request(body, .json)
      let reply = await harness.unary("GetEcho", codec, try request.encoded(codec))
      #expect(reply.status == code.httpStatus)
      #expect(reply.field("content-type") == "application/json")
      let value = Base64.encode(try request.protobufBytes())
      #expect(
        reply.text
          == #"{"code":"\#(code.rawValue)","message":"您说 \#(code.rawValue)","#
          + #""details":[{"type":"lianshe.fixture.v1.Request","value":"\#(value)"}]}"#)
      #expect(!value.contains("="))
      #expect(reply.field("x-before") == "h")
      #expect(reply.field("x-error") == "e")
      #expect(reply.field("trailer-x-after") == "t")
    }
  }

  @Test func theTableOfStatusesIsTheProtocols() {
    let table: [(RPCError.Code, Int)] = [
      (.canceled, 499), (.unknown, 500), (.invalidArgument, 400), (.deadlineExceeded, 504),
      (.notFound, 404), (.alreadyExists, 409), (.permissionDenied, 403),
      (.resourceExhausted, 429), (.failedPrecondition, 400), (.aborted, 409), (.outOfRange, 400),
      (.unimplemented, 501), (.internal, 500), (.unavailable, 503), (.dataLoss, 500),
      (.unauthenticated, 401),
    ]
    #expect(table.count == RPCError.Code.allCases.count)
    for (code, status) in table { #expect(code.httpStatus == status) }
  }

  @Test func unforeseenErrorsTellTheCallerNothingAndTheLogEverything() async {
    let reply = await harness.unary("GetEcho", .json, bytes(#"{"name":"unforeseen"}"#))
    #expect(reply.status == 500)
    #expect(reply.text == #"{"code":"internal","message":"internal error"}"#)
    #expect(harness.log.all.count == 1)
    #expect(harness.log.all.first?.contains("/etc/secret") == true)
  }

  @Test func aCancelledHandlerIsCanceled() async {
    let reply = await harness.unary("GetEcho", .json, bytes(#"{"name":"cancelled"}"#))
    #expect(reply.status == 499)
    #expect(harness.log.all.isEmpty)
  }
}
