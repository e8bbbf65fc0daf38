// A server for the conformance tests. It prints one line of JSON with the addresses that it listens
// on, and ends when its standard input does, so that no test leaves one behind.

internal import ArgumentParser
internal import FixtureMessages
internal import Foundation
internal import Logging
internal import RPC
internal import Transport

@main
struct ConformanceServer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serves lianshe.fixture.v1.ConformanceService, directly and passed through.")

  @Option(help: "The largest request message, in bytes.")
  var maximumRequestBytes = RPCLimits().maximumRequestBytes

  @Option(help: "The largest message of an answer, in bytes.")
  var maximumResponseBytes = RPCLimits().maximumResponseBytes

  @Option(help: "Messages of at least so many bytes are compressed.")
  var compressionThresholdBytes = RPCLimits().compressionThresholdBytes

  /// Names of services of which nothing is implemented.
  private static let absent = [
    MethodInfo(
      service: ConformanceServiceMethods.serviceName, method: "Absent", kind: .unary),
    MethodInfo(
      service: ConformanceServiceMethods.serviceName, method: "AbsentGet", kind: .unary,
      idempotency: .noSideEffects),
    MethodInfo(
      service: ConformanceServiceMethods.serviceName, method: "AbsentStream",
      kind: .serverStreaming),
  ]

  func run() async throws {
    var limits = TransportLimits()
    limits.call.maximumRequestBytes = maximumRequestBytes
    limits.call.maximumResponseBytes = maximumResponseBytes
    limits.call.compressionThresholdBytes = compressionThresholdBytes
    let logger = Logger(label: "conformance") { StreamLogHandler.standardError(label: $0) }

    var router = Router()
    router.registerConformanceService(Conformance())
    router.declare(Self.absent)
    let server = ChannelServer(router: router, limits: limits, logger: logger)
    let address = try await server.start(Endpoint(host: "127.0.0.1", port: 0))

    // A second listener that passes everything through to the first one, as a gateway does.
    let channel = HTTP2Channel(endpoints: [address], logger: logger)
    var passing = Router()
    passing.fallback(prefix: "/lianshe.") { call in try await call.forward(to: channel) }
    let front = ChannelServer(router: passing, limits: limits, logger: logger)
    let frontAddress = try await front.start(Endpoint(host: "127.0.0.1", port: 0))

    let line = #"{"direct":"\#(address)","through":"\#(frontAddress)"}"# + "\n"
    try FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
    Thread.detachNewThread {
      while let data = try? FileHandle.standardInput.read(upToCount: 1), !data.isEmpty {}
      Foundation.exit(0)
    }
    try await server.run()
  }
}
