internal import ExhibitionsMessages
internal import Foundation
internal import GatewayAPI
internal import GatewayClients
internal import GatewayMessages
internal import GatewaySupport
internal import Hummingbird
internal import RPC
internal import RegistryMessages
internal import StatisticsMessages
internal import TalentMessages
internal import Testing
internal import Wire

struct OpenAPITests {
  private func document() async throws -> [String: Any] {
    let reply = try await Face().get("/v1/openapi.json")
    #expect(reply.status == 200)
    return try reply.object()
  }

  @Test func everyRouteIsDescribedAndNothingElse() async throws {
    let paths = try #require(try await document()["paths"] as? [String: Any])
    // What the router really answers, not what the table says.
    let routed = try await Face().face.router().routes.filter { $0.method == .get }.map { route in
      let path = route.path.description
      return path.isEmpty ? "/" : path
    }
    let described = paths.keys.map { path in
      path.replacing(/\{([a-z]+)\}/) { "{\($0.1)}" }
    }
    #expect(Set(described) == Set(routed))
    #expect(routed.count == paths.count)
  }

  /// Reads without a route, and why.
  private static let unrouted: [String: String] = [
    "GetFigure": "/v1/figures with one key",
    "GetRegisterCopy": "for operators",
    "RenderAnnualReport": "the report's route negotiates its form",
    "ExplainReportFigure": "/v1/figures/explain",
    "ExplainFigure": "/v1/figures/explain",
  ]

  @Test func everyReadOfTheServicesHasARoute() async throws {
    let methods =
      RegistryServiceMethods.all + StatisticsServiceMethods.all + ReportServiceMethods.all
      + TemplateServiceMethods.all + PublicationServiceMethods.all
      + RegistryMessages.StatedFigureServiceMethods.all + RegistryMessages.EntryServiceMethods.all
      + RegistryMessages.FigureServiceMethods.all + RegistryMessages.QuarantineServiceMethods.all
      + ExhibitionsMessages.EntryServiceMethods.all + TalentMessages.EntryServiceMethods.all
    let answered = Set(try await Face().face.routes.flatMap(\.schemas).map(\.name))
    let reads = methods.filter { $0.kind == .unary && $0.idempotency == .noSideEffects }
    #expect(reads.count > 25)
    for method in reads where Self.unrouted[method.method] == nil {
      let own = method.service.split(separator: ".").dropLast().joined(separator: ".")
      // What all services answer alike is a message of common.
      let isAnswered = [own, "lianshe.common.v1"].contains { package in
        answered.contains("\(package).\(method.method)Response")
      }
      #expect(isAnswered, "\(method)")
    }
  }

  @Test func theVersionAndEveryOperationAreNamed() async throws {
    let document = try await document()
    #expect(document["openapi"] as? String == "3.1.0")
    let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
    let operations = paths.values.compactMap { $0["get"]?["operationId"] as? String }
    #expect(Set(operations).count == paths.count)
    for (path, methods) in paths {
      let parameters = try #require(methods["get"]?["parameters"] as? [[String: Any]])
      let inPath = parameters.filter { $0["in"] as? String == "path" }
      #expect(inPath.count == path.split(separator: "{").count - 1, "\(path)")
      #expect(inPath.allSatisfy { $0["required"] as? Bool == true })
      let names = parameters.compactMap { $0["name"] as? String }
      #expect(Set(names).count == names.count)
    }
  }

  @Test func everyReferenceLeadsSomewhere() async throws {
    let document = try await document()
    let text = String(
      decoding: try JSONSerialization.data(withJSONObject: document), as: UTF8.self)
    let references = text.matches(of: /"\$ref":"(#[^"]+)"/).map {
      String($0.1).replacing("\\/", with: "/")
    }
    #expect(references.count > 20)
    for reference in Set(references) {
      var value: Any? = document
      for part in reference.dropFirst(2).split(separator: "/") {
        value = (value as? [String: Any])?[String(part)]
      }
      #expect(value is [String: Any], "\(reference)")
    }
  }

  @Test func schemasFollowTheMessages() async throws {
    let components = try #require(try await document()["components"] as? [String: Any])
    let schemas = try #require(components["schemas"] as? [String: [String: Any]])
    let report = try #require(
      schemas["lianshe.gateway.v1.AnnualReport"]?["properties"] as? [String: [String: Any]])
    #expect(report["generation"]?["type"] as? String == "string")
    #expect(report["missingServices"]?["type"] as? String == "array")
    let figure = try #require(
      schemas["lianshe.gateway.v1.FigureSpan"]?["properties"] as? [String: [String: Any]])
    #expect((figure["mark"]?["enum"] as? [String])?.contains("MARK_STATED") == true)
    #expect(
      figure["quantity"]?["$ref"] as? String == "#/components/schemas/lianshe.common.v1.Quantity")
    let decimal = try #require(
      schemas["lianshe.common.v1.Decimal"]?["properties"] as? [String: [String: Any]])
    #expect(decimal["scale"]?["type"] as? String == "integer")
  }

  @Test func aRouteAnswersWhateverItsDocumentSays() async throws {
    // Every route reaches its service: with valid parameters the answer is that of the service.
    for route in try await Face().face.routes {
      var uri = route.path.replacing("{code}", with: "450000").replacing("{id}", with: "x")
        .replacing("{service}", with: "exhibitions").replacing("{number}", with: "1")
      let required = route.parameters.filter { $0.isRequired && $0.place == .query }
      let query = required.map { "\($0.name)=\(Self.value($0))" }.joined(separator: "&")
      if !query.isEmpty { uri += "?" + query }
      let face = try await Face()
      let status = try await face.get(uri).status
      let channels = [face.registry, face.statistics, face.exhibitions, face.talent]
      let calls = channels.map(\.seen.count).reduce(0, +)
      guard !route.schemas.isEmpty else {
        #expect(status == 200, "\(uri): \(status)")
        continue
      }
      // 404 and 501: the sample has no such record, or does not play this method of the service.
      #expect([200, 404, 501].contains(status), "\(uri): \(status)")
      #expect(calls > 0 || Self.isKeptHere(route), "\(uri) asked no service")
    }
  }

  /// The gateway answers these from its own storage.
  private static func isKeptHere(_ route: RouteSpec) -> Bool {
    ["template", "narratives", "publications"].contains { route.path.contains($0) }
  }

  private static func value(_ parameter: ParameterSpec) -> String {
    switch parameter.kind {
    case .placeCode: "450000"
    case .year: "2013"
    case .choice(let list): list.names[0]
    default: parameter.name == "key" ? "total/450000/bureau/gross_output/2013" : "2013"
    }
  }
}
