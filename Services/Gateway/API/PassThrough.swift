// The binary face of the services behind: calls go through as they came, undecoded.

internal import GatewayClients
package import GatewayDomain
package import RPC

/// Forwards whole proto packages to the services that own them.
package struct PassThrough: Sendable {
  /// A service and the channel to it.
  package struct Backend: Sendable {
    package let service: ServiceName
    package let channel: any RawChannel

    package init(service: ServiceName, channel: any RawChannel) {
      self.service = service
      self.channel = channel
    }

    /// Every path of the service's proto packages.
    var prefix: String { "/lianshe.\(service.rawValue).v1." }
  }

  private let backends: [Backend]
  private let limits: PassThroughLimits

  package init(_ backends: [Backend], limits: PassThroughLimits = PassThroughLimits()) {
    self.backends = backends
    self.limits = limits
  }

  /// Adds a fallback for every backend.
  package func register(in router: inout Router) {
    for backend in backends {
      let places = PassThroughPlaces(limits)
      router.fallback(prefix: backend.prefix) { call in
        try await places.occupied(by: call) { try await Self.forward(call, to: backend) }
      }
    }
  }

  private static func forward(_ call: RawCall, to backend: Backend) async throws {
    do {
      try await call.forward(to: backend.channel)
    } catch let error as RPCError {
      throw error.naming(backend.service)
    }
  }
}
