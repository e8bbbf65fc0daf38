// All routes, and the router made of them.

package import GatewayClients
internal import GatewayReports
package import Hummingbird

/// The HTTP face.
package struct HTTPFace: Sendable {
  package let routes: [RouteSpec]
  private let limits: HTTPLimits

  package init(
    backends: Backends, reports: ReportReader, library: ReportLibrary, desk: PublicationDesk,
    limits: HTTPLimits = HTTPLimits()
  ) {
    let explainer = FigureExplainer(backends: backends)
    var routes: [RouteSpec] = []
    routes += ReportRoutes(reports: reports, explainer: explainer).routes
    routes += RegistryRoutes(registry: backends.registry).routes
    routes +=
      StatisticsRoutes(
        statistics: backends.statistics, fetcher: FigureFetcher(backends: backends),
        limits: limits
      ).routes
    routes += RecordRoutes(registry: backends.registry, statistics: backends.statistics).routes
    routes += StatedFigureRoutes(backends: backends).routes
    routes += EntryRoutes(backends: backends).routes
    routes += QuarantineRoutes(backends: backends).routes
    routes += PublicationRoutes(library: library, desk: desk).routes
    let described = routes
    routes += PageRoutes(backends: backends, limits: limits, described: described).routes
    self.routes = routes
    self.limits = limits
  }

  /// The router of every route, inside the middleware that dresses answers.
  package func router() -> Router<GatewayContext> {
    let router = Router(context: GatewayContext.self, options: [.autoGenerateHeadEndpoints])
    router.middlewares.add(HTTPTelemetry())
    router.middlewares.add(
      ProblemMiddleware(limits: limits, templates: routes.map { PathTemplate($0.path) }))
    for route in routes {
      let runner = RouteRunner(route, limits: limits)
      router.get(RouterPath(route.path)) { request, context in
        try await runner.run(request, context)
      }
    }
    return router
  }
}
