// The service of the benchmark on the channel, without access rules and metrics: what the channel
// itself costs, for messages of any size. Usage: EchoServer PORT CATALOGUE

internal import BenchmarkMessages
private import Foundation
private import NIOPosix
internal import RPC
private import Transport

struct BenchmarkService: BenchmarkServiceHandler {
  let indicators: [String: Indicator]

  func getIndicator(
    _ request: GetIndicatorRequest, context: CallContext
  ) async throws -> GetIndicatorResponse {
    guard let indicator = indicators[request.code] else {
      throw RPCError(.notFound, "no such indicator")
    }
    return GetIndicatorResponse(indicator: indicator)
  }

  func echo(_ request: EchoRequest, context: CallContext) async throws -> EchoResponse {
    EchoResponse(items: request.items)
  }
}

extension BenchmarkService {
  /// - Parameter path: lines of code, name_zh, name_en, unit, scale, kind, part_of and
  ///   may_be_negative, separated by tabs.
  init(catalogue path: String) throws {
    var indicators: [String: Indicator] = [:]
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard cells.count == 8 else { continue }
      indicators[cells[0]] = Indicator(
        code: cells[0], nameZh: cells[1], nameEn: cells[2], unit: cells[3],
        scale: UInt32(cells[4]) ?? 0, kind: .flow, partOf: cells[6] == "-" ? "" : cells[6],
        mayBeNegative: cells[7] == "1")
    }
    self.init(indicators: indicators)
  }
}

@main
struct EchoServer {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let port = Int(arguments[1]) else {
      throw RPCError(.invalidArgument, "usage: EchoServer PORT CATALOGUE")
    }
    var router = Router()
    router.registerBenchmarkService(try BenchmarkService(catalogue: arguments[2]))
    let server = ChannelServer(
      router: router, group: MultiThreadedEventLoopGroup(numberOfThreads: 1))
    try await server.start(Endpoint(host: "127.0.0.1", port: port))
    try await server.run()
  }
}
