@testable internal import Bootstrap
internal import Foundation
internal import RPC
internal import ServiceLifecycle
internal import Testing
internal import Transport

#if canImport(Glibc)
  internal import Glibc
#endif

/// A service whose behaviour is a setting.
private struct Fixture: ServiceProgram {
  enum Behaviour: String, CaseIterable, Sendable {
    /// Stops itself by SIGTERM or SIGINT once it runs.
    case terminated, interrupted
    case failsToStart, failsLater, neverStops, portInUse
  }

  static let name = "lianshe-fixture"
  static let summary = BilingualText("测试服务", "A service for tests")
  static let adminListen = "127.0.0.1:0"
  static let behaviour = ConfigurationKey<Behaviour>.choice(
    "LIANSHE_BEHAVIOUR", default: "terminated", summary: BilingualText("行为", "behaviour"))
  static let listen = StandardKeys.listen(default: "127.0.0.1:0")
  static let keys = [behaviour.declaration, listen.declaration]
  static let verbs = [
    OperatorVerb(
      "tell", form: "[=<word>]", summary: BilingualText("说", "says"),
      accepts: { $0 != "nonsense" }
    ) { configuration, value, say in
      say("listen \(try configuration.value(listen)), value \(value ?? "none")")
      if value == "failing" { throw TransportError(.invalidState, "the database\nis away") }
      return value != "bad"
    },
    OperatorVerb("sing", summary: BilingualText("唱", "sings")) { _, _, _ in true },
  ]

  static func compose(_ service: ServiceComposer) async throws {
    service.onShutdown("first part") { print("first part stopped") }
    service.background("worker") {
      do {
        try await Task.sleep(for: .seconds(3_600))
      } catch {
        print("worker cancelled")
      }
    }
    let address = try await service.serve(Router(), on: service.value(listen))
    switch try service.value(behaviour) {
    case .terminated: kill(service, SIGTERM)
    case .interrupted: kill(service, SIGINT)
    case .failsToStart: throw TransportError(.invalidState, "the database\nis away")
    case .failsLater:
      service.background("broken") { throw TransportError(.invalidState, "broke while running") }
    case .neverStops:
      service.add("stubborn", Stubborn())
      kill(service, SIGTERM)
    case .portInUse:
      try await service.serve(Router(), on: address)
    }
  }

  /// Sends the signal when the process is ready, by when signals are handled.
  private static func kill(_ service: ServiceComposer, _ signal: Int32) {
    let readiness = service.readiness
    service.background("signal") {
      while !readiness.report.isReady { try await Task.sleep(for: .milliseconds(5)) }
      try await Task.sleep(for: .milliseconds(50))
      Glibc.kill(getpid(), signal)
    }
  }
}

private struct Stubborn: Service {
  func run() async throws {
    await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
  }
}

@Suite("The life of a service", .serialized, .timeLimit(.minutes(3)))
struct LifeTests {
  /// Lines of stderr that are no JSON: what an operator reads.
  private func plainLines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init).filter {
      !$0.hasPrefix("{")
    }
  }

  @Test("SIGTERM stops the parts in reverse order, and the process with 0")
  func terminated() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(0),
      observing: [\.standardErrorContent, \.standardOutputContent]
    ) {
      await Fixture.run(arguments: [])
    }
    let out = String(decoding: result.standardOutputContent, as: UTF8.self)
    let worker = try #require(out.firstRange(of: "worker cancelled"))
    let first = try #require(out.firstRange(of: "first part stopped"))
    #expect(worker.lowerBound < first.lowerBound)
    #expect(plainLines(result.standardErrorContent).isEmpty)
    let log = String(decoding: result.standardErrorContent, as: UTF8.self)
    for message in ["admin is listening", "channel is listening", "started", "stopping", "stopped"]
    {
      #expect(log.contains("\"message\":\"\(message)\""), "\(message)")
    }
  }

  @Test("SIGINT does the same")
  func interrupted() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(0), observing: [\.standardErrorContent]
    ) {
      await Fixture.run(arguments: ["--behaviour", "interrupted"])
    }
    #expect(plainLines(result.standardErrorContent).isEmpty)
  }

  @Test("a failed start is one clear line and 1")
  func failsToStart() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(1), observing: [\.standardErrorContent]
    ) {
      await Fixture.run(arguments: ["--behaviour", "failsToStart"])
    }
    #expect(
      plainLines(result.standardErrorContent) == [
        "lianshe-fixture: 运行失败 / failed: the database is away"
      ])
  }

  @Test("a port in use is one clear line and 1")
  func portInUse() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(1), observing: [\.standardErrorContent]
    ) {
      await Fixture.run(arguments: ["--behaviour", "portInUse"])
    }
    let lines = plainLines(result.standardErrorContent)
    #expect(lines.count == 1)
    #expect(lines.first?.contains("已被其他程序占用") == true)
    #expect(lines.first?.hasSuffix("is in use by another program") == true)
    let all = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(all.split(separator: "\n").count == 1, "nothing of what went well before: \(all)")
  }

  @Test("a part that fails while running ends the process in order, with its reason and 1")
  func failsLater() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(1),
      observing: [\.standardErrorContent, \.standardOutputContent]
    ) {
      await Fixture.run(arguments: ["--behaviour", "failsLater"])
    }
    #expect(
      plainLines(result.standardErrorContent) == [
        "lianshe-fixture: 运行失败 / failed: broke while running"
      ])
    #expect(
      String(decoding: result.standardOutputContent, as: UTF8.self).contains("first part stopped"))
  }

  @Test("a part that never stops is abandoned with a line and 3")
  func neverStops() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(3), observing: [\.standardErrorContent]
    ) {
      await Fixture.run(
        arguments: ["--behaviour", "neverStops", "--drain-timeout", "100ms"])
    }
    #expect(plainLines(result.standardErrorContent).count == 1)
  }

  @Test("--check-config prints the effective values and starts nothing")
  func checkConfig() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(0), observing: [\.standardOutputContent]
    ) {
      await Fixture.run(arguments: ["--check-config", "--listen=127.0.0.1:9"])
    }
    let lines = String(decoding: result.standardOutputContent, as: UTF8.self).split(separator: "\n")
    #expect(lines.contains("LIANSHE_LISTEN=127.0.0.1:9    # 命令行 command line"))
    #expect(lines.contains("LIANSHE_DRAIN_TIMEOUT=6s    # 默认 default"))
    #expect(!lines.contains("worker cancelled"))
  }

  @Test("a verb gets the configuration and its value, answers, and starts nothing")
  func verb() async throws {
    let good = try await #require(
      processExitsWith: .exitCode(0),
      observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      await Fixture.run(arguments: ["--listen", "127.0.0.1:9", "--tell=a=b"])
    }
    #expect(good.standardOutputContent == Array("listen 127.0.0.1:9, value a=b\n".utf8))
    #expect(good.standardErrorContent.isEmpty)
    let bad = try await #require(
      processExitsWith: .exitCode(1), observing: [\.standardOutputContent]
    ) {
      await Fixture.run(arguments: ["--tell=bad"])
    }
    #expect(bad.standardOutputContent == Array("listen 127.0.0.1:0, value bad\n".utf8))
    let failing = try await #require(
      processExitsWith: .exitCode(69), observing: [\.standardErrorContent]
    ) {
      await Fixture.run(arguments: ["--tell=failing"])
    }
    #expect(
      plainLines(failing.standardErrorContent) == [
        "lianshe-fixture: 未能完成 / could not be done: the database is away"
      ])
  }

  @Test(
    "a verb with a wrong value, and two verbs, end with 64 and say how it is written",
    arguments: [
      (["--tell=nonsense"], "--tell[=<word>]"), (["--sing=loud"], "--sing"),
      (["--tell", "--sing"], "only one"),
    ])
  func wrongVerb(arguments: [String], said: String) async throws {
    let result = try await #require(
      processExitsWith: .exitCode(64), observing: [\.standardErrorContent]
    ) { [arguments = arguments as [String]] in
      await Fixture.run(arguments: arguments)
    }
    let lines = plainLines(result.standardErrorContent)
    #expect(lines.count == 1)
    #expect(lines.first?.contains(said) == true)
  }

  @Test("a bad value ends with 78, a bad option with 64, one line each")
  func badConfiguration() async throws {
    let value = try await #require(
      processExitsWith: .exitCode(78), observing: [\.standardErrorContent]
    ) {
      await Fixture.run(arguments: ["--listen", "nowhere"])
    }
    let lines = plainLines(value.standardErrorContent)
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix("lianshe-fixture: LIANSHE_LISTEN = \"nowhere\"") == true)
    let option = try await #require(
      processExitsWith: .exitCode(64), observing: [\.standardErrorContent]
    ) {
      await Fixture.run(arguments: ["--lisen", "nowhere"])
    }
    #expect(plainLines(option.standardErrorContent).count == 1)
  }

  @Test("help lists every key with its flag, rule and default")
  func help() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(0), observing: [\.standardOutputContent]
    ) {
      await Fixture.run(arguments: ["--help"])
    }
    let text = String(decoding: result.standardOutputContent, as: UTF8.self)
    for word in [
      "LIANSHE_LISTEN", "--drain-timeout", "6s", "--check-config", "--config", "测试服务",
      "--tell[=<word>]", "唱 / sings",
    ] {
      #expect(text.contains(word), "\(word)")
    }
  }

  @Test("--version names the program and its version")
  func version() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(0), observing: [\.standardOutputContent]
    ) {
      await Fixture.run(arguments: ["--version"])
    }
    let text = String(decoding: result.standardOutputContent, as: UTF8.self)
    #expect(text.contains("lianshe-fixture \(ProductVersion.current)"))
  }
}
