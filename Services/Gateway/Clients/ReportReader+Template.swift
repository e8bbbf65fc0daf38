// What a template asks for: the figures of its keys, and the doubtful values of every service that
// keeps entries.

internal import CommonMessages
internal import GatewayDomain
internal import Measures
internal import RPC

extension ReportReader {
  /// What came of a template's keys and of the doubts.
  struct TemplateFacts {
    var fetched = FetchedFigures()
    var doubts: [(service: ServiceName, result: Result<DoubtfulEntries, RPCError>)] = []
  }

  struct DoubtfulEntries: Sendable {
    var entries: [DoubtfulEntry]
    var isCut: Bool
  }

  /// The stored template, read for this report; nil for the built-in one.
  ///
  /// - Throws: `failed_precondition` where the stored text is no template any more; putting one
  ///   there checks it, so this gateway reads another form than the one that checked it.
  func template(
    _ texts: ReportTexts, _ context: TemplateContext
  ) throws(RPCError) -> ReportTemplate? {
    guard let stored = texts.template else { return nil }
    do throws(TemplateProblems) {
      return try ReportTemplate(parsing: stored.text, context)
    } catch {
      let first = error.problems.first
      throw RPCError(
        .failedPrecondition,
        "the stored template cannot be read: line \(first?.line ?? 0): \(first?.en ?? "")")
    }
  }

  func templateFacts(
    keys: [String], wantsDoubts: Bool, below place: String, year: ReportYear, scope: CallScope
  ) async -> TemplateFacts {
    async let fetched = FigureFetcher(backends: backends, limits: limits).figures(
      keys, scope: scope)
    let services = wantsDoubts ? ServiceName.withEntries : []
    let doubts = await withTaskGroup(
      of: (ServiceName, Result<DoubtfulEntries, RPCError>).self
    ) { group in
      for service in services {
        group.addTask {
          let found = await answer(service, scope) {
            try await doubtful(service, below: place, year: year, scope: scope)
          }
          return (service, found)
        }
      }
      var found: [(service: ServiceName, result: Result<DoubtfulEntries, RPCError>)] = []
      for await (service, result) in group { found.append((service, result)) }
      return found.sorted { $0.service < $1.service }
    }
    return TemplateFacts(fetched: await fetched, doubts: doubts)
  }

  /// Puts what came into the facts; a service that did not answer is named.
  func add(_ found: TemplateFacts, to facts: inout ReportFacts) throws(RPCError) {
    for (key, figure) in found.fetched.figures { facts.figures[key] = KnownFigure(figure) }
    for (key, error) in found.fetched.refusals {
      try Self.refuse(error)
      facts.figures[key] = .refused(key, because: error.message)
    }
    for (service, error) in found.fetched.failures { try note(error, service, in: &facts) }
    for (service, result) in found.doubts {
      switch result {
      case .success(let doubts):
        facts.doubtfulEntries += doubts.entries
        if doubts.isCut { facts.omissions.append("\(service.chinese)的存疑数据过多，只取了前面的部分") }
      case .failure(let error): try note(error, service, in: &facts)
      }
    }
  }

  private func doubtful(
    _ service: ServiceName, below place: String, year: ReportYear, scope: CallScope
  ) async throws -> DoubtfulEntries {
    let calls = try backends.records(of: service)
    let found = try await Pages.collect(maximumPages: limits.maximumPages) { token in
      let answer = try await calls.listQuarantineItems(
        ListQuarantineItemsRequest(
          pageSize: Pages.pageSize, pageToken: token, placeCode: place, state: .open),
        options: scope.options)
      return (answer.items, answer.nextPageToken)
    }
    guard !found.elements.isEmpty else { return DoubtfulEntries(entries: [], isCut: found.isCut) }
    // Titles are only for readers: without them the names are printed.
    let kinds = try? await calls.listEntryKinds(options: scope.options).kinds
    let entries = found.elements.map { DoubtfulEntry($0, of: service, kinds: kinds ?? []) }
    return DoubtfulEntries(
      entries: entries.filter {
        PlaceCode.isWithin($0.place, place) && $0.year ?? year.value <= year.value + 1
      }, isCut: found.isCut)
  }
}

extension DoubtfulEntry {
  init(
    _ item: CommonMessages.QuarantineItem, of service: ServiceName, kinds: [EntryKind]
  ) {
    let kind = kinds.first { $0.name == item.recordType }
    let name = item.field.isEmpty ? item.indicatorCode : item.field
    let field = kind?.fields.first { $0.name == name }
    self.init(
      service: service, id: item.id, place: item.placeCode, time: item.period,
      kind: kind?.titleZh ?? item.recordType, field: field?.titleZh ?? name,
      printedText: item.printedText, reason: item.reasonZh,
      candidates: item.candidates.map {
        DoubtfulValue.Candidate(
          printed: printed($0.quantity), rationale: $0.rationaleZh)
      },
      document: item.provenance?.document ?? "")
  }
}
