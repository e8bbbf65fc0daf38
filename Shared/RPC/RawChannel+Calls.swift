// Typed calls over any raw channel.

public import Wire

extension RawChannel {
  public func call<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor<Request, Response>,
    _ request: Request,
    options: CallOptions
  ) async throws -> UnaryResponse<Response> {
    let call = ClientCall(
      info: method.info, options: options, limits: limits, types: method.types.merging(types))
    let answer = try await send(
      try call.request(request), maximumBytes: call.maximumMessageBytes)
    return try call.message(of: answer, as: Response.self)
  }

  public func serverStreaming<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor<Request, Response>,
    _ request: Request,
    options: CallOptions
  ) async throws -> ResponseStream<Response> {
    let call = ClientCall(
      info: method.info, options: options, limits: limits, types: method.types.merging(types))
    let raw = try await open(try call.request(request))
    return ResponseStream(source: try await ConnectResponseSource<Response>(call: call, raw: raw))
  }
}

extension RawCall {
  /// Sends the call on as it is and its answer back as it comes. What is left of the caller's
  /// deadline travels on; this server's own default only bounds the wait.
  ///
  /// - Throws: when the backend could not be reached, or broke off.
  public func forward(to channel: some RawChannel) async throws {
    var request = RawRequest(
      verb: verb, path: path, fields: fields, body: body, deadline: deadline,
      // Nothing else is known of a method that passes through.
      idempotency: verb == "GET" ? .noSideEffects : .unknown)
    request.fields.remove("host")
    if deadlineIsCallers, let timeout = try ClientCall.timeout(until: deadline) {
      request.fields.remove("connect-timeout-ms")
      request.fields.append("connect-timeout-ms", timeout)
    }
    let answer = try await channel.open(request)
    try await response.writeHead(status: answer.head.status, fields: answer.head.fields)
    while let piece = try await answer.next() {
      try await response.write(piece)
    }
  }
}
