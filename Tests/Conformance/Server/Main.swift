// A server for the conformance tests. It prints one line of JSON with the addresses that it listens
// on, and ends when its standard input does, so that no test leaves one behind.

internal import ArgumentParser
internal import FixtureMessages
internal import Foundation
internal import Logging
internal import RPC
internal import TLS
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

  @Option(help: "PEM file with the chain of the server's certificate, for a listener with TLS.")
  var certificate: String?

  @Option(help: "PEM file with its key.")
  var key: String?

  @Option(help: "PEM file with the authorities whose clients are let in.")
  var clientCA: String?

  /// Methods that are known and of which none is implemented.
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
    let direct = ChannelServer(router: router, limits: limits, logger: logger)
    let address = try await direct.start(Self.anywhere)
    var addresses = ["direct": address.description]

    // A second listener that passes everything through to the first one, as a gateway does.
    let channel = HTTP2Channel(endpoints: [address], logger: logger)
    var passing = Router()
    passing.fallback(prefix: "/lianshe.") { call in try await call.forward(to: channel) }
    let through = ChannelServer(router: passing, limits: limits, logger: logger)
    addresses["through"] = try await through.start(Self.anywhere).description

    if certificate != nil {
      let files = TLSFiles(certificate: certificate, key: key, authorities: clientCA)
      let tls = try TLSServer(TLSServerOptions(files: files), logger: logger)
      let secure = ChannelServer(
        router: router, limits: limits, logger: logger, channelInitializer: tls.initializer)
      addresses["secure"] = try await secure.start(Self.anywhere).description
    }
    try FileHandle.standardOutput.write(
      contentsOf: JSONEncoder().encode(addresses) + Data("\n".utf8))
    Thread.detachNewThread {
      while let data = try? FileHandle.standardInput.read(upToCount: 1), !data.isEmpty {}
      Foundation.exit(0)
    }
    try await direct.run()
  }

  private static let anywhere = Endpoint(host: "127.0.0.1", port: 0)
}
