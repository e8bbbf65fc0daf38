// What a service becomes: method descriptors, the protocol of its handler, its registration, a client.

internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

/// Writes one service.
struct ServiceGenerator {
  let service: ServiceDescriptor
  let types: SwiftTypes

  private var name: String { SwiftNames.upperCamel(service.name) }

  func generate(_ printer: inout CodePrinter) {
    generateMethods(&printer)
    printer.print("")
    generateHandler(&printer)
    printer.print("")
    generateRegistration(&printer)
    printer.print("")
    generateClient(&printer)
  }

  /// The name of a method's descriptor, beside which `all` and `serviceName` stand.
  private static func descriptor(of method: MethodDescriptor) -> String {
    let name = SwiftNames.method(method.name)
    return ["all", "serviceName"].contains(name) ? "\(name)_" : name
  }

  private func rpc(_ type: String) -> String { types.outside(type, in: "RPC") }

  private func generateMethods(_ printer: inout CodePrinter) {
    printer.print("/// The methods of `\(service.fullName)`.")
    printer.print("public enum \(name)Methods {")
    printer.withIndentation { printer in
      printer.print("public static let serviceName = \"\(service.fullName)\"")
      for method in service.methods {
        let kind = method.serverStreaming ? ".serverStreaming" : ".unary"
        let idempotency =
          switch method.options.idempotencyLevel {
          case .idempotencyUnknown: ".unknown"
          case .noSideEffects: ".noSideEffects"
          case .idempotent: ".idempotent"
          }
        printer.print(
          "public static let \(Self.descriptor(of: method)) = "
            + "\(rpc("MethodDescriptor"))<\(input(method)), \(output(method))>(",
          "  service: serviceName, method: \"\(method.name)\", kind: \(kind), "
            + "idempotency: \(idempotency),",
          "  types: \(types.package.name)Files.types)")
      }
      printer.print("", "/// Every method, in the order of the proto file.")
      printer.print("public static let all: [\(rpc("MethodInfo"))] = [")
      for method in service.methods {
        printer.print("  \(Self.descriptor(of: method)).info,")
      }
      printer.print("]")
    }
    printer.print("}")
  }

  private func generateHandler(_ printer: inout CodePrinter) {
    let comments = service.protoSourceComments()
    printer.print(comments, newlines: false)
    if !comments.isEmpty { printer.print("///") }
    printer.print("/// What answers the calls of `\(service.fullName)`.")
    printer.print("public protocol \(name)Handler: \(types.outside("Sendable")) {")
    printer.withIndentation { printer in
      for (place, method) in service.methods.enumerated() {
        if place > 0 { printer.print("") }
        printer.print(method.protoSourceComments(), newlines: false)
        printer.print("func \(SwiftNames.method(method.name))(")
        printer.print("  _ request: \(input(method)),")
        if method.serverStreaming {
          printer.print("  responses: \(rpc("ResponseWriter"))<\(output(method))>,")
        }
        printer.print("  context: \(rpc("CallContext"))")
        printer.print(
          method.serverStreaming ? ") async throws" : ") async throws -> \(output(method))")
      }
    }
    printer.print("}")
  }

  private func generateRegistration(_ printer: inout CodePrinter) {
    printer.print("extension \(rpc("Router")) {")
    printer.withIndentation { printer in
      printer.print("/// Has a handler answer the calls of `\(service.fullName)`.")
      printer.print("public mutating func register\(name)(_ handler: some \(name)Handler) {")
      for method in service.methods {
        let function = SwiftNames.method(method.name)
        let descriptor = "\(name)Methods.\(Self.descriptor(of: method))"
        if method.serverStreaming {
          printer.print(
            "  serverStreaming(\(descriptor)) { request, responses, context in",
            "    try await handler.\(function)(request, responses: responses, context: context)")
        } else {
          printer.print(
            "  unary(\(descriptor)) { request, context in",
            "    try await handler.\(function)(request, context: context)")
        }
        printer.print("  }")
      }
      printer.print("}")
    }
    printer.print("}")
  }

  private func generateClient(_ printer: inout CodePrinter) {
    let options = rpc("CallOptions")
    printer.print("/// Calls `\(service.fullName)` over a channel.")
    printer.print("public struct \(name)Client: \(types.outside("Sendable")) {")
    printer.withIndentation { printer in
      printer.print("private let channel: any \(rpc("RPCChannel"))", "")
      printer.print("public init(channel: any \(rpc("RPCChannel"))) {")
      printer.print("  self.channel = channel", "}")
      for method in service.methods {
        let function = SwiftNames.method(method.name)
        let result =
          method.serverStreaming
          ? "\(rpc("ResponseStream"))<\(output(method))>" : output(method)
        let call = method.serverStreaming ? "serverStreaming" : "unary"
        let descriptor = Self.descriptor(of: method)
        printer.print("")
        printer.print(method.protoSourceComments(), newlines: false)
        printer.print("public func \(function)(")
        printer.print("  _ request: \(input(method)),")
        printer.print("  options: \(options) = \(options)()")
        printer.print(") async throws -> \(result) {")
        printer.print(
          "  try await channel.\(call)(\(name)Methods.\(descriptor), request, options: options)",
          "}")
      }
    }
    printer.print("}")
  }

  private func input(_ method: MethodDescriptor) -> String { types.name(of: method.inputType) }
  private func output(_ method: MethodDescriptor) -> String { types.name(of: method.outputType) }
}
