// How a user names a method: in full, or by any ending that only one service has.

internal import RPC

/// A method found by its name, and the process that answers it.
struct FoundMethod: Sendable {
  let method: Method
  let service: ServiceName
}

enum MethodName {
  /// Finds `lianshe.registry.v1.RegistryService/GetPlace`, `RegistryService/GetPlace`,
  /// `registry.v1.ImportService/GetImport`, or `/` in front.
  static func find(_ text: String, in methods: [Method] = Method.all) throws -> FoundMethod {
    let trimmed = text.hasPrefix("/") ? String(text.dropFirst()) : text
    let parts = trimmed.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw Failure(
        .invalid,
        [
          Phrase("“\(text)”不是方法名，应为 服务/方法", "\"\(text)\" is no method; write SERVICE/METHOD"),
          Phrase(
            "  例：RegistryService/GetPlace；全部方法：lianshe call --list",
            "  example: RegistryService/GetPlace; all of them: lianshe call --list"),
        ])
    }
    let services = methods.filter { matches($0.info.service, String(parts[0])) }
    guard !services.isEmpty else {
      let names = Set(methods.map(\.info.service)).sorted()
      throw Failure(
        .notFound,
        [Phrase("没有服务“\(parts[0])”", "there is no service \"\(parts[0])\""), known(names)])
    }
    let found = services.filter { $0.info.method == parts[1] }
    guard let method = found.first else {
      let names = services.map(\.info.method)
      throw Failure(
        .notFound,
        [
          Phrase(
            "服务 \(services[0].info.service) 没有方法“\(parts[1])”",
            "the service \(services[0].info.service) has no method \"\(parts[1])\""),
          known(names),
        ])
    }
    guard Set(found.map(\.info.service)).count == 1 else {
      let names = found.map(\.name)
      throw Failure(
        .invalid,
        [
          Phrase("“\(text)”不止一个服务有，请写全", "\"\(text)\" is ambiguous; write more of it"),
          known(names),
        ])
    }
    return FoundMethod(method: method, service: service(of: method))
  }

  /// Whether a full name is meant: by itself, or by whole parts of its end.
  private static func matches(_ full: String, _ given: String) -> Bool {
    full == given || full.hasSuffix("." + given)
  }

  private static func service(of method: Method) -> ServiceName {
    ServiceName.allCases.first { method.info.service.hasPrefix($0.protoPackage + ".") }
      ?? .gateway
  }

  private static func known(_ names: [String]) -> Phrase {
    Phrase("  有：\(names.joined(separator: "、"))", "  known: \(names.joined(separator: ", "))")
  }
}
