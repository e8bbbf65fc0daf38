internal import CommonMessages
internal import GatewayClients
internal import GatewayDomain
internal import GatewayReports
internal import GatewaySupport
internal import RPC
internal import Testing

struct TemplateReportTests {
  private static let awards = "exhibitions/award_tally/awards/450000"

  private static var exhibitions: MemoryEntries {
    var entries = MemoryEntries(
      .exhibitions,
      figures: [
        "\(awards)/2013": "109个", "\(awards)/2016": "206个",
        "\(awards)/2016?grade=gold": "25个", "\(awards)/2016?grade=silver": "181个",
      ])
    entries.quarantine = [
      QuarantineItem(
        id: "q9", placeCode: "450900", period: "2016", printedText: "2l个", rule: "unreadable",
        reasonZh: "像是字母", state: .open, recordType: "award_tally", field: "awards")
    ]
    return entries
  }

  private static let text = """
    # {federation}{year}年工作报告
    ## awards 获奖
    全年获奖{{exhibitions/award_tally/awards/{place}/{year}}}，拨款{{talent/grant/amount/{place}/{year}}}。
    ?? record exhibitions/award_tally/awards/{place}/{year} | 获奖总数再创新高
    ?? equal \(awards)/2016 = \(awards)/2016?grade=gold + \(awards)/2016?grade=silver | 金银相加为{{\(awards)/2016}}
    ?? at-most \(awards)/2016 <= \(awards)/2013 | 比三年前少
    > 以上为本级
    ## work 主要工作
    @narrative/work
    @narrative/nothing
    ## doubts 存疑
    @quarantine
    """

  private func document(
    _ text: String? = Self.text, exhibitions: FakeChannel = Self.exhibitions.channel(),
    statistics: FakeChannel = Sample.statistics.channel()
  ) async throws -> ReportDocument {
    let narrative = StoredNarrative(
      federationCode: "450000", year: 2016, id: "work", title: "主要工作", text: "第一段。\n第二段。",
      document: "广西联社2016年工作情况")
    let reader = ReportReader(
      backends: Backends(
        registry: Sample.registry.channel(), statistics: statistics, exhibitions: exhibitions,
        talent: MemoryEntries(.talent).channel()),
      texts: FixedTexts(text, narratives: [narrative]), now: { "2026-01-02T03:04:05Z" })
    let facts = try await reader.facts(
      of: "450000", year: try #require(ReportYear("2016")),
      scope: CallScope(deadline: .now + .seconds(30)))
    return ReportComposer(facts).document()
  }

  @Test func theTemplateDecidesOrderAndWords() async throws {
    let document = try await document()
    #expect(document.title == "广西壮族自治区二轻城镇集体工业联合社2016年工作报告")
    #expect(document.sections.map(\.title) == ["一、获奖", "二、主要工作", "三、存疑"])
    #expect(document.missing.isEmpty)
    let first = try #require(document.sections.first?.paragraphs.first)
    #expect(first.plainText == "全年获奖206个，拨款未统计。")
    let figure = try #require(document.figure("\(Self.awards)/2016"))
    #expect(figure.service == .exhibitions && figure.mark == .computed)
    #expect(figure.explainPath.hasPrefix("/v1/figures/explain?key=exhibitions/"))
  }

  @Test func claimsCarryTheirFiguresAndAnswers() async throws {
    let claims = try await document().sections[0].paragraphs.compactMap { paragraph in
      paragraph.claim.map { (paragraph, $0) }
    }
    #expect(
      claims.map(\.1.verdict) == [
        "〔无法验证：4期中只有2期有记录〕", "〔成立〕", "〔与记录不符：206个大于109个〕",
      ])
    #expect(claims[0].0.plainText == "获奖总数再创新高（2013年109个，2016年206个）")
    #expect(claims[1].1.text == "金银相加为206个")
    #expect(claims[1].0.plainText == "金银相加为206个（206个，25个，181个）")
  }

  @Test func numbersOfAStreakDoNotRunIntoTheirFigures() async throws {
    var entries = Self.exhibitions
    entries.figures = ["exhibitions/a/entries/450000/all?edition=fair-2": "1个"]
    let text = """
      # a
      ## b c
      ?? streak exhibitions/a/entries/450000/all?edition=fair-{n} 2..3 | 连续两届
      """
    let document = try await document(text, exhibitions: entries.channel())
    #expect(document.sections[0].paragraphs[0].plainText == "连续两届（第2：1个）")
  }

  @Test func textsThatPeopleWroteStandWhereTheTemplateSays() async throws {
    let work = try await document().section("work")
    #expect(
      work.paragraphs.map(\.plainText) == [
        "第一段。", "第二段。", "以上为文字叙述，见《广西联社2016年工作情况》。", "叙述“nothing”没有录入。",
      ])
  }

  @Test func doubtsOfEveryServiceAreListed() async throws {
    let text = try await document().text("doubts")
    #expect(text.contains("以下2项"))
    #expect(text.contains("2 3亿"))
    #expect(text.contains("玉林市2016年获奖统计的awards，原文印作“2l个”：像是字母。"))
  }

  @Test func theBuiltInReportListsThemToo() async throws {
    let text = try await document(nil).text("quarantine")
    #expect(text.contains("2l个") && text.contains("2 3亿"))
  }

  @Test func aServiceThatIsAwayIsSaidInItsPlaces() async throws {
    let away = Self.exhibitions.channel()
    away.fail(RPCError(.unavailable, "connection refused"))
    let document = try await document(exhibitions: away)
    #expect(document.missing.map(\.service) == [.exhibitions])
    let paragraphs = document.sections[0].paragraphs
    #expect(paragraphs[0].plainText == "全年获奖服务未应答，拨款未统计。")
    #expect(document.figure("\(Self.awards)/2016")?.mark == .unanswered)
    #expect(paragraphs[1].claim?.verdict == "〔无法验证：展会服务没有应答〕")
    #expect(paragraphs[1].plainText == "获奖总数再创新高")
    #expect(try document.text("doubts").contains("展会服务没有应答"))
    #expect(try document.text("doubts").contains("2 3亿"))
    for form in [
      MarkdownRenderer(.site).render(document), ReportPage().render(document),
    ] {
      #expect(form.contains("服务未应答") && form.contains("第一段。"))
    }
  }

  @Test func aKeyThatItsServiceRefusesSpoilsOnlyItself() async throws {
    var entries = Self.exhibitions
    entries.refused = ["\(Self.awards)/2013"]
    let document = try await document(exhibitions: entries.channel())
    #expect(document.missing.isEmpty)
    #expect(document.sections[0].paragraphs[0].plainText == "全年获奖206个，拨款未统计。")
    #expect(document.sections[0].paragraphs[3].claim?.outcome.answer == .notTestable)
  }

  @Test func figuresOfStatisticsAndOfTheRegisterMayStandInSentences() async throws {
    let text = """
      # a
      ## b c
      {{total/450000/bureau/gross_output/2013}}、{{registry/federations/450000/all/2016}}、{{registry/stated/gx-2006-federations}}
      """
    let document = try await document(text)
    #expect(document.sections[0].paragraphs[0].plainText == "810亿元、4个、82个")
    #expect(document.figures.map(\.service) == [.statistics, .registry, .registry])
    #expect(document.figures.map(\.mark) == [.computed, .computed, .stated])
  }

  @Test func aStoredTextThatIsNoTemplateIsAnErrorAndNotAnotherReport() async throws {
    let error = try await #require(throws: RPCError.self) { try await document("@weather") }
    #expect(error.code == .failedPrecondition)
  }

  @Test func claimsAreWrittenInEveryForm() async throws {
    let document = try await document()
    let markdown = MarkdownRenderer(.site).render(document)
    #expect(markdown.contains("**〔无法验证：4期中只有2期有记录〕**"))
    let page = ReportPage().render(document)
    #expect(page.contains(#"<p class="claim notTestable">获奖总数再创新高"#))
    #expect(page.contains(#"<strong class="verdict">成立</strong>"#))
    #expect(page.contains(#"<p class="claim contradicted">"#))
  }
}
