// A request may name the service that it asks.

internal import GatewayDomain
internal import RPC

extension ParameterSpec {
  /// Which service: a query parameter; without it the one that `fallback` says.
  static func service(_ services: [ServiceName], fallback: String = "") -> ParameterSpec {
    .query(
      "service", .choice(ChoiceList(names: services.map(\.rawValue))), required: fallback.isEmpty,
      fallback.isEmpty ? "哪个服务" : "哪个服务，不填为\(fallback)")
  }

  /// Which service: a part of the path.
  static func servicePath(_ services: [ServiceName]) -> ParameterSpec {
    .path("service", .choice(ChoiceList(names: services.map(\.rawValue))), "哪个服务")
  }
}

extension RouteRequest {
  /// The service that was named, checked already.
  func service(else fallback: ServiceName) -> ServiceName {
    ServiceName(rawValue: text("service").lowercased()) ?? fallback
  }
}
