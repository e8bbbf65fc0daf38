internal import Access
internal import CommonMessages
internal import RPC
internal import ServiceAPI
internal import StatisticsAPI
internal import StatisticsMessages
internal import Storage
internal import Synchronization
internal import TestSupport
internal import Testing

struct ChangeFeedTests {
  /// Ends a stream from the reader's side.
  private struct Enough: Error {}

  /// Reads a feed until `isEnough`.
  private func read(
    _ fixture: APIFixture, from cursor: String, as principal: Principal?,
    until isEnough: @escaping @Sendable (WatchChangesResponse) -> Bool
  ) async throws -> [WatchChangesResponse] {
    let messages = Mutex<[WatchChangesResponse]>([])
    let writer = ResponseWriter<WatchChangesResponse> { message in
      messages.withLock { $0.append(message) }
      if isEnough(message) { throw Enough() }
    }
    do {
      try await fixture.api.watchChanges(
        WatchChangesRequest(cursor: cursor), responses: writer,
        context: fixture.call(
          Methods.watchChanges.info, as: principal,
          deadline: ContinuousClock.now + .seconds(30)))
    } catch is Enough {}
    return messages.withLock { $0 }
  }

  @Test(arguments: Engine.allCases)
  func `a snapshot, then every change in order`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await FigureCallsTests.load(fixture)
      try await fixture.submit(
        APIFixture.report(
          "450000", ["gross_output": "2 3亿元"], period: "2006", channel: "collective"))
      let snapshot = try await read(fixture, from: "", as: nil) { $0.kind == .snapshotEnd }
      var kinds: [String: Int] = [:]
      for message in snapshot.dropLast() {
        #expect(message.kind == .snapshot && message.revision == 1 && message.cursor.isEmpty)
        switch message.entity {
        case .report: kinds["report", default: 0] += 1
        case .quarantineItem: kinds["item", default: 0] += 1
        case .target: kinds["target", default: 0] += 1
        case .statedFigure: kinds["stated", default: 0] += 1
        case nil: kinds["none", default: 0] += 1
        }
      }
      #expect(kinds == ["report": 6, "item": 1, "target": 3, "stated": 2])
      let cursor = try #require(snapshot.last?.cursor)
      var report = try #require(
        try await fixture.submit(
          APIFixture.report("450900", ["gross_output": "190亿元"])
        ).report)
      report.observations[0].quantity = Quantity(text: "192亿元")
      let revised = try #require(try await fixture.revise(report).report)
      _ = try await fixture.withdraw(revised)
      // What the snapshot had already may come again; only this report is looked at.
      let changes = try await read(fixture, from: cursor, as: nil) { message in
        if case .report(let report) = message.entity { return report.state == .withdrawn }
        return false
      }.filter { message in
        if case .report(let report) = message.entity { return report.id == revised.id }
        return false
      }
      #expect(changes.allSatisfy { $0.kind == .upsert })
      #expect(changes.map(\.revision) == [1, 2, 3])
      #expect(
        changes.compactMap { message -> String? in
          guard case .report(let report) = message.entity else { return nil }
          return report.observations.first?.quantity?.text
        } == ["190亿", "192亿", "192亿"])
      let last = try #require(changes.last?.cursor)
      let quiet = try await read(fixture, from: last, as: nil) { $0.kind == .heartbeat }
      #expect(quiet.map(\.kind) == [.heartbeat])
    }
  }

  @Test(arguments: Engine.allCases)
  func `single units are told only to whom they belong`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      for unit in ["u1", "u2"] {
        try await fixture.submit(
          APIFixture.report("", ["tax_paid": "10万元"], coverage: .unit, unit: unit))
      }
      func units(_ principal: Principal?) async throws -> [String] {
        try await read(fixture, from: "", as: principal) { $0.kind == .snapshotEnd }
          .compactMap { message in
            if case .report(let report) = message.entity { report.unitId } else { nil }
          }
      }
      #expect(try await units(nil) == [])
      #expect(try await units(APIFixture.principal("450900", .reader)) == ["u1"])
      #expect(try await units(APIFixture.principal("450000", .reader)) == ["u1", "u2"])
      #expect(try await units(APIFixture.principal("450100", .service)) == ["u1", "u2"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `a cursor that is no longer served is out of range`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let end = try await read(fixture, from: "", as: nil) { $0.kind == .snapshotEnd }
      try await fixture.database.renewFeed()
      let error = await failure {
        _ = try await read(fixture, from: end.last?.cursor ?? "", as: nil) { _ in true }
      }
      #expect(error?.code == .outOfRange)
    }
  }

  /// Tells writers that the reader has seen enough.
  private final class Flag: Sendable {
    private let state = Mutex(false)
    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
  }

  /// A copy as another service keeps it.
  private struct Copy {
    var entities: [String: WatchChangesResponse.Entity] = [:]
    var revisions: [String: Int64] = [:]
    var cursor = ""

    mutating func apply(_ message: WatchChangesResponse) {
      if !message.cursor.isEmpty { cursor = message.cursor }
      let id: String
      switch message.entity {
      case .report(let report): id = "report \(report.id)"
      case .quarantineItem(let item): id = "item \(item.id)"
      case .target(let target): id = "target \(target.id)"
      case .statedFigure(let figure): id = "stated \(figure.id)"
      case nil: return
      }
      guard message.revision > revisions[id] ?? 0 else { return }
      revisions[id] = message.revision
      entities[id] = message.kind == .delete ? nil : message.entity
    }

    /// Ids of what is another thing in the other copy; short, for a failing test.
    func differences(from other: Copy) -> [String] {
      Set(entities.keys).union(other.entities.keys).sorted().filter {
        entities[$0] != other.entities[$0]
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func `a copy that is cut a hundred times under writers equals the source`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      let reader = APIFixture.principal("450000", .service)
      let isEnough = Flag()
      let copy = try await withThrowingTaskGroup(of: Void.self) { group in
        for (number, place) in ["450100", "450923", "450981"].enumerated() {
          group.addTask {
            // One year after the other, until the reader has seen enough.
            var year = 2001
            repeat {
              try await Self.write(fixture, place, year: year, seed: number)
              year += 1
            } while !isEnough.isSet
          }
        }
        let copy = try await cutCopy(fixture, as: reader)
        isEnough.set()
        try await group.waitForAll()
        return copy
      }
      var source = Copy()
      let snapshot = try await read(fixture, from: "", as: reader) { $0.kind == .snapshotEnd }
      for message in snapshot { source.apply(message) }
      // A long transaction anywhere in the cluster holds the feed back: what is not here at the
      // first heartbeat comes with a later one.
      var whole = copy
      let end = ContinuousClock.now + .seconds(60)
      repeat {
        let rest = try await read(fixture, from: whole.cursor, as: reader) {
          $0.kind == .heartbeat
        }
        for message in rest { whole.apply(message) }
      } while whole.entities != source.entities && ContinuousClock.now < end
      #expect(whole.entities.count > 20)
      #expect(whole.differences(from: source) == [])
    }
  }

  /// Begins a copy, loses the connection in the snapshot, begins anew, and then loses it a hundred
  /// times among the changes.
  private func cutCopy(_ fixture: APIFixture, as reader: Principal) async throws -> Copy {
    var copy = Copy()
    func part(_ isLast: @escaping @Sendable (Int, WatchChangesResponse) -> Bool) async throws
      -> [WatchChangesResponse]
    {
      let count = Mutex(0)
      return try await read(fixture, from: copy.cursor, as: reader) { message in
        isLast(
          count.withLock { count in
            count += 1
            return count
          }, message)
      }
    }
    // A snapshot that was cut is no copy: nothing of it is kept.
    for length in 1...3 {
      _ = try await part { count, message in count >= length || message.kind == .snapshotEnd }
    }
    for message in try await part({ $1.kind == .snapshotEnd }) { copy.apply(message) }
    #expect(!copy.cursor.isEmpty)
    var changes = 0
    for _ in 0..<100 {
      let length = Int.random(in: 1...12)
      let cut = try await part { count, message in
        count >= length || message.kind == .heartbeat
      }
      changes += cut.count { $0.kind == .upsert || $0.kind == .delete }
      for message in cut { copy.apply(message) }
    }
    #expect(changes > 0, "the writers wrote nothing between the cuts")
    return copy
  }

  /// Reports, corrections, withdrawals, decisions and targets of one place.
  private static func write(
    _ fixture: APIFixture, _ place: String, year: Int, seed: Int
  ) async throws {
    for month in 1...8 {
      let period = "\(year)-0\(month)"
      let doubtful = month.isMultiple(of: 3)
      let answer = try await fixture.submit(
        APIFixture.report(
          place, ["gross_output": doubtful ? "1 2亿元" : "12亿元", "tax_paid": "1亿元"],
          period: period))
      var report = try #require(answer.report)
      report.observations.removeAll { $0.indicatorCode == "tax_paid" }
      report.observations.append(
        Observation(indicatorCode: "tax_paid", quantity: Quantity(text: "\(month + seed)亿元")))
      let revised = try await fixture.revise(report).report
      if month.isMultiple(of: 4) { _ = try await fixture.withdraw(try #require(revised)) }
      guard month == 1 else { continue }
      let target = try await fixture.api.createTarget(
        CreateTargetRequest(
          target: Target(
            placeCode: place, channelCode: "bureau", indicatorCode: "gross_output",
            period: "\(year + 1)", kind: .growth, quantity: Quantity(text: "10%"))),
        context: fixture.call(Methods.createTarget.info))
      if seed == 1 {
        _ = try await fixture.api.deleteTarget(
          DeleteTargetRequest(
            id: target.target?.id ?? "", etag: target.target?.etag ?? ""),
          context: fixture.call(Methods.deleteTarget.info))
      }
    }
  }
}
