// A route of the HTTP face: its path, its parameters, its forms, its handler. The table of routes is
// the only source of the router and of the OpenAPI document.

package import GatewayClients
internal import GatewayDomain
internal import RPC
package import Wire

/// A route; all are GET.
package struct RouteSpec: Sendable {
  package typealias Handler = @Sendable (RouteRequest) async throws -> RouteReply

  /// "/v1/places/{code}".
  package let path: String
  /// Unique name of the operation.
  package let operation: String
  package let tag: String
  package let summary: String
  package let parameters: [ParameterSpec]
  /// Forms of the answer, the preferred first. Empty: the handler sets its own content type.
  package let forms: [Representation]
  /// The messages that the JSON form may hold: one, or one for each service.
  package let schemas: [MessageSchema]
  package let handler: Handler

  package init(
    _ path: String, operation: String, tag: String, summary: String,
    parameters: [ParameterSpec] = [], forms: [Representation] = [.json],
    schema: MessageSchema? = nil, schemas: [MessageSchema] = [], handler: @escaping Handler
  ) {
    self.path = path
    self.operation = operation
    self.tag = tag
    self.summary = summary
    self.schemas = schema.map { [$0] } ?? schemas
    self.forms = forms
    self.handler = handler
    // A route with several forms can also be told by the query which one is wanted.
    let choice = ParameterSpec.query(
      "format", .choice(ChoiceList(names: forms.map(\.rawValue))), "答复的形式，优先于 Accept")
    self.parameters = forms.count > 1 ? parameters + [choice] : parameters
  }

  /// A route that answers one message as JSON.
  package static func message<Message: WireMessage>(
    _ path: String, operation: String, tag: String, summary: String,
    parameters: [ParameterSpec] = [],
    _ handler: @escaping @Sendable (RouteRequest) async throws -> Message
  ) -> RouteSpec {
    RouteSpec(
      path, operation: operation, tag: tag, summary: summary, parameters: parameters,
      schema: Message.schema
    ) { request in
      try .json(await handler(request))
    }
  }
}

/// A checked request to a route.
package struct RouteRequest: Sendable {
  package let path: String
  /// Values of path and query parameters that were given, by name.
  let values: [String: [String]]
  /// Numbers behind the choices that were given.
  let choices: [String: Int32]
  package let form: Representation
  package let scope: CallScope

  func text(_ name: String) -> String { values[name]?.first ?? "" }

  func all(_ name: String) -> [String] { values[name] ?? [] }

  func unsigned32(_ name: String) -> UInt32 { UInt32(text(name)) ?? 0 }

  func signed64(_ name: String) -> Int64 { Int64(text(name)) ?? 0 }

  func flag(_ name: String) -> Bool { text(name) == "true" }

  /// The enum value of a choice; the unspecified one where none was given.
  func choice<Value: WireEnum>(_ name: String, as type: Value.Type = Value.self) -> Value {
    Value(rawValue: choices[name] ?? 0)
  }
}

/// The answer of a route.
package struct RouteReply: Sendable {
  package let contentType: String
  package let body: [UInt8]
  package var cacheControl: String?

  package init(contentType: String, body: [UInt8], cacheControl: String? = nil) {
    self.contentType = contentType
    self.body = body
    self.cacheControl = cacheControl
  }

  static func text(_ text: String, _ form: Representation) -> RouteReply {
    RouteReply(contentType: form.contentType, body: Array(text.utf8))
  }

  /// A message in canonical JSON.
  static func json(_ message: some WireMessage) throws -> RouteReply {
    do {
      return RouteReply(contentType: Representation.json.contentType, body: try message.jsonUTF8())
    } catch {
      throw RPCError(.internal, "the answer cannot be written as JSON", cause: error)
    }
  }
}
