// Counts and times requests by their route. The route is the template, so that the number of series
// does not grow with places and years.

internal import Hummingbird
internal import Logging
internal import Metrics

/// Measures every request.
struct HTTPTelemetry: RouterMiddleware {
  /// A request that takes longer is worth a line.
  static let slowRequest: Duration = .seconds(1)

  /// Concurrent, as Hummingbird declares it.
  @concurrent
  func handle(
    _ request: Request, context: GatewayContext,
    next: @concurrent (Request, GatewayContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    let response = try await next(request, context)
    let duration = ContinuousClock.now - start
    let route = context.endpointPath ?? "none"
    let labels = [("route", route), ("status", "\(response.status.code)")]
    Counter(label: "lianshe_http_requests", dimensions: labels).increment()
    Metrics.Timer(label: "lianshe_http_duration", dimensions: [("route", route)])
      .recordNanoseconds(Self.nanoseconds(duration))
    if duration > Self.slowRequest {
      context.logger.info(
        "slow request",
        metadata: [
          "route": .string(route), "status": .stringConvertible(response.status.code),
          "duration_us": .stringConvertible(Self.nanoseconds(duration) / 1000),
        ])
    }
    return response
  }

  private static func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
  }
}
