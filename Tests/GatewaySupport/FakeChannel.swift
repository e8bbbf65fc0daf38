// A channel whose services answer in memory, by typed closures.

package import RPC
internal import Synchronization
package import Wire

/// Answers unary calls by the closure of their method.
package final class FakeChannel: RPCChannel {
  private typealias Answer =
    @Sendable (any WireMessage, CallOptions) async throws -> any WireMessage

  /// What a call brought with it.
  package struct Seen: Sendable {
    package let method: String
    package let options: CallOptions
  }

  private struct State {
    var answers: [String: Answer] = [:]
    var failure: RPCError?
    var isSilent = false
    var seen: [Seen] = []
  }

  private let state = Mutex(State())

  package init() {}

  package func on<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor<Request, Response>,
    _ body: @escaping @Sendable (Request) async throws -> Response
  ) {
    state.withLock { state in
      state.answers[method.info.path] = { message, _ in
        guard let request = message as? Request else {
          throw RPCError(.internal, "\(method.info) was called with another message")
        }
        return try await body(request)
      }
    }
  }

  /// From now on every call fails.
  package func fail(_ error: RPCError?) { state.withLock { $0.failure = error } }

  /// From now on no call ends before it is cancelled.
  package func beSilent() { state.withLock { $0.isSilent = true } }

  /// From now on calls are answered as by another channel.
  package func answer(as other: FakeChannel) {
    let answers = other.state.withLock { $0.answers }
    state.withLock { $0.answers.merge(answers) { _, new in new } }
  }

  /// Every call so far.
  package var seen: [Seen] { state.withLock { $0.seen } }

  package func call<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor<Request, Response>, _ request: Request, options: CallOptions
  ) async throws -> UnaryResponse<Response> {
    let (answer, failure, isSilent) = state.withLock { state in
      state.seen.append(Seen(method: method.info.method, options: options))
      return (state.answers[method.info.path], state.failure, state.isSilent)
    }
    if let failure { throw failure }
    if isSilent { try await Task.sleep(for: .seconds(3600)) }
    guard let answer else {
      throw RPCError(.unimplemented, "\(method.info) has no answer in this test")
    }
    guard let response = try await answer(request, options) as? Response else {
      throw RPCError(.internal, "\(method.info) was answered with another message")
    }
    return UnaryResponse(message: response)
  }

  package func serverStreaming<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor<Request, Response>, _ request: Request, options: CallOptions
  ) async throws -> ResponseStream<Response> {
    throw RPCError(.unimplemented, "\(method.info) has no answer in this test")
  }
}
