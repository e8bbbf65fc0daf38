// What a report takes from statistics: first what there is, then the figures that this leads to.

internal import CommonMessages
internal import GatewayDomain
internal import Measures
internal import RPC
internal import StatisticsMessages

extension ReportReader {
  func statistics(
    place: String, year: ReportYear, scope: CallScope
  ) async throws -> StatisticsFacts {
    var facts = StatisticsFacts()
    async let catalogue = catalogue(scope: scope)
    async let years = backends.statistics.listYears(
      ListYearsRequest(placeCode: place), options: scope.options)
    async let stated = statedFigures(of: place, scope: scope)
    async let targets = targets(of: place, scope: scope)
    async let doubtful = doubtful(below: place, scope: scope)
    async let differences = backends.statistics.listDifferences(
      ListDifferencesRequest(placeCode: place, period: "\(year.value)"), options: scope.options)
    let known = try await catalogue
    (facts.channels, facts.indicators) = (known.channels, known.indicators)
    facts.years = try await years.years.compactMap { Int($0) }
    (facts.stated, facts.targets) = (try await stated.elements, try await targets.elements)
    facts.doubtful = try await doubtful.elements
    let compared = try await differences
    facts.differences = compared.differences.compactMap(FigureDifference.init)
    facts.comparedCount = Int(clamping: compared.comparedCount)
    let cuts = [
      ("指标", known.isCut), ("原文数字", try await stated.isCut),
      ("目标", try await targets.isCut), ("存疑数据", try await doubtful.isCut),
    ]
    facts.omissions += cuts.filter(\.1).map { "\($0.0)过多，只取了前面的部分" }
    try await addReports(to: &facts, place: place, year: year, scope: scope)
    try await addFigures(to: &facts, place: place, year: year, scope: scope)
    return facts
  }

  private func catalogue(
    scope: CallScope
  ) async throws -> (channels: [ChannelEntry], indicators: [IndicatorEntry], isCut: Bool) {
    async let channels = backends.statistics.listChannels(
      ListChannelsRequest(), options: scope.options)
    async let forms = backends.statistics.listForms(ListFormsRequest(), options: scope.options)
    async let indicators = Pages.collect(maximumPages: limits.maximumPages) { token in
      let answer = try await backends.statistics.listIndicators(
        ListIndicatorsRequest(pageSize: Pages.pageSize, pageToken: token), options: scope.options)
      return (answer.indicators.map(IndicatorEntry.init), answer.nextPageToken)
    }
    let annual = try await forms.forms.filter { $0.periodKind == .year }
    let entries = try await channels.channels.map { channel in
      var codes: [String] = []
      for form in annual where form.channelCode == channel.code {
        codes += form.indicatorCodes.filter { !codes.contains($0) }
      }
      return ChannelEntry(code: channel.code, name: channel.nameZh, indicatorCodes: codes)
    }
    let found = try await indicators
    return (entries, found.elements, found.isCut)
  }

  /// Figures stated of the place itself, and of the places below.
  private func statedFigures(
    of place: String, scope: CallScope
  ) async throws -> (elements: [StatedEntry], isCut: Bool) {
    async let own = statedFigures(ListStatedFiguresRequest(placeCode: place), scope: scope)
    async let all = statedFigures(ListStatedFiguresRequest(), scope: scope)
    let (mine, others) = (try await own, try await all)
    let below = others.elements.filter { PlaceCode.isBelow($0.place, place) }
    return (mine.elements + below, mine.isCut || others.isCut)
  }

  private func statedFigures(
    _ request: ListStatedFiguresRequest, scope: CallScope
  ) async throws -> (elements: [StatedEntry], isCut: Bool) {
    try await Pages.collect(maximumPages: limits.maximumPages) { token in
      var request = request
      request.pageSize = Pages.pageSize
      request.pageToken = token
      let answer = try await backends.records(of: .statistics).listStatedFigures(
        request, options: scope.options)
      let found = answer.statedFigures.compactMap { StatedEntry($0, of: .statistics) }
      return (found, answer.nextPageToken)
    }
  }

  private func targets(
    of place: String, scope: CallScope
  ) async throws -> (elements: [TargetEntry], isCut: Bool) {
    try await Pages.collect(maximumPages: limits.maximumPages) { token in
      let answer = try await backends.statistics.listTargets(
        ListTargetsRequest(pageSize: Pages.pageSize, pageToken: token, placeCode: place),
        options: scope.options)
      return (answer.targets.compactMap(TargetEntry.init), answer.nextPageToken)
    }
  }

  private func doubtful(
    below place: String, scope: CallScope
  ) async throws -> (elements: [DoubtfulValue], isCut: Bool) {
    let found = try await Pages.collect(maximumPages: limits.maximumPages) { token in
      let answer = try await backends.statistics.listQuarantineItems(
        ListQuarantineItemsRequest(
          pageSize: Pages.pageSize, pageToken: token, placeCode: place, state: .open),
        options: scope.options)
      return (answer.items.compactMap(DoubtfulValue.init), answer.nextPageToken)
    }
    return (found.elements.filter { PlaceCode.isSameOrBelow($0.place, place) }, found.isCut)
  }

  /// Reports that speak for a whole place, of this year, the next and those compared, and the
  /// totals of the places directly below.
  private func addReports(
    to facts: inout StatisticsFacts, place: String, year: ReportYear, scope: CallScope
  ) async throws {
    let plan = FigurePlan(place: place, year: year.value, facts: facts)
    let periods = (plan.historyYears + [year.value, year.value + 1]).filter(Period.years.contains)
    async let reports = Concurrently.map(periods, limit: limits.concurrentCalls) { period in
      try await Pages.collect(maximumPages: limits.maximumPages) { token in
        let answer = try await backends.statistics.listReports(
          ListReportsRequest(
            pageSize: Pages.pageSize, pageToken: token, placeCode: place, period: "\(period)",
            coverage: .whole), options: scope.options)
        return (answer.reports.compactMap(WholeReport.init), answer.nextPageToken)
      }
    }
    async let natures = self.natures(
      in: plan.historyYears + [year.value], of: place, scope: scope)
    async let totals = Concurrently.map(plan.candidateRows, limit: limits.concurrentCalls) { row in
      try await backends.statistics.listPlaceTotals(
        ListPlaceTotalsRequest(
          parentCode: place, channelCode: row.channel, indicatorCode: row.indicator,
          period: "\(year.value)"), options: scope.options)
    }
    facts.natures = try await natures
    let found = try await reports
    facts.wholeReports = found.flatMap(\.elements)
    if found.contains(where: \.isCut) { facts.omissions.append("整体报表过多，只取了前面的部分") }
    for (row, answer) in zip(plan.candidateRows, try await totals) {
      for figure in answer.figures {
        let parts = figure.key.split(separator: "/")
        guard parts.count > 1 else { continue }
        let key = FigureKey(
          .total, place: String(parts[1]), channel: row.channel, indicator: row.indicator,
          period: "\(year.value)")
        facts.placeTotals[key] = KnownFigure(figure)
      }
    }
  }

  /// Which natures besides the actual were recorded in the years that are shown.
  private func natures(
    in years: [Int], of place: String, scope: CallScope
  ) async throws -> [Int: Set<Measures.Nature>] {
    let questions = years.flatMap { year in
      FigurePlan.natures.filter { $0 != .actual }.map { (year: year, nature: $0) }
    }
    let answers = try await Concurrently.map(questions, limit: limits.concurrentCalls) { question in
      try await backends.statistics.listReports(
        ListReportsRequest(
          pageSize: 1, placeCode: place, period: "\(question.year)",
          nature: question.nature.message), options: scope.options)
    }
    var found: [Int: Set<Measures.Nature>] = [:]
    for (question, answer) in zip(questions, answers) where !answer.reports.isEmpty {
      found[question.year, default: []].insert(question.nature)
    }
    return found
  }

  /// Totals and targets first; then the growth of what is recorded or stated.
  ///
  /// A write between two questions would pair a new total with an old growth, so all are asked again
  /// until one generation answered them; under steady writing the last answers stand.
  private func addFigures(
    to facts: inout StatisticsFacts, place: String, year: ReportYear, scope: CallScope
  ) async throws {
    let base = facts
    var isMoving = true
    for _ in 0..<limits.generationRounds where isMoving {
      var round = base
      let totals = FigurePlan(place: place, year: year.value, facts: round).totalKeys
      var generations = try await ask(totals, into: &round, scope: scope)
      let growth = FigurePlan(place: place, year: year.value, facts: round).growthKeys
      generations.formUnion(try await ask(growth, into: &round, scope: scope))
      round.generation = generations.max() ?? 0
      isMoving = generations.count > 1
      facts = round
    }
    if isMoving { facts.omissions.append("写这份报告时记录正在变动，各数字可能不出自同一时刻") }
  }

  /// - Returns: the generations that answered.
  private func ask(
    _ keys: [FigureKey], into facts: inout StatisticsFacts, scope: CallScope
  ) async throws -> Set<Int64> {
    let size = limits.keysPerBatch
    let batches = stride(from: 0, to: keys.count, by: size).map { start in
      Array(keys[start..<min(start + size, keys.count)])
    }
    let answers = try await Concurrently.map(batches, limit: limits.concurrentCalls) { batch in
      let answer = try await backends.statistics.batchGetFigures(
        BatchGetFiguresRequest(keys: batch.map(\.text)), options: scope.options)
      guard answer.figures.count == batch.count else {
        throw RPCError(.internal, "statistics answered another number of figures than was asked")
      }
      return answer
    }
    for (batch, answer) in zip(batches, answers) {
      for (key, figure) in zip(batch, answer.figures) { facts.figures[key] = KnownFigure(figure) }
    }
    return Set(answers.map(\.generation))
  }
}
