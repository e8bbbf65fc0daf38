// A server over TLS, and clients of it.

internal import FixtureMessages
internal import RPC
internal import Synchronization
internal import TLS
internal import Testing
internal import Transport
internal import WellKnownMessages

/// Gives requests back, with the name of the caller in them, or does what the request's name says.
final class Echo: EchoServiceHandler {
  private let written = Atomic<Int>(0)
  private let served = Atomic<Int>(0)

  var messagesWritten: Int { written.load(ordering: .relaxed) }
  var callsServed: Int { served.load(ordering: .relaxed) }

  func getEcho(_ request: Request, context: CallContext) async throws -> Request {
    served.add(1, ordering: .relaxed)
    var answer = request
    switch request.name {
    case "who": answer.placeCode = context.peerIdentity?.description ?? "nobody"
    case "large": answer.placeCode = String(repeating: "x", count: Int(request.pageSize))
    case "pause": try await Task.sleep(for: .milliseconds(Int(request.pageSize)))
    default: break
    }
    return answer
  }

  func putEcho(_ request: Request, context: CallContext) async throws -> Empty { Empty() }

  func watchEcho(
    _ request: Request, responses: ResponseWriter<Request>, context: CallContext
  ) async throws {
    for number in 0..<request.pageSize {
      var answer = request
      answer.pageSize = number
      answer.pageToken = context.peerIdentity?.description ?? "nobody"
      try await responses.write(answer)
      written.add(1, ordering: .relaxed)
    }
  }

  var router: Router {
    var router = Router()
    router.registerEchoService(self)
    return router
  }
}

/// Runs a body against a server of its own over TLS.
func withSecureServer<Result>(
  _ files: TLSFiles, names: Set<PeerIdentity.Name>? = nil, echo: Echo = Echo(),
  router: Router? = nil, limits: TransportLimits = TransportLimits(),
  tlsLimits: TLSLimits = TLSLimits(),
  _ body: (SecureServer) async throws -> Result
) async throws -> Result {
  var options = TLSServerOptions(files: files, clientNames: names)
  options.limits = tlsLimits
  let tls = try TLSServer(options)
  let server = ChannelServer(
    router: router ?? echo.router, limits: limits, channelInitializer: tls.initializer)
  let address = try await server.start(Endpoint(host: "127.0.0.1", port: 0))
  let secure = SecureServer(tls: tls, server: server, port: address.port, echo: echo)
  do {
    let result = try await body(secure)
    await server.drain(grace: .zero)
    return result
  } catch {
    await server.drain(grace: .zero)
    throw error
  }
}

struct SecureServer: Sendable {
  let tls: TLSServer
  let server: ChannelServer
  let port: Int
  let echo: Echo

  func endpoint(host: String = "127.0.0.1", isSecure: Bool = true) -> Endpoint {
    Endpoint(host: host, port: port, isSecure: isSecure)
  }

  /// A channel to it. Without files, one that knows no TLS.
  func channel(
    _ files: TLSFiles?, host: String = "127.0.0.1", isSecure: Bool = true,
    options: HTTP2ChannelOptions = HTTP2ChannelOptions()
  ) throws -> HTTP2Channel {
    let client = try files.map { try TLSClient(TLSClientOptions(files: $0)) }
    return HTTP2Channel(
      endpoints: [endpoint(host: host, isSecure: isSecure)], options: options,
      secureInitializer: client?.initializer)
  }

  /// The name by which the server knows a caller.
  func identity(_ files: TLSFiles?, host: String = "127.0.0.1") async throws -> String {
    try await channel(files, host: host).whoAmI()
  }
}

extension HTTP2Channel {
  func echo(_ name: String, size: UInt32 = 0) async throws -> Request {
    var request = Request()
    request.name = name
    request.pageSize = size
    return try await EchoServiceClient(channel: self).getEcho(request)
  }

  func whoAmI() async throws -> String { try await echo("who").placeCode }
}

/// Counts what several tasks do.
final class Count: Sendable {
  private let number = Atomic<Int>(0)

  var value: Int { number.load(ordering: .relaxed) }
  func add() { number.add(1, ordering: .relaxed) }
}

/// Waits until something is so; false when it is not so within half a minute.
func eventually(_ isSo: () -> Bool) async -> Bool {
  for _ in 0..<3_000 {
    if isSo() { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return false
}

/// The error of a call that must fail.
func failure(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> some Sendable
) async -> RPCError? {
  do {
    _ = try await body()
    Issue.record("the call went well", sourceLocation: sourceLocation)
    return nil
  } catch {
    return error as? RPCError
  }
}
