// How the client takes answers that a good server would not give.

internal import Compression
internal import FixtureMessages
internal import Testing
internal import Wire

@testable internal import RPC

struct ClientUnaryTests {
  private func call(
    status: Int = 200, type: String? = "application/json", _ body: [UInt8],
    fields: [HeaderFields.Field] = [], options: CallOptions = CallOptions(codec: .json)
  ) async throws -> Request {
    var channel = CannedChannel()
    let typed = type.map { [HeaderFields.Field("content-type", $0)] } ?? []
    channel.answer = Answer(
      head: ResponseHead(status: status, fields: HeaderFields(typed + fields)), body: body)
    return try await EchoServiceClient(channel: channel).getEcho(Request(), options: options)
  }

  private func failure(
    status: Int = 200, type: String? = "application/json", _ body: [UInt8],
    fields: [HeaderFields.Field] = [], options: CallOptions = CallOptions(codec: .json)
  ) async -> RPCError? {
    await #expect(throws: RPCError.self) {
      try await call(status: status, type: type, body, fields: fields, options: options)
    }
  }

  @Test(arguments: [
    (400, RPCError.Code.internal), (401, .unauthenticated), (403, .permissionDenied),
    (404, .unimplemented), (429, .unavailable), (502, .unavailable), (503, .unavailable),
    (504, .unavailable), (405, .unknown), (415, .unknown), (500, .unknown), (418, .unknown),
    (302, .unknown), (499, .unknown), (431, .unknown),
  ])
  func foreignErrorsAreMappedByTheirStatus(status: Int, code: RPCError.Code) async {
    let bodies: [(String?, [UInt8])] = [
      ("text/html", bytes("<html>")), (nil, []), ("application/json", []),
      ("application/json", bytes("[1]")), ("application/json", bytes(#"{"code":"odd"}"#)),
      ("application/json", bytes(#"{"message":""}"#)), ("application/json", [0xFF]),
      ("text/plain", bytes(#"{"code":"aborted"}"#)),
    ]
    for (type, body) in bodies {
      let error = await failure(status: status, type: type, body)
      #expect(error?.code == code)
      #expect(error?.message.contains("\(status)") == true)
    }
  }

  @Test func anErrorWithoutAKnownCodeKeepsItsMessageAndDetails() async {
    for code in ["", #""code":"odd","#, #""code":null,"#] {
      let error = await failure(
        status: 401,
        bytes("{\(code)" + #""message":"m","details":[{"type":"a","value":"AQ"}]}"#))
      #expect(error?.code == .unauthenticated)
      #expect(error?.message == "m")
      #expect(error?.details == [ErrorDetail(typeName: "a", value: [1])])
    }
  }

  @Test func thePlainTextOfAForeignErrorIsRepeatedInPart() async {
    let text = String(repeating: "玉", count: 1_000)
    let error = await failure(status: 503, type: "text/plain; charset=utf-8", bytes(text))
    #expect(error?.message.hasSuffix(": " + String(repeating: "玉", count: 200)) == true)
  }

  @Test func theBodyOfAnErrorCountsMoreThanItsStatus() async {
    let error = await failure(
      status: 500, bytes(#"{"code":"not_found","message":"m","details":null,"x":1}"#))
    #expect(error?.code == .notFound)
    #expect(error?.message == "m")
  }

  @Test func aCompressedErrorIsRead() async throws {
    let body = try Gzip.compress(bytes(#"{"code":"aborted"}"#))
    let error = await failure(
      status: 409, body, fields: [.init("content-encoding", "gzip")])
    #expect(error?.code == .aborted)
    #expect(error?.message == "")
  }

  @Test func paddedAndUnpaddedDetailsAreReadAndBrokenOnesLeftOut() async {
    let error = await failure(
      status: 400,
      bytes(
        #"{"code":"aborted","details":[{"type":"a","value":"AQ=="},{"type":"b","value":"AQ"},"#
          + #"{"type":"c","value":"!"},{"value":"AQ"},{"type":"d","value":"AQ","debug":{}}]}"#))
    #expect(
      error?.details == [
        ErrorDetail(typeName: "a", value: [1]), ErrorDetail(typeName: "b", value: [1]),
        ErrorDetail(typeName: "d", value: [1]),
      ])
  }

  @Test(arguments: [
    ("application/proto", RPCError.Code.internal), ("application/connect+json", .internal),
    ("text/html", .unknown), ("", .unknown),
  ])
  func anotherContentTypeIsAnError(type: String, code: RPCError.Code) async {
    #expect(await failure(type: type, bytes("{}"))?.code == code)
  }

  @Test func anAnswerThatCannotBeReadIsTheServersFault() async throws {
    #expect(await failure(bytes("{"))?.code == .internal)
    let gzip = [HeaderFields.Field("content-encoding", "gzip")]
    #expect(await failure(bytes("{}"), fields: gzip)?.code == .internal)
    let brotli = [HeaderFields.Field("content-encoding", "br")]
    #expect(await failure(bytes("{}"), fields: brotli)?.code == .internal)
  }

  @Test func answersOverTheLimitAreResourceExhausted() async throws {
    let gzip = [HeaderFields.Field("content-encoding", "gzip")]
    let json = bytes(#"{"name":"aaaaaaaaaaaaaaaaaaaa"}"#)
    for body in [json, try Gzip.compress(json)] {
      let fields = body == json ? [] : gzip
      var options = CallOptions(codec: .json, maximumResponseBytes: json.count)
      if body.count <= json.count {
        #expect(try await call(body, fields: fields, options: options).name.count == 20)
      }
      options.maximumResponseBytes = json.count - 1
      let error = await failure(body, fields: fields, options: options)
      #expect(error?.code == .resourceExhausted)
    }
  }

  @Test func anErrorIsReadEvenWhereMessagesMustBeSmaller() async throws {
    let json = bytes(#"{"code":"not_found","message":"there is no such place"}"#)
    let gzip = [HeaderFields.Field("content-encoding", "gzip")]
    let options = CallOptions(codec: .json, maximumResponseBytes: 5)
    for body in [json, try Gzip.compress(json)] {
      let error = await failure(
        status: 404, body, fields: body == json ? [] : gzip, options: options)
      #expect(error?.code == .notFound)
      #expect(error?.message == "there is no such place")
    }
    // A bound there still is.
    let long = bytes(#"{"code":"aborted","message":""#)
    let filler = [UInt8](repeating: 0x61, count: RPCLimits.errorBytes)
    let bomb = try Gzip.compress(long + filler + bytes(#""}"#))
    #expect(await failure(status: 404, bomb, fields: gzip, options: options)?.code != .aborted)
  }

  @Test func requestsOverTheLimitAreNotSent() async {
    var limits = RPCLimits()
    limits.maximumRequestBytes = 100
    let channel = InProcessChannel(.echo(), limits: limits)
    let error = await #expect(throws: RPCError.self) {
      try await EchoServiceClient(channel: channel).getEcho(
        Request(name: String(repeating: "a", count: 100)))
    }
    #expect(error?.code == .resourceExhausted)
    #expect(channel.requests.isEmpty)
  }
}

struct ClientStreamTests {
  static let head = ResponseHead(
    status: 200, fields: [.init("content-type", "application/connect+json")])

  private func failure(_ stream: CannedStream) async -> RPCError? {
    await #expect(throws: RPCError.self) {
      var channel = CannedChannel()
      channel.stream = stream
      let messages = try await EchoServiceClient(channel: channel).watchEcho(
        Request(), options: CallOptions(codec: .json))
      for try await _ in messages {}
    }
  }

  private func failure(_ body: [UInt8], head: ResponseHead = head) async -> RPCError? {
    let stream = CannedStream(head: head, pieces: [body])
    let error = await failure(stream)
    #expect(stream.isCancelled)
    return error
  }

  private let end = Envelope.frame(flags: 2, bytes("{}"))

  @Test func aStreamWithoutItsEndIsInternal() async {
    #expect(await failure([])?.code == .internal)
    #expect(await failure(Envelope.frame(flags: 0, bytes("{}")))?.code == .internal)
    #expect(await failure(Array(end.dropLast()))?.code == .internal)
  }

  @Test func bytesAfterTheEndAreInternal() async {
    #expect(await failure(end + [0])?.code == .internal)
    #expect(await failure(end + end)?.code == .internal)
  }

  @Test func brokenEnvelopesAreInternal() async {
    #expect(await failure(Envelope.frame(flags: 1, bytes("{}")) + end)?.code == .internal)
    #expect(await failure(Envelope.frame(flags: 4, bytes("{}")) + end)?.code == .internal)
    #expect(await failure(Envelope.frame(flags: 0, bytes("{")) + end)?.code == .internal)
    for text in ["", "{", "[]", "null", #"{"error":3}"#] {
      #expect(await failure(Envelope.frame(flags: 2, bytes(text)))?.code == .internal)
    }
  }

  @Test func anErrorWithAnUnknownCodeIsStillAnError() async {
    for text in [#"{"error":{}}"#, #"{"error":{"code":"odd","message":"m"}}"#] {
      #expect(await failure(Envelope.frame(flags: 2, bytes(text)))?.code == .unknown)
    }
  }

  @Test func aMessageOverTheLimitIsResourceExhausted() async {
    #expect(await failure([0, 0x7F, 0xFF, 0xFF, 0xFF])?.code == .resourceExhausted)
  }

  @Test func theEndOfAStreamMayBeLargerThanItsMessages() async throws {
    let text = #"{"error":{"code":"not_found","message":"there is no such place"}}"#
    var options = CallOptions(codec: .json, maximumResponseBytes: 5)
    options.acceptsGzip = true
    func failure(_ body: [UInt8], _ fields: [HeaderFields.Field] = []) async -> RPCError? {
      await #expect(throws: RPCError.self) {
        var channel = CannedChannel()
        var head = Self.head
        head.fields.fields += fields
        channel.stream = CannedStream(head: head, pieces: [body])
        let messages = try await EchoServiceClient(channel: channel).watchEcho(
          Request(), options: options)
        for try await _ in messages {}
      }
    }
    #expect(await failure(Envelope.frame(flags: 2, bytes(text)))?.code == .notFound)
    let packed = Envelope.frame(flags: 3, try Gzip.compress(bytes(text)))
    let gzip = [HeaderFields.Field("connect-content-encoding", "gzip")]
    #expect(await failure(packed, gzip)?.code == .notFound)
    #expect(await failure(Envelope.frame(flags: 0, bytes(text)))?.code == .resourceExhausted)
    let over = Envelope.frame(flags: 2, [UInt8](repeating: 0x20, count: 65_537))
    #expect(await failure(over)?.code == .resourceExhausted)
  }

  @Test(arguments: [(404, RPCError.Code.unimplemented), (503, .unavailable), (500, .unknown)])
  func aForeignStatusIsMapped(status: Int, code: RPCError.Code) async {
    let head = ResponseHead(status: status, fields: [.init("content-type", "text/html")])
    #expect(await failure(bytes("<html>"), head: head)?.code == code)
  }

  @Test func anotherContentTypeIsAnError() async {
    let head = ResponseHead(status: 200, fields: [.init("content-type", "application/json")])
    #expect(await failure(end, head: head)?.code == .internal)
  }

  @Test func aBrokenConnectionIsPassedOn() async {
    let message = Envelope.frame(flags: 0, bytes("{}"))
    let stream = CannedStream(
      head: Self.head, pieces: [message], error: RPCError(.unavailable, "gone"))
    #expect(await failure(stream)?.code == .unavailable)
  }

  @Test func lettingGoOfAStreamCancelsIt() async throws {
    let stream = CannedStream(head: Self.head, pieces: [end])
    var channel = CannedChannel()
    channel.stream = stream
    do {
      let messages = try await EchoServiceClient(channel: channel).watchEcho(
        Request(), options: CallOptions(codec: .json))
      #expect(messages.headers.isEmpty)
      #expect(!stream.isCancelled)
    }
    #expect(stream.isCancelled)
  }

  @Test func aFailedStreamFailsAgainInTheSameWay() async throws {
    var channel = CannedChannel()
    channel.stream = CannedStream(head: Self.head, pieces: [[9, 0, 0, 0, 0]])
    let messages = try await EchoServiceClient(channel: channel).watchEcho(
      Request(), options: CallOptions(codec: .json))
    var iterator = messages.makeAsyncIterator()
    for _ in 0..<3 {
      do {
        _ = try await iterator.next()
        Issue.record("a message came")
      } catch let error as RPCError {
        #expect(error.code == .internal)
      }
    }
  }
}
