// The public health interface (grpc.health.v1), answered by the service's own readiness.

package import HealthMessages
package import RPC

/// Answers health probes for a process and for each of its services.
package struct HealthAPI: HealthHandler {
  /// How often a watcher's answer is looked at.
  package static let watchInterval: Duration = .milliseconds(500)
  /// Over it nothing is watched.
  package static let maximumNameBytes = 1_024

  private let services: Set<String>
  private let isReady: @Sendable () async -> Bool

  /// - Parameters:
  ///   - methods: those of the process; their services can be asked for by name.
  ///   - check: passes when the process can do its work.
  package init(
    methods: [MethodInfo], check: @escaping @Sendable () async throws -> Void
  ) {
    services = Set(methods.map(\.service)).union(["", HealthMethods.serviceName])
    isReady = {
      do {
        try await check()
        return true
      } catch {
        return false
      }
    }
  }

  package func check(
    _ request: HealthCheckRequest, context: CallContext
  ) async throws -> HealthCheckResponse {
    guard services.contains(request.service) else {
      throw RPCError.notFound(
        type: "service", name: request.service, description: "没有此服务 (no such service)",
        available: services.filter { !$0.isEmpty }.sorted())
    }
    return HealthCheckResponse(status: await isReady() ? .serving : .notServing)
  }

  package func watch(
    _ request: HealthCheckRequest, responses: ResponseWriter<HealthCheckResponse>,
    context: CallContext
  ) async throws {
    // A watch may run for days, and what was asked with stays in memory as long.
    guard request.service.utf8.count <= Self.maximumNameBytes else {
      throw RPCError.invalid(
        "service", request.service, rule: "text.length", zh: "服务名最多\(Self.maximumNameBytes)字节",
        en: "a service's name has at most \(Self.maximumNameBytes) bytes")
    }
    let isKnown = services.contains(request.service)
    var last: HealthCheckResponse.ServingStatus?
    while true {
      try context.checkDeadline()
      let status: HealthCheckResponse.ServingStatus =
        isKnown ? await isReady() ? .serving : .notServing : .serviceUnknown
      if status != last { try await responses.write(HealthCheckResponse(status: status)) }
      last = status
      try await Task.sleep(for: Self.watchInterval)
    }
  }
}
