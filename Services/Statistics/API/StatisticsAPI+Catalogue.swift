// Indicators, channels, forms and their calendars.

internal import Measures
internal import CommonMessages
package import RPC
internal import ServiceAPI
internal import StatisticsDomain
package import StatisticsMessages
internal import StatisticsStorage
internal import Storage

extension StatisticsAPI {
  package func getIndicator(
    _ request: GetIndicatorRequest, context: CallContext
  ) async throws -> GetIndicatorResponse {
    if let known = answers.indicator(request.code) {
      return GetIndicatorResponse(indicator: known)
    }
    return try await answering {
      let epoch = answers.epoch
      let indicator = try await reading(context) { _, reference in
        try reference.catalogue.catalogue.indicator(request.code).message
      }
      answers.keep(indicator, epoch: epoch)
      return GetIndicatorResponse(indicator: indicator)
    }
  }

  package func listIndicators(
    _ request: ListIndicatorsRequest, context: CallContext
  ) async throws -> ListIndicatorsResponse {
    try await answering {
      let page = try PageRequest(size: request.pageSize, token: request.pageToken)
      let tokens = try await database.pageTokens(query: [context.method.path])
      var last: Int64 = 0
      if case .integer(let number)? = try tokens.start(page)?.first { last = number }
      let all = try await reading(context) { _, reference in
        reference.catalogue.numberedIndicators
      }
      // An import that is taken back takes its indicators with it: a page goes on behind the last
      // number, whether that indicator is still there or not.
      let rest = Array(all.drop { $0.number <= last }.prefix(page.size + 1))
      let answer = tokens.page(rest, size: page.size) { [.integer($0.number)] }
      return ListIndicatorsResponse(
        indicators: answer.items.map(\.indicator.message), nextPageToken: answer.nextToken,
        totalSize: UInt64(all.count))
    }
  }

  package func createIndicator(
    _ request: CreateIndicatorRequest, context: CallContext
  ) async throws -> CreateIndicatorResponse {
    try await answering("indicator") {
      var violations: [Violation] = []
      let indicator = Indicator.reading(
        request.indicator ?? .init(), path: "indicator", violations: &violations)
      try refuse(violations)
      guard let indicator else { throw RPCError.invalid([]) }
      return try await mutating(request, requestID: request.requestId, context) { transaction in
        try StatisticsScope.requireCatalogue(transaction)
        try CatalogueTable.insert(indicator, transaction)
        try Journal.record(
          catalogue: "indicator", indicator.code, indicator.message, transaction)
        return CreateIndicatorResponse(indicator: indicator.message)
      }
    }
  }

  package func listChannels(
    _ request: ListChannelsRequest, context: CallContext
  ) async throws -> ListChannelsResponse {
    try await answering {
      try await reading(context) { _, reference in
        ListChannelsResponse(channels: reference.catalogue.catalogue.channels.map(\.message))
      }
    }
  }

  package func listForms(
    _ request: ListFormsRequest, context: CallContext
  ) async throws -> ListFormsResponse {
    try await answering {
      try await reading(context) { _, reference in
        let catalogue = reference.catalogue.catalogue
        var forms = catalogue.forms
        if !request.channelCode.isEmpty {
          let channel = try catalogue.channel(request.channelCode)
          forms = forms.filter { $0.channelCode == channel.code }
        }
        return ListFormsResponse(forms: forms.map(\.message))
      }
    }
  }

  package func createForm(
    _ request: CreateFormRequest, context: CallContext
  ) async throws -> CreateFormResponse {
    try await answering("form") {
      let form = Form(request.form ?? .init())
      return try await mutating(request, requestID: request.requestId, context) { transaction in
        try StatisticsScope.requireCatalogue(transaction)
        try CatalogueTable.insert(form, transaction)
        try Journal.record(catalogue: "form", form.code, form.message, transaction)
        return CreateFormResponse(form: form.message)
      }
    }
  }

  package func listReportingPeriods(
    _ request: ListReportingPeriodsRequest, context: CallContext
  ) async throws -> ListReportingPeriodsResponse {
    try await answering {
      var violations: [Violation] = []
      let period = Self.period(request.year, path: "year", &violations)
      if let period, period.kind != .year {
        violations.append(
          Violation(
            path: "year", value: request.year, rule: "period.year", zh: "须是四位年份",
            en: "a year has four digits"))
      }
      try refuse(violations)
      return try await reading(context) { _, reference in
        let form = try reference.catalogue.catalogue.form(request.formCode)
        return ListReportingPeriodsResponse(
          periods: try form.calendar(year: period?.year ?? 0).map(\.message))
      }
    }
  }
}
