// Any method, called with JSON and answered in JSON. The message types are known here, so a wrong
// field is found before anything is sent.

internal import RPC
internal import Wire

/// A method of the system, without its types.
struct Method: Sendable {
  let info: MethodInfo
  /// Top-level fields of the request, in JSON names.
  let requestFields: [String]
  private let run:
    @Sendable (
      _ channel: any RPCChannel, _ json: [UInt8], _ options: CallOptions,
      _ onAnswer: (_ json: [UInt8]) async throws -> Void
    ) async throws -> Void

  init<Request: WireMessage, Response: WireMessage>(_ method: MethodDescriptor<Request, Response>) {
    info = method.info
    requestFields = Mirror(reflecting: Request()).children.compactMap(\.label)
    run = { channel, json, options, onAnswer in
      var options = options
      options.codec = .json
      let request = try Request(jsonUTF8: json)
      switch method.info.kind {
      case .unary:
        let answer = try await channel.unary(method, request, options: options)
        try await onAnswer(try answer.jsonUTF8())
      case .serverStreaming:
        let stream = try await channel.serverStreaming(method, request, options: options)
        for try await answer in stream { try await onAnswer(try answer.jsonUTF8()) }
      }
    }
  }

  /// Calls the method; every answer is handed over as it comes.
  func call(
    _ channel: any RPCChannel, json: [UInt8], options: CallOptions,
    onAnswer: (_ json: [UInt8]) async throws -> Void
  ) async throws {
    try await run(channel, json, options, onAnswer)
  }

  /// `GetPlace` of `lianshe.registry.v1.RegistryService`.
  var name: String { info.description }
}
