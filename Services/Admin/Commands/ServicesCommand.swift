internal import ArgumentParser
internal import HealthMessages
internal import RPC

struct ServicesCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "services",
      abstract: ambient("各服务是否正常", "The health of every service"),
      discussion: ambient(
        """
        有一个不正常，退出码就是 1。

        例：
          lianshe services
          lianshe services --statistics http://10.0.0.7:7402
        """,
        """
        The exit code is 1 if any of them is not well.

        Examples:
          lianshe services
          lianshe services --statistics http://10.0.0.7:7402
        """))
  }

  @OptionGroup var connection: ConnectionOptions

  static let defaultTimeout: Duration = .seconds(5)

  func run() async throws {
    try await Running.command(try connection.session(defaultTimeout: Self.defaultTimeout)) {
      session in
      try await ServicesCommand.run(session)
    }
  }

  static func run(_ session: Session) async throws {
    let states = try await withThrowingTaskGroup(of: (ServiceName, ServiceState).self) { group in
      for service in ServiceName.allCases {
        group.addTask { (service, try await ServiceState(of: service, session)) }
      }
      var states: [ServiceName: ServiceState] = [:]
      for try await (service, state) in group { states[service] = state }
      return states
    }
    let rows = ServiceName.allCases.map { service in
      [
        service.rawValue, service.title[session.language],
        session.channels.target(service).address,
        states[service]?.words[session.language] ?? "",
      ]
    }
    for line in Table.lines(rows) { try session.console.print(line) }
    let unwell = ServiceName.allCases.filter { states[$0]?.isServing != true }.map(\.rawValue)
    guard unwell.isEmpty else {
      throw Failure(
        .failure, "不正常：\(unwell.joined(separator: "、"))",
        "not serving: \(unwell.joined(separator: ", "))")
    }
  }
}

/// How a service answered the question for its health.
enum ServiceState: Sendable, Equatable {
  case serving(milliseconds: Int)
  case notServing
  case failed(String)

  /// - Throws: only when the address itself cannot be used.
  init(of service: ServiceName, _ session: Session) async throws {
    let client = HealthClient(channel: try session.channels.channel(to: service))
    let start = ContinuousClock.now
    do {
      // Health is open; a token that has expired must not make a service look unwell.
      let answer = try await client.check(
        HealthCheckRequest(), options: CallOptions(timeout: session.timeout))
      let elapsed = start.duration(to: .now) / .milliseconds(1)
      self = answer.status == .serving ? .serving(milliseconds: Int(elapsed)) : .notServing
    } catch let error as RPCError {
      if error.code == .canceled, Task.isCancelled { throw CancellationError() }
      self = .failed("\(error)")
    }
  }

  var isServing: Bool {
    if case .serving = self { true } else { false }
  }

  var words: Phrase {
    switch self {
    case .serving(let milliseconds):
      Phrase("正常 (\(milliseconds) 毫秒)", "serving (\(milliseconds) ms)")
    case .notServing: Phrase("未就绪", "not serving")
    case .failed(let reason): Phrase("连不上：\(reason)", "unreachable: \(reason)")
    }
  }
}
