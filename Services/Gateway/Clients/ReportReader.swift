// Gathers the facts of a report from all services at once. A service that does not answer in time is
// named in the report; only a federation that the register says does not exist is an error.

internal import CommonMessages
package import GatewayDomain
internal import Measures
internal import RPC
internal import RegistryMessages

/// Reads what a report is written from.
package struct ReportReader: Sendable {
  let backends: Backends
  let limits: ReaderLimits
  private let texts: any ReportTextSource
  private let now: @Sendable () -> String

  /// - Parameter now: gives the time of writing, RFC 3339.
  package init(
    backends: Backends, texts: any ReportTextSource = NoReportTexts(),
    limits: ReaderLimits = ReaderLimits(), now: @escaping @Sendable () -> String
  ) {
    self.backends = backends
    self.texts = texts
    self.limits = limits
    self.now = now
  }

  /// The facts of a federation's year.
  ///
  /// - Throws: what the register answered where it says that the federation does not exist, or
  ///   where a service refuses the caller's token.
  package func facts(
    of code: String, year: ReportYear, scope: CallScope
  ) async throws -> ReportFacts {
    let scope = scope.ending(before: limits.reserve)
    var facts = ReportFacts(federationCode: code, year: year.value, generateTime: now())
    // A federation's code is nearly always that of its place, so statistics need not wait.
    async let early = answer(.statistics, scope) {
      try await self.statistics(place: code, year: year, scope: scope)
    }
    // The figures of the other services wait for the place; they must not run out of time with it.
    async let registered = answer(.registry, scope.ahead) {
      try await federation(code, scope: scope.ahead)
    }
    async let counted = answer(.registry, scope) {
      try await register(of: code, year: year, scope: scope)
    }
    async let written = texts.texts(of: code, year: year.value)
    switch await registered {
    case .success(let federation): facts.federation = federation
    case .failure(let error):
      if error.code == .notFound || error.code == .invalidArgument { throw error }
      try note(error, .registry, in: &facts)
    }
    // A report by the wrong template would be another report, so without the texts there is none.
    let own = try await written
    facts.template = try template(own, facts.templateContext)
    for narrative in own.narratives { facts.narratives[narrative.id] = narrative }
    let (keys, place) = (facts.template?.keys ?? [], facts.placeCode)
    let wantsDoubts = facts.template.map { $0.blocks.contains(.quarantine) } ?? true
    async let asked = templateFacts(
      keys: keys, wantsDoubts: wantsDoubts, below: place, year: year, scope: scope)
    switch await counted {
    case .success(let register): facts.register = register
    case .failure(let error): try note(error, .registry, in: &facts)
    }
    var figures = await early
    if facts.placeCode != code {
      figures = await answer(.statistics, scope) {
        try await self.statistics(place: place, year: year, scope: scope)
      }
    }
    switch figures {
    case .success(let found): facts.statistics = found
    case .failure(let error): try note(error, .statistics, in: &facts)
    }
    let found = await asked
    try add(found, to: &facts)
    if let statistics = facts.statistics,
      !found.fetched.generations.subtracting([statistics.generation]).isEmpty
    {
      facts.omissions.append("写这份报告时记录正在变动，各数字可能不出自同一时刻")
    }
    await addNames(to: &facts, year: year, scope: scope)
    return facts
  }

  func answer<Value: Sendable>(
    _ service: ServiceName, _ scope: CallScope,
    _ body: @escaping @Sendable () async throws -> Value
  ) async -> Result<Value, RPCError> {
    do {
      return .success(try await Concurrently.until(scope.deadline, body))
    } catch let error as RPCError {
      return .failure(error)
    } catch is CancellationError {
      return .failure(RPCError(.canceled, "the request was cancelled"))
    } catch {
      return .failure(
        RPCError(.internal, "\(service.rawValue) gave an answer that cannot be used", cause: error))
    }
  }

  /// Names a service as missing, once. That a token is refused is the caller's to mend.
  func note(
    _ error: RPCError, _ service: ServiceName, in facts: inout ReportFacts
  ) throws(RPCError) {
    try Self.refuse(error)
    guard facts.missing(service) == nil else { return }
    facts.missing.append(
      MissingAnswer(service: service, code: error.code.rawValue, reason: error.message))
    facts.missing.sort { $0.service < $1.service }
  }

  /// Throws where the caller's token is refused.
  static func refuse(_ error: RPCError) throws(RPCError) {
    switch error.code {
    case .unauthenticated, .permissionDenied: throw error
    default: break
    }
  }

  // MARK: Register

  private func federation(
    _ code: String, scope: CallScope
  ) async throws -> FederationEntry? {
    let answer = try await backends.registry.getFederation(
      GetFederationRequest(code: code), options: scope.options)
    return answer.federation.map(FederationEntry.init)
  }

  private func register(
    of code: String, year: ReportYear, scope: CallScope
  ) async throws -> RegisterFacts {
    async let counts = backends.registry.countFederations(
      CountFederationsRequest(ancestorCode: code, onDate: year.lastDay), options: scope.options)
    async let own = statedFigures(ListStatedFiguresRequest(placeCode: code), scope: scope)
    async let all = statedFigures(ListStatedFiguresRequest(), scope: scope)
    async let names = names(below: code, scope: scope)
    // The federation's own stand first, whatever of the others is cut.
    let (mine, others) = (try await own, try await all)
    let below = others.elements.filter { PlaceCode.isBelow($0.place, code) }
    let isCut = mine.isCut || others.isCut
    return try await RegisterFacts(
      tallies: counts.counts.compactMap(FederationTally.init), stated: mine.elements + below,
      placeNames: names, omissions: isCut ? ["名录的原文数字过多，只取了前面的部分"] : [])
  }

  private func statedFigures(
    _ request: ListStatedFiguresRequest, scope: CallScope
  ) async throws -> (elements: [StatedEntry], isCut: Bool) {
    try await Pages.collect(maximumPages: limits.maximumPages) { token in
      var request = request
      request.pageSize = Pages.pageSize
      request.pageToken = token
      let answer = try await backends.records(of: .registry).listStatedFigures(
        request, options: scope.options)
      let found = answer.statedFigures.compactMap { StatedEntry($0, of: .registry) }
      return (found, answer.nextPageToken)
    }
  }

  private func names(below code: String, scope: CallScope) async throws -> [String: String] {
    let places = try await Pages.collect(maximumPages: limits.maximumPages) { token in
      let answer = try await backends.registry.listPlaces(
        ListPlacesRequest(pageSize: Pages.pageSize, pageToken: token, parentCode: code),
        options: scope.options)
      return (answer.places, answer.nextPageToken)
    }.elements
    return Dictionary(places.map { ($0.code, $0.name) }, uniquingKeysWith: { first, _ in first })
  }

  /// Looks up the names that the list of places directly below did not give. A name that cannot be
  /// found is printed as its code.
  private func addNames(
    to facts: inout ReportFacts, year: ReportYear, scope: CallScope
  ) async {
    guard let register = facts.register else { return }
    var codes: Set<String> = [facts.placeCode]
    codes.formUnion(register.stated.map(\.place))
    codes.formUnion(facts.doubtfulEntries.map(\.place))
    if let statistics = facts.statistics {
      let plan = FigurePlan(place: facts.placeCode, year: facts.year, facts: statistics)
      codes.formUnion(plan.groupsBelow.map(\.place))
      codes.formUnion(plan.doubtful.map(\.place))
      codes.formUnion(plan.statedValuesBelow.map(\.place))
    }
    let unknown = codes.filter { PlaceCode.isValid($0) && register.placeNames[$0] == nil }.sorted()
    let asked = Array(unknown.prefix(limits.maximumNameLookups))
    let found = try? await Concurrently.until(scope.deadline) {
      try await Concurrently.map(asked, limit: limits.concurrentCalls) { code in
        await name(of: code, on: year.lastDay, scope: scope)
      }
    }
    for (code, name) in zip(asked, found ?? []) where name != nil {
      facts.register?.placeNames[code] = name
    }
  }

  /// The name that a place had on a day, or has now where it did not exist then.
  private func name(of code: String, on day: String, scope: CallScope) async -> String? {
    for date in [day, ""] {
      let answer = try? await backends.registry.getPlace(
        GetPlaceRequest(code: code, onDate: date), options: scope.options)
      if let name = answer?.place?.name, !name.isEmpty { return name }
    }
    return nil
  }
}
