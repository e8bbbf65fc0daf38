// Which connection a call takes, when one is made, and who waits: the pool as a value, on the
// test's own clock.

internal import RPC
internal import Testing

@testable internal import Transport

struct PoolStateTests {
  @Test func theFirstCallConnectsToAllAndWaits() throws {
    let model = try PoolModel(["a:1", "b:1"])
    let (number, pick) = model.call()
    guard case .wait = pick else {
      Issue.record("\(pick)")
      return
    }
    #expect(model.connects.map { "\($0.backend.endpoint)" } == ["a:1", "b:1"])
    _ = model.call()
    #expect(model.connects.count == 2)
    model.connect()
    #expect(model.given[number]?.link == "a:1")
    #expect(model.given.count == 2)
  }

  @Test func idleEndpointsAreUsedInTurn() throws {
    let model = try PoolModel.ready(["a:1", "b:1", "c:1"])
    var used: [String] = []
    for _ in 0..<6 {
      let lease = model.lease()
      used.append(lease?.link ?? "")
      model.end(lease)
    }
    #expect(Set(used[..<3]) == ["a:1", "b:1", "c:1"])
    #expect(used[..<3] == used[3...])
  }

  @Test func theEndpointWithTheFewestCallsIsUsed() throws {
    let model = try PoolModel.ready(["a:1", "b:1"])
    let held = (0..<6).compactMap { _ in model.lease() }
    for lease in held where lease.link == "a:1" { model.end(lease) }
    let next = (0..<3).compactMap { _ in model.lease()?.link }
    #expect(next == ["a:1", "a:1", "a:1"])
  }

  @Test func onlyTheLastFailureEndsTheWait() throws {
    let model = try PoolModel(["a:1", "b:1"])
    let (number, _) = model.call()
    let last = model.connects.removeLast()
    model.refuse("first")
    #expect(model.refused.isEmpty)
    model.connects = [last]
    model.refuse("last")
    #expect(model.refused[number]?.message == "last")
    #expect(model.refused[number]?.wasNotProcessed == true)
    guard case .fail(let failure) = model.call().pick else {
      Issue.record("a call was let through")
      return
    }
    #expect(failure.message == "last")
  }

  @Test func aFailedEndpointIsLeftAloneForAWhile() throws {
    let model = try PoolModel(["a:1"])
    _ = model.call()
    model.refuse()
    model.pass(.milliseconds(79))
    _ = model.call()
    #expect(model.connects.isEmpty)
    model.pass(.milliseconds(42))
    _ = model.call()
    #expect(model.connects.count == 1)
  }

  @Test func aReadyConnectionServesWhileAnotherEndpointIsTriedAgain() throws {
    let model = try PoolModel(["a:1", "b:1"])
    _ = model.call()
    let other = model.connects.removeLast()
    model.connect()
    model.connects = [other]
    model.refuse()
    model.pass(.seconds(1))
    let lease = model.lease()
    #expect(lease?.link == "a:1")
    #expect(model.connects.map { "\($0.backend.endpoint)" } == ["b:1"])
  }

  @Test func aLostConnectionIsMadeAgainAtOnceIfItEverServed() throws {
    for hasServed in [true, false] {
      let model = try PoolModel.ready(["a:1"])
      let lease = try #require(model.lease())
      model.lose(lease, hasServed: hasServed)
      _ = model.call()
      #expect(model.connects.count == (hasServed ? 1 : 0))
    }
  }

  /// A process that is stopped has connections accepted by its system, and says nothing on them.
  @Test func aConnectionGetsNoCallsBeforeTheServerHasSpoken() throws {
    let model = try PoolModel(["a:1", "b:1"])
    let waiting = model.call().number
    let (a, b) = (model.connects[0], model.connects[1])
    model.connects = [a]
    model.connect(streams: nil)
    #expect(model.given.isEmpty)
    model.connects = [b]
    model.connect()
    #expect(model.given[waiting]?.link == "b:1")
    #expect((0..<5).map { _ in model.lease()?.link } == Array(repeating: "b:1", count: 5))
    #expect(model.pool.endpoints(now: model.now).map(\.state) == [.connecting, .ready])
  }

  /// The two come from different threads.
  @Test func theServerMayHaveSpokenBeforeItsConnectionIsKnown() throws {
    let model = try PoolModel(["a:1"])
    let waiting = model.call().number
    let (member, connection, _) = try #require(model.connects.first)
    model.note(
      model.pool.learned(
        member: member, connection: connection, maximumStreams: 1, now: model.now))
    #expect(model.given.isEmpty)
    model.connect(streams: nil)
    #expect(model.given[waiting] != nil)
  }

  @Test func aQuietConnectionIsUsedWhenThereIsNoBetterOne() throws {
    let model = try PoolModel.ready(["a:1", "b:1"])
    let leases = (0..<2).compactMap { _ in model.lease() }
    let a = try #require(leases.first { $0.link == "a:1" })
    let b = try #require(leases.first { $0.link == "b:1" })
    model.quiet(a)
    #expect((0..<5).map { _ in model.lease()?.link } == Array(repeating: "b:1", count: 5))
    #expect(model.pool.endpoints(now: model.now).map(\.state) == [.quiet, .ready])
    model.quiet(b)
    #expect(model.lease()?.link == "a:1")
    model.quiet(a, false)
    #expect(model.lease()?.link == "a:1")
  }

  @Test func whatACallHasTriedIsTakenLast() throws {
    let model = try PoolModel.ready(["a:1", "b:1"])
    let first = try #require(model.lease())
    for _ in 0..<5 {
      #expect(model.lease(avoiding: [first.member])?.link != first.link)
    }
    let all = model.pool.members.map(\.id)
    #expect(model.lease(avoiding: all) != nil)
  }

  @Test func aHedgeGoesToAnotherGoodEndpointOrNowhere() throws {
    let model = try PoolModel.ready(["a:1", "b:1"])
    let first = try #require(model.lease())
    let other = model.pool.pickOther(than: [first.member], now: model.now)
    #expect(other != nil && other?.member != first.member)
    if let other { model.quiet(other) }
    let none = model.pool.pickOther(than: [first.member], now: model.now)
    #expect(none == nil)
  }

  // MARK: Full servers

  @Test func aFullEndpointGetsFurtherConnectionsUpToTheBound() throws {
    let model = try PoolModel.ready(["a:1"], streams: 2) { $0.maximumConnectionsPerEndpoint = 3 }
    var held: [PoolModel.Pool.Lease] = []
    for _ in 0..<20 {
      if let lease = model.lease() { held.append(lease) }
      model.connect(streams: 2)
    }
    #expect(model.pool.members[0].connections.count == 3)
    #expect(held.count + model.given.count == 6)
    #expect(Set((held + model.given.values).map(\.connection)).count == 3)
  }

  @Test func callsWaitForRoomInOrder() throws {
    let model = try PoolModel.ready(["a:1"], streams: 1) { $0.maximumConnectionsPerEndpoint = 1 }
    let held = try #require(model.lease())
    let (first, second) = (model.call().number, model.call().number)
    model.end(held)
    #expect(model.given[first] != nil)
    #expect(model.given[second] == nil)
    // Who comes now stands behind.
    let third = model.call().number
    model.end(model.given[first])
    #expect(model.given[second] != nil)
    #expect(model.given[third] == nil)
  }

  @Test func noMoreCallsWaitThanTheBound() throws {
    let model = try PoolModel(["a:1"]) { $0.maximumWaitingCalls = 3 }
    for _ in 0..<3 { _ = model.call() }
    guard case .fail(let error) = model.call().pick else {
      Issue.record("a call was let through")
      return
    }
    #expect(error.code == .unavailable)
    #expect(error.wasNotProcessed)
    #expect(model.pool.counts.waitRefusals == 1)
    #expect(model.pool.counts.waits == 3)
  }

  @Test func aCallThatGivesUpIsOutOfTheLine() throws {
    let model = try PoolModel(["a:1"])
    let (first, second) = (model.call().number, model.call().number)
    let wasThere = model.pool.giveUp(call: first, wasTooLong: true)
    let again = model.pool.giveUp(call: first, wasTooLong: true)
    #expect(wasThere && !again)
    #expect(model.pool.counts.waitRefusals == 1)
    model.connect()
    #expect(model.given[first] == nil)
    #expect(model.given[second] != nil)
  }

  @Test func aConnectionThatEndsWhileCallsWaitIsReplaced() throws {
    let model = try PoolModel.ready(["a:1"], streams: 1) { $0.maximumConnectionsPerEndpoint = 1 }
    let held = try #require(model.lease())
    let waiting = model.call().number
    model.lose(held)
    #expect(model.connects.count == 1)
    model.connect()
    #expect(model.given[waiting] != nil)
    // The old call still counts for its endpoint until it ends.
    #expect(model.pool.members[0].callsUnderWay == 2)
    model.end(held)
    #expect(model.pool.members[0].callsUnderWay == 1)
  }

  // MARK: Health

  private func fail(_ model: PoolModel, _ link: String, times: Int = 5) {
    var failed = 0
    for _ in 0..<1_000 where failed < times {
      let lease = model.lease()
      if lease?.link == link {
        model.end(lease, .failure)
        failed += 1
      } else {
        model.end(lease)
      }
    }
    #expect(failed == times)
  }

  @Test func anEndpointWhoseCallsFailIsLeftOutAndTriedAgain() throws {
    let model = try PoolModel.ready(["a:1", "b:1"])
    fail(model, "a:1")
    #expect(model.pool.counts.ejections == 1)
    for _ in 0..<20 {
      let lease = model.lease()
      #expect(lease?.link == "b:1")
      model.end(lease)
    }
    model.pass(.milliseconds(1_201))
    let leases = (0..<6).compactMap { _ in model.lease() }
    let probes = leases.filter { $0.link == "a:1" }
    #expect(probes.count == 1)
    #expect(probes.first?.isProbe == true)
    model.end(probes.first)
    #expect(model.pool.counts.returns == 1)
    #expect(model.lease()?.link == "a:1")
  }

  @Test func noMoreThanTheShareIsEjected() throws {
    for (count, most) in [(1, 0), (2, 1), (3, 1), (4, 2), (5, 2)] {
      let model = try PoolModel.ready((1...count).map { "a:\($0)" })
      for _ in 0..<200 { model.end(model.lease(), .failure) }
      #expect(model.pool.counts.ejections == most)
      #expect(model.pool.endpoints(now: model.now).count { $0.state == .ejected } == most)
    }
  }

  @Test func withNothingElseLeftAnEjectedEndpointIsUsed() throws {
    let model = try PoolModel.ready(["a:1", "b:1"])
    fail(model, "a:1")
    let other = try #require(model.lease())
    model.lose(other)
    _ = model.call()
    model.refuse()
    #expect(model.lease()?.link == "a:1")
  }

  @Test func whereHealthIsAskedForNoCallIsRisked() throws {
    let model = try PoolModel.ready(["a:1", "b:1"]) { $0.asksForHealth = true }
    fail(model, "a:1")
    model.pass(.milliseconds(1_201))
    let attempts = model.pool.counts.attempts
    for _ in 0..<10 { #expect(model.lease()?.link == "b:1") }
    #expect(model.health.count == 1)
    #expect(model.pool.counts.attempts == attempts + 10)
    model.end(model.health.removeFirst(), .failure)
    model.pass(.milliseconds(1_999))
    _ = model.lease()
    #expect(model.health.isEmpty)
    model.pass(.milliseconds(402))
    _ = model.lease()
    model.end(model.health.removeFirst())
    #expect(model.lease()?.link == "a:1")
  }

  // MARK: Names

  @Test func everyAddressOfANameIsAnEndpoint() throws {
    let model = try PoolModel(["dns:service:7401"])
    let waiting = model.call().number
    #expect(model.questions == [0])
    try model.resolve(["10.0.0.1", "10.0.0.2", "10.0.0.1", "fd00::1"])
    #expect(
      model.connects.map { "\($0.backend.endpoint)" }
        == ["10.0.0.1:7401", "10.0.0.2:7401", "[fd00::1]:7401"])
    #expect(model.connects.allSatisfy { "\($0.backend.named)" == "dns:service:7401" })
    model.connect()
    #expect(model.given[waiting] != nil)
  }

  @Test func addressesThatGoAreLeftAndNewOnesAreUsed() throws {
    let model = try PoolModel(["dns:service:1"])
    _ = model.call()
    try model.resolve(["10.0.0.1", "10.0.0.2"])
    model.connect()
    model.pass(.seconds(30))
    let held = (0..<2).compactMap { _ in model.lease() }
    #expect(held.count == 2)
    try model.resolve(["10.0.0.2", "10.0.0.3"])
    #expect(model.shutDown == ["10.0.0.1:1"])
    _ = model.lease()
    model.connect()
    let used = Set((0..<8).compactMap { _ in model.lease()?.link })
    #expect(used == ["10.0.0.2:1", "10.0.0.3:1"])
    for lease in held { model.end(lease) }
    #expect(model.pool.members.allSatisfy { $0.callsUnderWay >= 0 })
  }

  @Test func aNameThatIsNotFoundAnyMoreKeepsItsAddresses() throws {
    let model = try PoolModel(["dns:service:1"])
    _ = model.call()
    try model.resolve(["10.0.0.1"])
    model.connect()
    for hosts in [[], nil] as [[String]?] {
      model.pass(.seconds(30))
      #expect(model.lease() != nil)
      if let hosts {
        try model.resolve(hosts)
      } else {
        model.note(
          try model.pool.resolveFailed(
            name: model.questions.removeFirst(), RPCError(.unavailable, "gone"), now: model.now))
      }
      #expect(model.lease()?.link == "10.0.0.1:1")
    }
  }

  @Test func aNameWithoutAddressesRefusesItsCalls() throws {
    let model = try PoolModel(["dns:service:1"])
    let waiting = model.call().number
    model.note(
      try model.pool.resolveFailed(name: 0, RPCError(.unavailable, "gone"), now: model.now))
    #expect(model.refused[waiting]?.message == "gone")
    #expect(throws: IllegalMove.self) {
      try model.pool.resolveFailed(name: 0, RPCError(.unavailable, "gone"), now: model.now)
    }
  }

  @Test func aFailedAddressHasItsNameAskedForAgain() throws {
    let model = try PoolModel(["dns:service:1"])
    _ = model.call()
    try model.resolve(["10.0.0.1"])
    model.refuse()
    model.pass(.milliseconds(999))
    _ = model.call()
    #expect(model.questions.isEmpty)
    model.pass(.milliseconds(1))
    _ = model.call()
    #expect(model.questions == [0])
  }

  @Test func addressesOverTheBoundAreLeftOut() throws {
    let model = try PoolModel(["a:1", "dns:service:1"]) { $0.maximumEndpoints = 3 }
    _ = model.call()
    try model.resolve((1...50).map { "10.0.0.\($0)" })
    #expect(
      model.pool.members.map { "\($0.backend.endpoint)" } == ["a:1", "10.0.0.1:1", "10.0.0.2:1"])
  }

  // MARK: The end

  @Test func aClosedPoolGivesItsConnectionsBackAndRefusesWhoWaits() throws {
    let model = try PoolModel(["a:1", "b:1"], { $0.maximumConnectionsPerEndpoint = 1 })
    _ = model.call()
    let late = model.connects.removeLast()
    model.connect(streams: 1)
    let waiting = model.call().number
    model.note(model.pool.close())
    #expect(model.shutDown == ["a:1"])
    #expect(model.refused[waiting]?.wasNotProcessed == true)
    model.connects = [late]
    model.connect()
    #expect(model.shutDown == ["a:1", "b:1"])
    guard case .fail = model.call().pick else {
      Issue.record("a call was let through")
      return
    }
  }

  /// Whatever happens, in whatever order: every call gets one end, and every place is left.
  @Test(arguments: 0..<30 as Range<UInt64>)
  func everyCallHasOneEndAndEveryPlaceIsLeft(seed: UInt64) throws {
    var random = SeededRandom(seed)
    let model = try PoolModel(["a:1", "b:1", "dns:c:1"]) {
      $0.maximumConnectionsPerEndpoint = 2
      $0.maximumWaitingCalls = 10
      $0.asksForHealth = seed % 2 == 0
    }
    var (held, waiting, made, ended) = ([PoolModel.Pool.Lease](), Set<Int>(), 0, 0)
    for _ in 0..<3_000 {
      model.pass(.milliseconds(Int.random(in: 0...200, using: &random)))
      switch Int.random(in: 0..<12, using: &random) {
      case 0..<4:
        made += 1
        let (number, pick) = model.call(
          avoiding: Bool.random(using: &random) ? model.pool.members.prefix(1).map(\.id) : [])
        switch pick {
        case .use(let lease): held.append(lease)
        case .wait: waiting.insert(number)
        case .fail: ended += 1
        }
      case 4..<7:
        guard let index = held.indices.randomElement(using: &random) else { continue }
        let outcomes: [CallOutcome] = [.success, .success, .failure, .neutral]
        model.end(held.remove(at: index), outcomes.randomElement(using: &random) ?? .neutral)
        ended += 1
      case 7: model.connect(streams: Int.random(in: 1...4, using: &random))
      case 8: model.refuse()
      case 9:
        if let lease = held.randomElement(using: &random) {
          model.lose(lease, hasServed: Bool.random(using: &random))
        }
      case 10:
        if !model.questions.isEmpty {
          let hosts = (0...Int.random(in: 0...3, using: &random)).map { "10.0.0.\($0)" }
          try model.resolve(Array(hosts.dropFirst()))
        }
      default:
        if let number = waiting.randomElement(using: &random) {
          if model.pool.giveUp(call: number, wasTooLong: false) {
            waiting.remove(number)
            ended += 1
          }
        } else if let lease = held.randomElement(using: &random) {
          model.quiet(lease, Bool.random(using: &random))
        }
      }
      for lease in model.health {
        model.end(lease, Bool.random(using: &random) ? .success : .failure)
      }
      model.health = []
      for (number, lease) in model.given {
        #expect(waiting.remove(number) != nil)
        held.append(lease)
      }
      for number in model.refused.keys {
        #expect(waiting.remove(number) != nil)
        ended += 1
      }
      (model.given, model.refused) = ([:], [:])
      #expect(made == ended + held.count + waiting.count)
      #expect(model.pool.line.count == waiting.count)
      for member in model.pool.members {
        #expect(member.connections.count <= 2)
        #expect(member.callsUnderWay == held.count { $0.member == member.id })
      }
    }
    for lease in held { model.end(lease, .neutral) }
    model.note(model.pool.close())
    #expect(model.pool.line.isEmpty)
  }
}

struct BackoffTests {
  @Test func pausesGrowWithinTheirBounds() {
    var random = SeededRandom(3)
    var backoff = Backoff(minimum: .milliseconds(100), maximum: .seconds(5))
    var expected = 0.1
    for _ in 0..<20 {
      let pause = backoff.failed(using: &random).seconds
      #expect(pause >= expected * 0.79 && pause <= expected * 1.21)
      expected = min(5, expected * 1.6)
    }
    backoff.succeeded()
    let pause = backoff.failed(using: &random)
    #expect(pause <= .milliseconds(121))
  }
}
