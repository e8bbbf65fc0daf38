internal import Access
internal import CommonMessages
internal import Logging
internal import RPC
internal import RegistryMessages
internal import ServiceAPI
internal import StatisticsAPI
internal import StatisticsDomain
internal import StatisticsMessages
internal import StatisticsStorage
internal import Storage
internal import Synchronization
internal import TestSupport
internal import Testing
internal import Wire

/// A register that is played by the test: each call of WatchChanges takes the next script.
private final class PlayedRegister: RPCChannel {
  typealias Message = RegistryMessages.WatchChangesResponse

  /// What a stream does: its messages, and how it ends.
  struct Script {
    var messages: [Message]
    /// Nil: it stays open until it is cancelled.
    var end: RPCError?
  }

  private struct State {
    var scripts: [Script]
    var cursors: [String] = []
  }

  private let state: Mutex<State>

  init(_ scripts: [Script]) { state = Mutex(State(scripts: scripts)) }

  /// The cursors with which the feed was asked for.
  var cursors: [String] { state.withLock { $0.cursors } }

  func call<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor<Request, Response>, _ request: Request, options: CallOptions
  ) async throws -> UnaryResponse<Response> {
    throw RPCError(.unimplemented, "not played")
  }

  func serverStreaming<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor<Request, Response>, _ request: Request, options: CallOptions
  ) async throws -> ResponseStream<Response> {
    let cursor = (request as? RegistryMessages.WatchChangesRequest)?.cursor ?? ""
    let script = state.withLock { state in
      state.cursors.append(cursor)
      return state.scripts.isEmpty ? nil : state.scripts.removeFirst()
    }
    guard let script else { throw RPCError(.unavailable, "the register is not there") }
    return ResponseStream(
      source: PlayedStream(
        messages: script.messages.compactMap { $0 as? Response }, end: script.end))
  }
}

private final class PlayedStream<Message: WireMessage>: ResponseStreamSource {
  private let messages: Mutex<[Message]>
  private let end: RPCError?
  let headers = Metadata()
  let trailers = Metadata()

  init(messages: [Message], end: RPCError?) {
    self.messages = Mutex(messages)
    self.end = end
  }

  func next() async throws -> Message? {
    if let message = messages.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
      return message
    }
    if let end { throw end }
    try await Task.sleep(for: .seconds(600))
    return nil
  }

  func cancel() {}
}

struct RegisterApplierTests {
  private typealias Message = RegistryMessages.WatchChangesResponse

  private func place(
    _ code: String, _ name: String, parent: String, revision: Int64 = 1,
    kind: RegistryMessages.ChangeKind = .snapshot, cursor: String = ""
  ) -> Message {
    Message(
      cursor: cursor, kind: kind, revision: revision,
      entity: .place(
        RegistryMessages.Place(
          id: "place-\(code)", code: code, name: name, level: .county, parentCode: parent,
          revision: revision)))
  }

  private var snapshot: [Message] {
    [
      place("450000", "广西壮族自治区", parent: ""), place("450900", "玉林市", parent: "450000"),
      Message(
        kind: .snapshot, revision: 4,
        entity: .enterprise(
          RegistryMessages.Enterprise(
            id: "u1", name: "示例新厂", placeCode: "450900", sector: "陶瓷", validFrom: "2015",
            revision: 4,
            otherStates: [
              RegistryMessages.EnterpriseState(
                name: "示例旧厂", placeCode: "450000", sector: "家具", validTo: "2015")
            ]))),
      Message(
        kind: .snapshot, revision: 2,
        entity: .membership(
          RegistryMessages.Membership(
            id: "m1", federationCode: "450900", enterpriseId: "u1", state: .admitted,
            events: [RegistryMessages.MembershipEvent(state: .admitted, date: "2013-03")]))),
      Message(cursor: "s1", kind: .snapshotEnd),
    ]
  }

  private func applier(
    _ fixture: APIFixture, _ register: PlayedRegister, leaseDuration: Duration
  ) -> RegisterApplier {
    RegisterApplier(
      database: fixture.database, registry: register, answers: fixture.answers,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      leaseDuration: leaseDuration)
  }

  /// Runs an applier until the condition holds.
  private func run(
    _ fixture: APIFixture, _ register: PlayedRegister,
    until isDone: @escaping @Sendable () async throws -> Bool
  ) async throws {
    let applier = applier(fixture, register, leaseDuration: .seconds(3))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await applier.run() }
      let end = ContinuousClock.now + .seconds(60)
      while try await !isDone(), ContinuousClock.now < end {
        try await Task.sleep(for: .milliseconds(10))
      }
      group.cancelAll()
      try await group.waitForAll()
    }
    #expect(try await isDone())
  }

  private func cursor(_ fixture: APIFixture) async throws -> String? {
    try await fixture.database.read { try RegisterCopy.cursor($0) }
  }

  @Test(arguments: Engine.allCases)
  func `a snapshot and its changes make the copy`(engine: Engine) async throws {
    try await APIFixture.with(engine, register: false) { fixture in
      let register = PlayedRegister([
        PlayedRegister.Script(
          messages: snapshot + [
            place("450923", "博白县", parent: "450900", kind: .upsert, cursor: "s2"),
            Message(cursor: "s3", kind: .heartbeat),
          ])
      ])
      let applier = RegisterApplier(
        database: fixture.database, registry: register, answers: fixture.answers,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      #expect(await code { try await applier.check() } == .unavailable)
      try await run(fixture, register) { try await self.cursor(fixture) == "s3" }
      try await applier.check()
      let copy = try await fixture.api.getRegisterCopy(
        GetRegisterCopyRequest(), context: fixture.call(Methods.getRegisterCopy.info, as: nil))
      #expect(copy.complete && copy.placeCount == 3 && copy.enterpriseCount == 1)
      #expect(copy.cursor == "s3" && !copy.appliedTime.isEmpty)
      try await fixture.submit(
        APIFixture.report("450923", ["gross_output": "30亿元"]))
      #expect(try await fixture.printed("total/450000/bureau/gross_output/2013") == "30亿元")
      // A unit's profile is the state of the period.
      let unit = try await fixture.submit(
        APIFixture.report("", ["tax_paid": "1万元"], coverage: .unit, unit: "u1"))
      #expect(unit.report?.unitProfile?.name == "示例旧厂")
      #expect(unit.report?.unitProfile?.federationCodes == ["450900"])
      let later = try await fixture.submit(
        APIFixture.report("", ["tax_paid": "1万元"], period: "2016", coverage: .unit, unit: "u1"))
      #expect(later.report?.unitProfile?.sector == "陶瓷")
    }
  }

  @Test(arguments: Engine.allCases)
  func `a lost connection goes on from the cursor, older revisions change nothing`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine, register: false) { fixture in
      let lost = RPCError(.unavailable, "the register went away")
      let register = PlayedRegister([
        PlayedRegister.Script(messages: snapshot, end: lost),
        PlayedRegister.Script(
          messages: [
            place("450900", "玉林新市", parent: "450000", revision: 3, kind: .upsert, cursor: "s2")
          ], end: lost),
        PlayedRegister.Script(
          messages: [
            place("450900", "玉林旧市", parent: "450000", revision: 2, kind: .upsert, cursor: "s3"),
            place("450000", "广西", parent: "", revision: 2, kind: .delete, cursor: "s4"),
          ]),
      ])
      try await run(fixture, register) { try await self.cursor(fixture) == "s4" }
      #expect(register.cursors.prefix(3) == ["", "s1", "s2"])
      let tree = try await fixture.database.read { try RegisterLookup.places($0) }
      #expect(tree.codes == ["450900"])
      #expect(tree.codes(named: "玉林新市", on: .inChina(atMicroseconds: 0)) == ["450900"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `an expired cursor asks for a snapshot again`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let register = PlayedRegister([
        PlayedRegister.Script(
          messages: [], end: RPCError(.outOfRange, "changes are no longer kept")),
        PlayedRegister.Script(messages: snapshot),
      ])
      try await run(fixture, register) { try await self.cursor(fixture) == "s1" }
      #expect(register.cursors.prefix(2) == ["c0", ""])
      let tree = try await fixture.database.read { try RegisterLookup.places($0) }
      #expect(tree.codes == ["450000", "450900"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `of two appliers one follows the feed`(engine: Engine) async throws {
    try await APIFixture.with(engine, register: false) { fixture in
      let registers = (0..<2).map { _ in
        PlayedRegister([PlayedRegister.Script(messages: snapshot)])
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for register in registers {
          // Longer than any stall of a busy machine.
          let applier = applier(fixture, register, leaseDuration: .seconds(600))
          group.addTask { await applier.run() }
        }
        let end = ContinuousClock.now + .seconds(60)
        while try await cursor(fixture) != "s1", ContinuousClock.now < end {
          try await Task.sleep(for: .milliseconds(10))
        }
        // The one that follows still does: its stream is open until it is cancelled.
        #expect(registers.map(\.cursors.count).reduce(0, +) == 1)
        group.cancelAll()
        try await group.waitForAll()
      }
      #expect(try await cursor(fixture) == "s1")
      // The lease was given back, so the next one need not wait for its end.
      #expect(
        try await fixture.database.acquireLease(
          "register_copy", holder: "another", for: .seconds(1)))
    }
  }
}
