// The handlers of the sample: a shelf of teas in memory, and methods that give back what they get.

internal import GeoMessages
internal import OtherTeaMessages
internal import RPC
internal import TeaMessages
internal import WellKnownMessages
internal import Wire

/// The teas by name.
actor TeaShelf: TeaServiceHandler {
  private var teas: [Swift.String: Tea] = [:]

  func getTea(_ request: GetTeaRequest, context: RPC.CallContext) async throws -> Tea {
    guard let tea = teas[request.name] else {
      throw RPCError(.notFound, "no tea is called \(request.name)")
    }
    return tea
  }

  func putTea(_ request: Tea, context: RPC.CallContext) async throws -> Tea {
    guard !request.name.isEmpty else { throw RPCError(.invalidArgument, "name: needed") }
    var tea = request
    // What it is certified as is known by another package's message.
    if case .voucher(let certificate) = request.price {
      tea.attachments.append(
        AnyMessage(
          typeUrl: "type.googleapis.com/\(OtherTeaMessages.Certificate.schema.name)",
          value: try certificate.protobufBytes()))
    }
    teas[tea.name] = tea
    return tea
  }

  func listTeas(
    _ request: ListTeasRequest, responses: ResponseWriter<Tea>, context: RPC.CallContext
  ) async throws {
    let sorted = teas.values.sorted { $0.name < $1.name }
    let limit = request.limit == 0 ? sorted.count : Int(request.limit)
    for tea in sorted.prefix(limit) { try await responses.write(tea) }
  }

  func describe(_ request: Empty, context: RPC.CallContext) async throws -> Struct {
    let names = teas.keys.sorted().map { Value(kind: .stringValue($0)) }
    return Struct(fields: [
      "count": Value(kind: .numberValue(Double(teas.count))),
      "names": Value(kind: .listValue(ListValue(values: names))),
      "next": Value(kind: .nullValue(.nullValue)),
    ])
  }
}

/// Methods and messages whose names mean something in Swift.
struct Mirror: OddHandler {
  func all(
    _ request: TeaMessages.AnyMessage, context: RPC.CallContext
  ) async throws -> TeaMessages.AnyMessage { request }

  func serviceName(
    _ request: TeaMessages.String, context: RPC.CallContext
  ) async throws -> TeaMessages.Result {
    TeaMessages.Result(result: .resultText(request.value))
  }

  func self_(_ request: SelfMessage, context: RPC.CallContext) async throws -> SelfMessage {
    request
  }

  func init_(
    _ request: TeaMessages.Optional, context: RPC.CallContext
  ) async throws -> TeaMessages.Optional { request }

  func `import`(
    _ request: TeaMessages.Error, responses: ResponseWriter<TeaMessages.Error>,
    context: RPC.CallContext
  ) async throws {
    try await responses.write(request)
  }

  func channel(_ request: Empty, context: RPC.CallContext) async throws -> Empty { request }
}
