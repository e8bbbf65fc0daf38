// The life of a service's process, from a checked configuration to an exit code.
//
//   admin listener → compose → checks and parts run → SIGTERM or SIGINT → not ready → parts stop, last
//   added first → admin listener closes → exit

internal import CoreMetrics
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Runs one program once.
struct ServiceRunner<Program: ServiceProgram> {
  /// What parts other than the drain may take to stop, before the process gives up on them.
  static var stopMargin: Duration { .seconds(3) }

  private let configuration: Configuration
  private let readiness = Readiness()
  private let metrics = MetricsRegistry()
  private let descriptors = Descriptors()

  init(_ configuration: Configuration) {
    self.configuration = configuration
  }

  func run() async -> ExitStatus {
    ignoreBrokenPipes()
    let logger: Logger
    do throws(ConfigurationError) {
      let level = try configuration.value(StandardKeys.logLevel).level
      LoggingSystem.bootstrap { label in
        JSONLogHandler(label: label, level: level, writer: .standardError)
      }
      MetricsSystem.bootstrap(metrics)
      ProcessMetrics.register(
        in: metrics, program: Program.name, version: ProductVersion.current)
      logger = Logger(label: Program.name)
    } catch {
      return fail(error)
    }
    let admin = AdminServer(readiness: readiness, metrics: metrics, descriptors: descriptors)
    do {
      let key = StandardKeys.adminListen(default: Program.adminListen)
      let address = try await admin.start(try configuration.value(key))
      let composer = try ServiceComposer(
        configuration: configuration, logger: logger, metrics: metrics, readiness: readiness,
        descriptors: descriptors)
      composer.listening("admin", at: "\(address)")
      try await Program.compose(composer)
      try await serve(composer, logger)
      await admin.stop()
      logger.info("stopped")
      return .success
    } catch {
      await admin.stop()
      return fail(error)
    }
  }

  private func serve(_ composer: ServiceComposer, _ logger: Logger) async throws {
    let readiness = readiness
    composer.background("readiness") { await readiness.run() }
    let limit = composer.drainTimeout + Self.stopMargin
    composer.add(
      "drain",
      DrainPart(readiness: readiness, limit: limit, program: Program.name, logger: logger))
    var group = ServiceGroupConfiguration(
      services: composer.parts, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.logging.keys.signalKey = "signal"
    readiness.begin()
    for listener in composer.listeners {
      logger.info("\(listener.what) is listening", metadata: ["address": "\(listener.address)"])
    }
    for name in composer.configuration.unknownVariables {
      logger.warning(
        "\(Configuration.unknownVariable)", metadata: ["variable": "\(name)"])
    }
    logger.info("started", metadata: ["version": "\(ProductVersion.current)"])
    try await ServiceGroup(configuration: group).run()
  }

  private func fail(_ error: any Error) -> ExitStatus {
    if let error = error as? ConfigurationError {
      for problem in error.problems { StartFailure.say(Program.name, "\(problem)") }
      return .configuration
    }
    StartFailure.say(
      Program.name, "\(BilingualText("运行失败", "failed")): \(error)")
    return .failure
  }

  /// A peer that goes away must not end the process by a signal.
  private func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
  }
}

/// Added last, so it hears of the shutdown first: readiness goes down before anything stops, and a
/// part that never ends cannot keep the process.
private struct DrainPart: Service {
  let readiness: Readiness
  let limit: Duration
  let program: String
  let logger: Logger

  func run() async throws {
    try? await gracefulShutdown()
    readiness.drain()
    logger.info("stopping")
    let limit = limit
    let program = program
    Task.detached {
      try? await Task.sleep(for: limit)
      let text = BilingualText("部分工作未能按时结束，已放弃", "some work did not end in time and was abandoned")
      StartFailure.say(program, "\(text)")
      exit(ExitStatus.abandoned.rawValue)
    }
  }
}
