// The handler that does what its request says.

internal import FixtureMessages
internal import RPC

struct Conformance: ConformanceServiceHandler {
  /// What a handler throws by mistake.
  struct Unforeseen: Error {}

  func unary(
    _ request: ConformanceRequest, context: CallContext
  ) async throws -> ConformanceResponse {
    try await answer(request, context)
  }

  func get(
    _ request: ConformanceRequest, context: CallContext
  ) async throws -> ConformanceResponse {
    try await answer(request, context)
  }

  func put(
    _ request: ConformanceRequest, context: CallContext
  ) async throws -> ConformanceResponse {
    try await answer(request, context)
  }

  func stream(
    _ request: ConformanceRequest, responses: ResponseWriter<ConformanceResponse>,
    context: CallContext
  ) async throws {
    try leave(request, context)
    for index in 0..<request.messages {
      try await wait(request)
      try await responses.write(response(request, context, index: index))
    }
    if request.messages == 0 { try await wait(request) }
    try fail(request)
  }

  func readStream(
    _ request: ConformanceRequest, responses: ResponseWriter<ConformanceResponse>,
    context: CallContext
  ) async throws {
    try await stream(request, responses: responses, context: context)
  }

  private func answer(
    _ request: ConformanceRequest, _ context: CallContext
  ) async throws -> ConformanceResponse {
    try leave(request, context)
    try await wait(request)
    try fail(request)
    return response(request, context, index: 0)
  }

  private func leave(_ request: ConformanceRequest, _ context: CallContext) throws {
    for field in request.headers { try context.response.addHeader(field.value, for: field.name) }
    for field in request.trailers {
      try context.response.addTrailer(field.value, for: field.name)
    }
  }

  private func wait(_ request: ConformanceRequest) async throws {
    guard request.delayMilliseconds > 0 else { return }
    try await Task.sleep(for: .milliseconds(Int64(request.delayMilliseconds)))
  }

  private func fail(_ request: ConformanceRequest) throws {
    guard let failure = request.failure else { return }
    guard let code = RPCError.Code(rawValue: failure.code) else { throw Unforeseen() }
    var error = RPCError(
      code, failure.message, details: try failure.details.map { try ErrorDetail($0) })
    for field in failure.metadata { try error.metadata.add(field.value, for: field.name) }
    throw error
  }

  /// What a caller sends by itself, or to ask for less: the answer must not depend on it.
  private static let unsaid: Set<String> = ["if-none-match", "user-agent"]

  private func response(
    _ request: ConformanceRequest, _ context: CallContext, index: UInt32
  ) -> ConformanceResponse {
    let size = Int(request.responseBytes)
    var response = ConformanceResponse()
    response.text = request.text
    response.payload = size == 0 ? request.payload : [UInt8](repeating: 0x61, count: size)
    response.number = request.number
    response.index = index
    response.metadata = context.requestMetadata.filter { !Self.unsaid.contains($0.key) }.map {
      ConformanceField(name: $0.key, value: $0.value)
    }
    if context.callerDeadline != nil, let left = context.remaining {
      let (seconds, attoseconds) = left.components
      response.timeoutMilliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
    return response
  }
}
