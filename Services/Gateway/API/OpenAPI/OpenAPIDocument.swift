// The OpenAPI 3.1 document, written from the table of routes and from the schemas of the messages.

internal import GatewayReports
internal import Wire

/// Describes routes.
struct OpenAPIDocument {
  let routes: [RouteSpec]

  var json: JSONValue {
    var schemas = SchemaComponents()
    let paths = routes.map { route in
      JSONValue.Member(
        name: route.path,
        value: .object(["get": operation(route, &schemas)]))
    }
    let tags = routes.map(\.tag).reduce(into: [String]()) { list, tag in
      if !list.contains(tag) { list.append(tag) }
    }
    return .object([
      "openapi": "3.1.0",
      "info": .object([
        "title": "联社统计与名录", "version": "1",
        "description": "联社的名录、统计和年度工作报告。只读；写入走二进制通道（Connect 协议）。",
      ]),
      "servers": [.object(["url": "/"])],
      "tags": .array(tags.map { .object(["name": .string($0)]) }),
      "security": [.object([]), .object(["token": []])],
      "paths": .object(paths),
      "components": .object([
        "securitySchemes": .object([
          "token": .object(["type": "http", "scheme": "bearer", "bearerFormat": "JWT"])
        ]),
        "schemas": schemas.json,
        "responses": .object(["problem": Self.problem]),
      ]),
    ])
  }

  private func operation(_ route: RouteSpec, _ schemas: inout SchemaComponents) -> JSONValue {
    .object([
      "operationId": .string(route.operation),
      "tags": .strings([route.tag]),
      "summary": .string(route.summary),
      "parameters": .array(route.parameters.map(Self.parameter) + [Self.timeout]),
      "responses": .object([
        "200": .object([
          "description": .string(route.summary),
          "content": content(route, &schemas),
        ]),
        "default": .object(["$ref": "#/components/responses/problem"]),
      ]),
    ])
  }

  private func content(_ route: RouteSpec, _ schemas: inout SchemaComponents) -> JSONValue {
    guard !route.forms.isEmpty else {
      return .object(["text/css": .object(["schema": .object(["type": "string"])])])
    }
    var members: [JSONValue.Member] = []
    for form in route.forms {
      var schema = JSONValue.object(["type": form == .json ? "object" : "string"])
      if form == .json, !route.schemas.isEmpty {
        let references = route.schemas.map { schemas.reference(to: $0) }
        schema = references.count == 1 ? references[0] : .object(["oneOf": .array(references)])
      }
      members.append(
        JSONValue.Member(name: form.mediaType, value: .object(["schema": schema])))
    }
    return .object(members)
  }

  private static func parameter(_ spec: ParameterSpec) -> JSONValue {
    let one = schema(spec.kind)
    return .object([
      "name": .string(spec.name), "in": .string(spec.place.rawValue),
      "required": .bool(spec.isRequired), "description": .string(spec.summary),
      "schema": spec.isRepeated ? .object(["type": "array", "items": one]) : one,
    ])
  }

  private static func schema(_ kind: ParameterSpec.Kind) -> JSONValue {
    switch kind {
    case .text: .object(["type": "string"])
    case .placeCode: .object(["type": "string", "pattern": "^[0-9]{6}$"])
    case .year: .object(["type": "string", "pattern": "^[0-9]{4}$"])
    case .date: .object(["type": "string", "format": "date"])
    case .unsigned(let maximum):
      .object([
        "type": "integer", "minimum": 0, "maximum": .integer(Int64(clamping: maximum)),
      ])
    case .boolean: .object(["type": "boolean"])
    case .choice(let list): .object(["type": "string", "enum": .strings(list.names)])
    }
  }

  private static let timeout = JSONValue.object([
    "name": "connect-timeout-ms", "in": "header", "required": false,
    "description": "答复的时限（毫秒）；到时已得到的部分照样答复",
    "schema": .object(["type": "integer", "minimum": 1]),
  ])

  private static let problem = JSONValue.object([
    "description": "问题说明（RFC 9457）",
    "content": .object([
      Problem.mediaType: .object([
        "schema": .object([
          "type": "object",
          "required": ["type", "title", "status", "detail", "instance", "code", "traceId"],
          "properties": .object([
            "type": .object(["type": "string", "format": "uri"]),
            "title": .object(["type": "string"]),
            "status": .object(["type": "integer"]),
            "detail": .object(["type": "string"]),
            "instance": .object(["type": "string"]),
            "code": .object(["type": "string"]),
            "traceId": .object(["type": "string"]),
            "violations": .object([
              "type": "array",
              "items": Self.strings(["path", "value", "rule", "messageZh", "messageEn"]),
            ]),
            "resource": .object([
              "type": "object",
              "properties": .object([
                "type": .object(["type": "string"]), "name": .object(["type": "string"]),
                "description": .object(["type": "string"]),
                "available": .object([
                  "type": "array", "items": .object(["type": "string"]),
                ]),
              ]),
            ]),
            "retryDelayMilliseconds": .object(["type": "integer"]),
          ]),
        ])
      ])
    ]),
  ])

  private static func strings(_ names: [String]) -> JSONValue {
    .object([
      "type": "object",
      "properties": .object(
        names.map { JSONValue.Member(name: $0, value: .object(["type": "string"])) }),
    ])
  }
}
