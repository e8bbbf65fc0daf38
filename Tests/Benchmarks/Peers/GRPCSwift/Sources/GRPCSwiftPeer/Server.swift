// The same service on grpc-swift-2, on one event loop. Usage: GRPCSwiftPeer PORT CATALOGUE

private import Foundation
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
private import NIOPosix

private typealias API = Lianshe_Benchmark_V1_BenchmarkService
private typealias IndicatorMessage = Lianshe_Benchmark_V1_Indicator

/// What a service would keep in memory: plain values, made into a message for each request.
private struct StoredIndicator: Sendable {
  var code, nameZh, nameEn, unit, partOf: String
  var scale: UInt32
  var kind: Int
  var mayBeNegative: Bool
}

private struct BenchmarkService: API.SimpleServiceProtocol {
  let indicators: [String: StoredIndicator]

  /// - Parameter path: lines of code, name_zh, name_en, unit, scale, kind, part_of and
  ///   may_be_negative, separated by tabs.
  init(catalogue path: String) throws {
    var indicators: [String: StoredIndicator] = [:]
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard cells.count == 8 else { continue }
      indicators[cells[0]] = StoredIndicator(
        code: cells[0], nameZh: cells[1], nameEn: cells[2], unit: cells[3],
        partOf: cells[6] == "-" ? "" : cells[6], scale: UInt32(cells[4]) ?? 0,
        kind: Int(cells[5]) ?? 0, mayBeNegative: cells[7] == "1")
    }
    self.indicators = indicators
  }

  func getIndicator(
    request: Lianshe_Benchmark_V1_GetIndicatorRequest, context: ServerContext
  ) async throws -> Lianshe_Benchmark_V1_GetIndicatorResponse {
    guard let stored = indicators[request.code] else {
      throw RPCError(code: .notFound, message: "no such indicator")
    }
    return .with { response in
      response.indicator = .with { indicator in
        indicator.code = stored.code
        indicator.nameZh = stored.nameZh
        indicator.nameEn = stored.nameEn
        indicator.unit = stored.unit
        indicator.scale = stored.scale
        indicator.kind = .init(rawValue: stored.kind) ?? .unspecified
        indicator.partOf = stored.partOf
        indicator.mayBeNegative = stored.mayBeNegative
      }
    }
  }

  func echo(
    request: Lianshe_Benchmark_V1_EchoRequest, context: ServerContext
  ) async throws -> Lianshe_Benchmark_V1_EchoResponse {
    .with { $0.items = request.items }
  }
}

@main
struct Server {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let port = Int(arguments[1]) else {
      throw RPCError(code: .invalidArgument, message: "usage: GRPCSwiftPeer PORT CATALOGUE")
    }
    let server = GRPCServer(
      transport: .http2NIOPosix(
        address: .ipv4(host: "127.0.0.1", port: port), transportSecurity: .plaintext,
        config: .defaults { config in
          config.rpc.maxRequestPayloadSize = 16 << 20
        }, eventLoopGroup: MultiThreadedEventLoopGroup(numberOfThreads: 1)),
      services: [try BenchmarkService(catalogue: arguments[2])])
    try await server.serve()
  }
}
