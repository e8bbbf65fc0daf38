// Counts allocations, which are the same on every machine and under every load, and holds them to
// what was measured last. A number that fell is written down here; one that rose is explained.

internal import BenchmarkMessages
private import CAllocationCounter
private import Foundation
private import HTTP2
internal import RPC
private import Wire

/// What one of something may allocate.
private struct Gate {
  let name: String
  /// Measured, rounded up to the next whole number.
  let limit: Double
  let count: Double

  var holds: Bool { count <= limit }
}

@main
struct Allocations {
  static let rounds = 1_000

  static func main() async throws {
    var gates: [Gate] = []
    func gate(_ name: String, _ limit: Double, _ count: Double) {
      gates.append(Gate(name: name, limit: limit, count: count))
    }
    let message = try Samples.request.protobufBytes()
    gate("decode", 2, try each { _ = try GetIndicatorRequest(protobuf: message) })
    gate("encode", 2, try each { _ = try Samples.response.protobufBytes() })
    gate(
      "decode_100_items", 102,
      try each { _ = try EchoRequest(protobuf: Samples.manyItems) })
    // Refused at its very last byte, so all of it was looked at and nothing was decoded.
    let cut = Array(Samples.manyItems.dropLast())
    gate("prescan_100_items", 1, each { _ = try? EchoRequest(protobuf: cut) })
    gate("http2_request", 6, try HTTP2Measure.requestAllocations())
    // The head is read for each call here; a transport has one that repeats read once.
    gate("rpc_request", 6, try await RPCMeasure.requestAllocations(atOnce: false))
    gate("rpc_request_at_once", 6, try await RPCMeasure.requestAllocations(atOnce: true))
    gate("socket_request", 19, try await SocketMeasure.requestAllocations(atOnce: false))
    gate("socket_request_at_once", 13, try await SocketMeasure.requestAllocations(atOnce: true))
    for gate in gates {
      let verdict = gate.holds ? "pass" : "FAIL"
      print(
        "allocations_\(gate.name) \(String(format: "%.2f", gate.count)) must ≤ "
          + "\(String(format: "%.0f", gate.limit)) \(verdict)")
    }
    exit(gates.allSatisfy(\.holds) ? 0 : 1)
  }

  /// Allocations of one run, when all that is kept for the next ones is there.
  static func each(_ body: () throws -> Void) rethrows -> Double {
    for _ in 0..<rounds { try body() }
    let before = allocation_count()
    for _ in 0..<rounds { try body() }
    return Double(allocation_count() - before) / Double(rounds)
  }
}

/// What is sent and answered.
enum Samples {
  static let request = GetIndicatorRequest(code: "gross_output_value_of_industrial_crafts")
  static let indicator = Indicator(
    code: "gross_output_value_of_industrial_crafts", nameZh: "工业合作社手工业总产值（含外发加工与来料加工）",
    nameEn: "Gross output of industrial crafts, at current prices", unit: "元", scale: 2,
    kind: .flow)
  static let response = GetIndicatorResponse(indicator: indicator)
  static let manyItems: [UInt8] = {
    let items = (0..<100).map {
      Item(name: "item", number: Int64($0), text: "合作 the quick brown fox jumps over the dog \($0)")
    }
    return (try? EchoRequest(items: items).protobufBytes()) ?? []
  }()
}

struct IndicatorService: BenchmarkServiceHandler {
  func getIndicator(
    _ request: GetIndicatorRequest, context: CallContext
  ) async throws -> GetIndicatorResponse {
    Samples.response
  }

  func echo(_ request: EchoRequest, context: CallContext) async throws -> EchoResponse {
    EchoResponse(items: request.items)
  }

  static func router(atOnce: Bool) -> Router {
    var router = Router()
    router.registerBenchmarkService(IndicatorService())
    if atOnce {
      router.atOnce(BenchmarkServiceMethods.getIndicator) { _, _ in Samples.response }
    }
    return router
  }
}

/// The protocol alone: a head and a body in, an answer out.
enum RPCMeasure {
  static func requestAllocations(atOnce: Bool) async throws -> Double {
    let server = RPCServer(router: IndicatorService.router(atOnce: atOnce))
    let head = RequestHead(
      verb: "POST", path: BenchmarkServiceMethods.getIndicator.info.path,
      fields: [.init("content-type", "application/proto"), .init("connect-protocol-version", "1")])
    let body = try Samples.request.protobufBytes()
    let now = CallInstant.now
    func one() async {
      var call = ServerCall(server: server)
      _ = call.receive(head, endStream: false, peer: "peer", now: now)
      guard case .run(.unary(let call)) = call.receive(body, endStream: true, now: now) else {
        return
      }
      if atOnce, call.runAtOnce() != nil { return }
      _ = await call.run()
    }
    for _ in 0..<Allocations.rounds { await one() }
    let before = allocation_count()
    for _ in 0..<Allocations.rounds { await one() }
    return Double(allocation_count() - before) / Double(Allocations.rounds)
  }
}
