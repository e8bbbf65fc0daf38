// An error that says "connection refused" helps nobody who does not know whose. Calls of the gateway
// name the service that is away.

package import GatewayDomain
package import RPC
internal import Wire

/// A channel that says which service is not available.
struct NamedChannel: RPCChannel {
  let service: ServiceName
  let channel: any RPCChannel

  func call<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor<Request, Response>, _ request: Request, options: CallOptions
  ) async throws -> UnaryResponse<Response> {
    do {
      return try await channel.call(method, request, options: options)
    } catch let error as RPCError {
      throw error.naming(service)
    }
  }

  func serverStreaming<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor<Request, Response>, _ request: Request, options: CallOptions
  ) async throws -> ResponseStream<Response> {
    do {
      return try await channel.serverStreaming(method, request, options: options)
    } catch let error as RPCError {
      throw error.naming(service)
    }
  }
}

extension RPCError {
  /// The same error, naming the service where it is away.
  package func naming(_ service: ServiceName) -> RPCError {
    guard code == .unavailable else { return self }
    var named = self
    named.message = "the \(service.rawValue) service is not available: \(message)"
    return named
  }
}
