// Calls made by our client for the conformance tests: each line of standard input is a call as JSON,
// each line of standard output is what became of it.

internal import FixtureMessages
internal import Foundation
internal import Logging
internal import RPC
internal import TLS
internal import Transport
internal import Wire

@main
enum ConformanceClient {
  static func main() async throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    while let line = readLine() {
      let call = try decoder.decode(Call.self, from: Data(line.utf8))
      let outcome = try encoder.encode(await call.make())
      try FileHandle.standardOutput.write(contentsOf: outcome + Data("\n".utf8))
    }
  }
}

/// One call.
struct Call: Decodable {
  var address: String
  /// `Unary`, `Get`, `Put`, `Stream`.
  var method: String
  /// The request, as the JSON of its message.
  var message: String
  var codec: String?
  var compression: String?
  var acceptsGzip: Bool?
  var verb: String?
  var timeoutMilliseconds: Int64?
  var maximumResponseBytes: Int?
  var metadata: [[String]]?
  /// PEM files for an address that begins with `https://`.
  var certificate: String?
  var key: String?
  var authorities: String?
  /// A stream is cancelled after so many messages.
  var cancelAfter: Int?
}

/// What became of a call.
struct Outcome: Encodable {
  struct Failure: Encodable {
    struct Detail: Encodable {
      var type: String
      var value: String
    }
    var code: String
    var message: String
    var status: Int
    var details: [Detail]
    var metadata: [[String]]
    var wasNotProcessed: Bool
  }
  /// The messages, as the JSON of each.
  var messages: [String] = []
  var headers: [[String]] = []
  var trailers: [[String]] = []
  var error: Failure?
}

extension Call {
  /// Compresses from the first byte on, so that every size is tried.
  private static let limits: RPCLimits = {
    var limits = RPCLimits()
    limits.compressionThresholdBytes = 1
    return limits
  }()

  func make() async -> Outcome {
    var outcome = Outcome()
    do {
      let channel = try channel()
      defer { channel.close() }
      let request = try ConformanceRequest(jsonUTF8: Array(message.utf8))
      switch method {
      case "Stream", "ReadStream": try await stream(request, channel, &outcome)
      default: try await unary(request, channel, &outcome)
      }
    } catch let error as RPCError {
      outcome.error = Outcome.Failure(error)
    } catch {
      outcome.error = Outcome.Failure(RPCError(.internal, "not an RPCError: \(error)"))
    }
    return outcome
  }

  private func channel() throws -> HTTP2Channel {
    let logger = Logger(label: "conformance") { StreamLogHandler.standardError(label: $0) }
    let files = TLSFiles(certificate: certificate, key: key, authorities: authorities)
    let trust = authorities == nil ? nil : try TLSClient(TLSClientOptions(files: files))
    var options = HTTP2ChannelOptions()
    options.call = Self.limits
    return HTTP2Channel(
      endpoints: try Endpoint.list(address), options: options, logger: logger,
      secureInitializer: trust?.initializer)
  }

  private func unary(
    _ request: ConformanceRequest, _ channel: HTTP2Channel, _ outcome: inout Outcome
  ) async throws {
    let descriptor =
      switch method {
      case "Get": ConformanceServiceMethods.get
      case "Put": ConformanceServiceMethods.put
      default: ConformanceServiceMethods.unary
      }
    let answer = try await channel.call(descriptor, request, options: try options())
    outcome.messages = [String(decoding: try answer.message.jsonUTF8(), as: UTF8.self)]
    outcome.headers = answer.headers.map { [$0.key, $0.value] }
    outcome.trailers = answer.trailers.map { [$0.key, $0.value] }
  }

  private func stream(
    _ request: ConformanceRequest, _ channel: HTTP2Channel, _ outcome: inout Outcome
  ) async throws {
    let descriptor =
      method == "Stream"
      ? ConformanceServiceMethods.stream : ConformanceServiceMethods.readStream
    let stream = try await channel.serverStreaming(
      descriptor, request, options: try options())
    outcome.headers = stream.headers.map { [$0.key, $0.value] }
    defer { outcome.trailers = stream.trailers.map { [$0.key, $0.value] } }
    for try await message in stream {
      outcome.messages.append(String(decoding: try message.jsonUTF8(), as: UTF8.self))
      if outcome.messages.count == cancelAfter { stream.cancel() }
    }
  }

  private func options() throws -> CallOptions {
    var options = CallOptions(
      timeout: .milliseconds(timeoutMilliseconds ?? 20_000),
      codec: codec.flatMap(Codec.init) ?? .proto,
      compression: compression.flatMap(ContentCoding.init) ?? .identity,
      acceptsGzip: acceptsGzip ?? true,
      maximumResponseBytes: maximumResponseBytes,
      verb: verb.flatMap(CallVerb.init) ?? .post)
    for pair in metadata ?? [] where pair.count == 2 {
      try options.metadata.add(pair[1], for: pair[0])
    }
    return options
  }
}

extension Outcome.Failure {
  init(_ error: RPCError) {
    self.init(
      code: error.code.rawValue, message: error.message, status: error.httpStatus,
      details: error.details.map {
        Detail(type: $0.typeName, value: Data($0.value).base64EncodedString())
      },
      metadata: error.metadata.map { [$0.key, $0.value] },
      wasNotProcessed: error.wasNotProcessed)
  }
}
