// Drives the server's half of the protocol by hand, as a transport would.

internal import Compression
internal import FixtureMessages
internal import Logging
internal import Synchronization
internal import Testing
internal import Wire

@testable internal import RPC

/// What came back for a request.
struct Reply: Sendable {
  var status: Int
  var fields: HeaderFields
  var body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }
  func field(_ name: String) -> String? { fields.first(name) }

  /// The envelopes of a streamed answer.
  var envelopes: [(flags: UInt8, payload: [UInt8])] {
    get throws {
      var reader = EnvelopeReader(limit: 64 << 20)
      reader.append(body)
      var found: [(flags: UInt8, payload: [UInt8])] = []
      while let next = try reader.next() { found.append(next) }
      #expect(reader.isEmpty)
      return found
    }
  }

  /// The text of the last envelope of a streamed answer.
  var end: String {
    get throws {
      let last = try #require(try envelopes.last)
      #expect(last.flags == 2)
      return String(decoding: last.payload, as: UTF8.self)
    }
  }
}

/// Keeps what a handler streams.
final class CollectingSink: ResponseSink {
  private let state = Mutex<(head: ResponseHead?, body: [UInt8])>((nil, []))

  var head: ResponseHead? { state.withLock { $0.head } }
  var body: [UInt8] { state.withLock { $0.body } }

  func writeHead(_ head: ResponseHead) async throws { state.withLock { $0.head = head } }
  func write(_ bytes: [UInt8]) async throws { state.withLock { $0.body += bytes } }
}

/// Keeps what is logged.
struct MemoryLog: LogHandler {
  final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  let lines: Lines
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.trace

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    lines.add("\(event.level) \(event.message) \(event.metadata ?? [:])")
  }
}

struct Harness {
  static let service = "/lianshe.fixture.v1.EchoService/"

  let server: RPCServer
  let log = MemoryLog.Lines()
  let now = CallInstant.now

  init(_ router: Router = .echo(), limits: RPCLimits = RPCLimits()) {
    let lines = log
    server = RPCServer(
      router: router, limits: limits,
      logger: Logger(label: "test") { _ in MemoryLog(lines: lines) })
  }

  init(_ server: RPCServer) { self.server = server }

  /// Sends a request whole, or cut into pieces of some size, and runs what it starts.
  func send(
    verb: String = "POST", _ path: String, _ fields: [(String, String)], body: [UInt8] = [],
    cutting size: Int? = nil
  ) async -> Reply {
    let head = RequestHead(
      verb: verb, path: path, fields: HeaderFields(fields.map { .init($0.0, $0.1) }))
    var call = ServerCall(server: server)
    var action = call.receive(head, endStream: false, peer: "test", now: now)
    var rest = body[...]
    while case .none = action {
      let piece = rest.prefix(size ?? max(1, rest.count))
      rest = rest.dropFirst(piece.count)
      action = call.receive(Array(piece), endStream: rest.isEmpty, now: now)
    }
    return await carryOut(action)
  }

  func carryOut(_ action: ServerAction) async -> Reply {
    switch action {
    case .none:
      Issue.record("the request is not complete")
      return Reply(status: 0, fields: [], body: [])
    case .answer(let answer): return Reply(answer)
    case .run(.unary(let call)): return Reply(await call.run())
    case .run(.stream(let call)):
      let sink = CollectingSink()
      let head = call.head()
      let end = await call.run(writingTo: sink)
      return Reply(status: head.status, fields: head.fields, body: sink.body + end)
    case .run(.raw(let call)):
      let sink = CollectingSink()
      if let failure = await call.run(writingTo: sink), sink.head == nil { return Reply(failure) }
      return Reply(
        status: sink.head?.status ?? 0, fields: sink.head?.fields ?? [], body: sink.body)
    }
  }

  func unary(
    _ method: String = "GetEcho", _ codec: Codec = .json, _ body: [UInt8],
    _ fields: [(String, String)] = []
  ) async -> Reply {
    await send(
      Self.service + method, [("content-type", "application/\(codec.rawValue)")] + fields,
      body: body)
  }

  func stream(
    _ method: String = "WatchEcho", _ codec: Codec = .json, _ body: [UInt8],
    _ fields: [(String, String)] = []
  ) async -> Reply {
    await send(
      Self.service + method,
      [("content-type", "application/connect+\(codec.rawValue)")] + fields, body: body)
  }
}

extension Reply {
  init(_ answer: Answer) {
    self.init(status: answer.head.status, fields: answer.head.fields, body: answer.body)
  }
}

extension Request {
  func encoded(_ codec: Codec) throws -> [UInt8] {
    switch codec {
    case .proto: try protobufBytes()
    case .json: try jsonUTF8()
    }
  }

  init(_ bytes: [UInt8], _ codec: Codec) throws {
    switch codec {
    case .proto: try self.init(protobuf: bytes)
    case .json: try self.init(jsonUTF8: bytes)
    }
  }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
