// How a client reads errors, which any server, proxy or program may have written.

internal import FoundationEssentials

extension ErrorJSON {
  private struct Body: Decodable {
    struct Detail: Decodable {
      var type: String?
      var value: String?
    }
    var code: String?
    var message: String?
    var details: [Detail]?
  }

  private struct End: Decodable {
    var error: Body?
    var metadata: [String: [String]]?
  }

  /// The error in the body of a failed unary call; nil when there is none to be read.
  ///
  /// - Parameter fallback: what an error whose code is not known here counts as. Its message is
  ///   still the server's.
  static func read(body bytes: [UInt8], fallback: RPCError.Code) -> RPCError? {
    guard let body = try? JSONDecoder().decode(Body.self, from: Data(bytes)) else { return nil }
    let code = body.code.flatMap(RPCError.Code.init(rawValue:))
    guard code != nil || body.message?.isEmpty == false else { return nil }
    return error(code ?? fallback, body)
  }

  /// What the last envelope of a stream says.
  ///
  /// - Throws: `internal` when it is not the JSON of the protocol.
  static func read(
    endOfStream bytes: [UInt8]
  ) throws(RPCError) -> (error: RPCError?, trailers: Metadata) {
    let end: End
    do {
      end = try JSONDecoder().decode(End.self, from: Data(bytes))
    } catch {
      throw RPCError(.internal, "the server ended the stream with malformed JSON", cause: error)
    }
    let pairs = (end.metadata ?? [:]).sorted { $0.key < $1.key }
    let trailers = Metadata(
      unchecked: pairs.flatMap { key, values in
        values.map { Metadata.Entry(key: key.lowercased(), value: $0) }
      })
    guard let body = end.error else { return (nil, trailers) }
    // An error whose code is unknown here is still an error.
    let code = body.code.flatMap(RPCError.Code.init(rawValue:)) ?? .unknown
    var error = error(code, body)
    error.metadata = trailers
    return (error, trailers)
  }

  private static func error(_ code: RPCError.Code, _ body: Body) -> RPCError {
    var error = RPCError(code, body.message ?? "")
    error.isFromPeer = true
    error.details = (body.details ?? []).compactMap { detail in
      guard let type = detail.type, let value = detail.value.flatMap({ Base64.decode($0.utf8) })
      else { return nil }
      return ErrorDetail(typeName: type, value: value)
    }
    return error
  }
}
