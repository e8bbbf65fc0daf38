// The service that the tests of RPC call: it does what the request's name says.

internal import FixtureMessages
internal import RPC
internal import WellKnownMessages

struct Echo: EchoServiceHandler {
  struct Unforeseen: Error, CustomStringConvertible {
    var description: String { "/etc/secret could not be opened" }
  }

  func getEcho(_ request: Request, context: CallContext) async throws -> Request {
    switch request.name {
    case "unforeseen": throw Unforeseen()
    case "cancelled": throw CancellationError()
    case "wait":
      try await Task.sleep(for: .seconds(60))
    case "large":
      var answer = request
      answer.placeCode = String(repeating: "x", count: Int(request.pageSize))
      return answer
    case "metadata":
      for entry in context.requestMetadata where entry.key.hasPrefix("x-") {
        try context.response.addHeader(entry.value, for: "y-" + entry.key)
        try context.response.addTrailer(entry.value, for: "z-" + entry.key)
      }
    case "fail":
      try context.response.addHeader("h", for: "x-before")
      try context.response.addTrailer("t", for: "x-after")
      let code = RPCError.Code(rawValue: request.placeCode) ?? .unknown
      var error = RPCError(code, "您说 \(request.placeCode)", details: [try ErrorDetail(request)])
      try error.metadata.add("e", for: "x-error")
      throw error
    case "deadline":
      var answer = request
      answer.pageToken = context.callerDeadline == nil ? "none" : "caller"
      answer.pageSize = UInt32(context.remaining?.components.seconds ?? 0)
      return answer
    default: break
    }
    return request
  }

  func putEcho(_ request: Request, context: CallContext) async throws -> Empty { Empty() }

  func watchEcho(
    _ request: Request, responses: ResponseWriter<Request>, context: CallContext
  ) async throws {
    if request.name == "header" { try context.response.addHeader("h", for: "x-before") }
    for number in 0..<request.pageSize {
      var answer = request
      answer.pageSize = number
      if request.name == "large" { answer.placeCode = String(repeating: "y", count: 5_000) }
      try await responses.write(answer)
    }
    switch request.name {
    case "metadata": try context.response.addTrailer("t", for: "x-after")
    case "fail":
      var error = RPCError(.aborted, "mid-way", details: [try ErrorDetail(request)])
      try error.metadata.add("e", for: "x-error")
      throw error
    case "unforeseen": throw Unforeseen()
    default: break
    }
  }
}

extension Router {
  /// The echo service, with one method that is known and not implemented.
  static func echo(interceptors: [any ServerInterceptor] = []) -> Router {
    var router = Router(interceptors: interceptors)
    router.registerEchoService(Echo())
    router.declare([
      MethodInfo(service: "lianshe.fixture.v1.EchoService", method: "DropEcho", kind: .unary),
      MethodInfo(
        service: "lianshe.fixture.v1.EchoService", method: "WatchNothing", kind: .serverStreaming),
    ])
    return router
  }
}
