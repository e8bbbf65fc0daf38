internal import CommonMessages
internal import GatewayClients
internal import GatewayDomain
internal import GatewaySupport
internal import Measures
internal import RPC
internal import RegistryMessages
internal import StatisticsMessages
internal import Synchronization
internal import Testing

struct ReaderTests {
  private func reader(
    _ registry: FakeChannel, _ statistics: FakeChannel, reserve: Duration = .milliseconds(20)
  ) -> ReportReader {
    var limits = ReaderLimits()
    limits.reserve = reserve
    return ReportReader(
      backends: Backends(registry: registry, statistics: statistics), limits: limits,
      now: { "2026-01-02T03:04:05Z" })
  }

  private func facts(
    _ registry: FakeChannel, _ statistics: FakeChannel, code: String = "450000",
    year: String = "2013", within: Duration = .seconds(30)
  ) async throws -> ReportFacts {
    let year = try #require(ReportYear(year))
    return try await reader(registry, statistics).facts(
      of: code, year: year, scope: CallScope(deadline: .now + within))
  }

  @Test func bothServicesGiveTheirFacts() async throws {
    let facts = try await facts(Sample.registry.channel(), Sample.statistics.channel())
    #expect(facts.missing.isEmpty)
    #expect(facts.federation?.name == "广西壮族自治区二轻城镇集体工业联合社")
    #expect(facts.register?.tallies.value(of: .all)?.printed == "4个")
    let statistics = try #require(facts.statistics)
    #expect(statistics.years == [2006, 2013])
    #expect(statistics.generation == 7)
    #expect(statistics.channels.map(\.code) == ["bureau", "collective", "region", "industry"])
    let key = FigureKey(
      .total, place: "450000", channel: "bureau", indicator: "gross_output", period: "2013")
    #expect(statistics.figures[key]?.printed == "810亿元")
    #expect(statistics.figures[key]?.quantity?.interval.low == 80_950_000_000)
  }

  @Test func figuresOfDifferentGenerationsAreAskedForAgain() async throws {
    let calls = Mutex(0)
    func channel(movesFor moves: Int) -> FakeChannel {
      let fake = Sample.statistics.channel()
      calls.withLock { $0 = 0 }
      fake.on(StatisticsServiceMethods.batchGetFigures) { request in
        let call = calls.withLock { calls in
          calls += 1
          return calls
        }
        return BatchGetFiguresResponse(
          figures: request.keys.map { Figure(key: $0, mark: .notRecorded) },
          generation: Int64(min(call, moves)))
      }
      return fake
    }
    let settled = try await facts(Sample.registry.channel(), channel(movesFor: 3))
    #expect(settled.statistics?.generation == 3)
    #expect(settled.statistics?.omissions.isEmpty == true)
    let moving = try await facts(Sample.registry.channel(), channel(movesFor: .max))
    #expect(moving.statistics?.omissions.count == 1)
    #expect(calls.withLock { $0 } == 2 * ReaderLimits().generationRounds)
  }

  @Test func whatIsCutFromAListIsSaid() async throws {
    let (registry, statistics) = (Sample.registry.channel(), Sample.statistics.channel())
    registry.on(RegistryMessages.StatedFigureServiceMethods.listStatedFigures) { _ in
      ListStatedFiguresResponse(nextPageToken: "more")
    }
    statistics.on(StatisticsServiceMethods.listTargets) { _ in
      ListTargetsResponse(nextPageToken: "more")
    }
    let facts = try await facts(registry, statistics)
    #expect(facts.register?.omissions.count == 1)
    #expect(facts.statistics?.omissions == ["目标过多，只取了前面的部分"])
  }

  @Test func namesOfPlacesBelowAreLookedUp() async throws {
    let facts = try await facts(Sample.registry.channel(), Sample.statistics.channel())
    #expect(facts.placeName("450900") == "玉林市")
    #expect(facts.placeName("450000") == "广西壮族自治区")
    #expect(facts.placeName("459999") == "459999")
  }

  @Test(arguments: [RPCError.Code.unavailable, .internal, .unimplemented, .resourceExhausted])
  func aRegisterThatFailsIsNamedAndStatisticsStillAnswer(_ code: RPCError.Code) async throws {
    let registry = Sample.registry.channel()
    registry.fail(RPCError(code, "no"))
    let facts = try await facts(registry, Sample.statistics.channel())
    #expect(facts.missing.map(\.service) == [.registry])
    #expect(facts.missing.first?.code == code.rawValue)
    #expect(facts.register == nil)
    #expect(facts.placeCode == "450000")
    #expect(facts.statistics != nil)
  }

  @Test func statisticsThatFailAreNamed() async throws {
    let statistics = Sample.statistics.channel()
    statistics.fail(RPCError(.unavailable, "connection refused"))
    let facts = try await facts(Sample.registry.channel(), statistics)
    #expect(
      facts.missing == [
        MissingAnswer(
          service: .statistics, code: "unavailable",
          reason: "the statistics service is not available: connection refused")
      ])
    #expect(facts.register?.tallies.isEmpty == false)
  }

  @Test func twoServicesThatFailStillGiveAReport() async throws {
    let registry = Sample.registry.channel()
    let statistics = Sample.statistics.channel()
    registry.fail(RPCError(.unavailable, "no"))
    statistics.fail(RPCError(.unavailable, "no"))
    let facts = try await facts(registry, statistics)
    #expect(facts.missing.map(\.service) == [.registry, .statistics])
  }

  @Test(.timeLimit(.minutes(1)), arguments: ServiceName.allCases)
  func aServiceThatIsSilentIsNamedWithinTheDeadline(_ service: ServiceName) async throws {
    let registry = Sample.registry.channel()
    let statistics = Sample.statistics.channel()
    let exhibitions = MemoryEntries(.exhibitions).channel()
    let talent = MemoryEntries(.talent).channel()
    let channels: [ServiceName: FakeChannel] = [
      .registry: registry, .statistics: statistics, .exhibitions: exhibitions, .talent: talent,
    ]
    channels[service]?.beSilent()
    let start = ContinuousClock.now
    let backends = Backends(
      registry: registry, statistics: statistics, exhibitions: exhibitions, talent: talent)
    let facts = try await ReportReader(backends: backends, now: { "2026-01-02T03:04:05Z" }).facts(
      of: "450000", year: try #require(ReportYear("2013")),
      scope: CallScope(deadline: .now + .seconds(4)))
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(facts.missing.map(\.service) == [service])
    #expect(facts.missing.first?.code == "deadline_exceeded")
    #expect((facts.statistics == nil) == (service == .statistics))
  }

  @Test func aFederationThatDoesNotExistIsAnError() async throws {
    let error = try await #require(throws: RPCError.self) {
      try await facts(Sample.registry.channel(), Sample.statistics.channel(), code: "459999")
    }
    #expect(error.code == .notFound)
    #expect(error.message.contains("459999"))
  }

  @Test(arguments: [RPCError.Code.unauthenticated, .permissionDenied])
  func aRefusedTokenIsTheCallersToMend(_ code: RPCError.Code) async throws {
    let statistics = Sample.statistics.channel()
    statistics.fail(RPCError(code, "token"))
    let error = try await #require(throws: RPCError.self) {
      try await facts(Sample.registry.channel(), statistics)
    }
    #expect(error.code == code)
  }

  @Test func aPlaceThatStatisticsDoesNotKnowIsNoFailureOfTheReport() async throws {
    let statistics = Sample.statistics.channel()
    statistics.on(StatisticsServiceMethods.listYears) { _ in
      throw RPCError(.notFound, "no place 450000")
    }
    let facts = try await facts(Sample.registry.channel(), statistics)
    #expect(facts.missing.map(\.code) == ["not_found"])
  }

  @Test func thePlaceOfTheFederationDecidesWhoseFiguresAreRead() async throws {
    var register = Sample.registry
    register.federations.append(
      Federation(
        code: "450331", name: "示例县联社", level: .county, placeCode: "450900",
        parentCode: "450000"))
    let facts = try await facts(register.channel(), Sample.statistics.channel(), code: "450331")
    #expect(facts.placeCode == "450900")
    #expect(facts.statistics?.wholeReports.allSatisfy { $0.place == "450900" } == true)
  }

  @Test func deadlineTokenAndTraceGoWithEveryCall() async throws {
    let registry = Sample.registry.channel()
    let statistics = Sample.statistics.channel()
    var metadata = Metadata()
    try metadata.add("Bearer x", for: "authorization")
    let trace = TraceContext()
    let deadline = ContinuousClock.now + .seconds(5)
    let scope = CallScope(deadline: deadline, metadata: metadata, trace: trace)
    let year = try #require(ReportYear("2013"))
    _ = try await reader(registry, statistics).facts(of: "450000", year: year, scope: scope)
    let seen = registry.seen + statistics.seen
    #expect(seen.count > 10)
    for call in seen {
      #expect(call.options.metadata["authorization"] == "Bearer x")
      #expect(call.options.trace?.traceID == trace.traceID)
      #expect(try #require(call.options.deadline) < deadline)
    }
  }

  @Test func longListsAreCutAndSaid() async throws {
    let statistics = Sample.statistics.channel()
    statistics.on(StatisticsMessages.StatedFigureServiceMethods.listStatedFigures) { _ in
      ListStatedFiguresResponse(statedFigures: [], nextPageToken: "again")
    }
    let facts = try await facts(Sample.registry.channel(), statistics)
    #expect(facts.statistics?.omissions == ["原文数字过多，只取了前面的部分"])
  }

  @Test func keysAreAskedInBatches() async throws {
    let statistics = Sample.statistics.channel()
    var limits = ReaderLimits()
    limits.keysPerBatch = 7
    let reader = ReportReader(
      backends: Backends(registry: Sample.registry.channel(), statistics: statistics),
      limits: limits, now: { "" })
    let year = try #require(ReportYear("2013"))
    let facts = try await reader.facts(
      of: "450000", year: year, scope: CallScope(deadline: .now + .seconds(30)))
    #expect(statistics.seen.filter { $0.method == "BatchGetFigures" }.count > 5)
    #expect(facts.statistics?.figures.values.contains { $0.printed == "200亿元" } == true)
  }
}
