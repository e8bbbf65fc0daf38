internal import GatewayDomain
internal import GatewayReports
internal import GatewaySupport
internal import RPC
internal import Testing

struct MarkdownTests {
  @Test func theDocumentBeginsWithItsTitleAndEveryNumberIsALink() async throws {
    let document = try await Reports.document()
    let text = MarkdownRenderer(.site).render(document)
    #expect(text.hasPrefix("# 广西壮族自治区"))
    #expect(text.contains("## 一、经济运行"))
    #expect(text.contains("工业总产值[810亿元][1]〔计算〕，同比增长[8%][2]〔原文〕"))
    #expect(text.contains("[1]: /v1/figures/explain?key=total/450000/bureau/gross_output/2013\n"))
    for figure in document.figures { #expect(text.contains("[\(figure.printed)]")) }
  }

  @Test func aFigurePrintedTwiceHasOneLink() {
    let figure = ReportSpan.figure(
      PrintedFigure(key: "a/b", service: .statistics, printed: "1家", mark: .computed))
    let document = Self.document([ReportParagraph(.sentence, [figure, .text("和"), figure])])
    let text = MarkdownRenderer(.explanations(base: "http://example")).render(document)
    #expect(text.contains("[1家][1]〔计算〕和[1家][1]〔计算〕"))
    #expect(text.hasSuffix("\n\n[1]: http://example/v1/figures/explain?key=a/b\n"))
  }

  @Test func notesOfAFigureGoWithItsSource() {
    let figure = ReportSpan.figure(
      PrintedFigure(
        key: "a/b", service: .statistics, printed: "未统计", mark: .notRecorded,
        notes: ["无\"2012年\"记录"]))
    let document = Self.document([ReportParagraph(.sentence, [figure])])
    let linked = MarkdownRenderer(.site).render(document)
    #expect(linked.hasSuffix("[1]: /v1/figures/explain?key=a/b \"无\\\"2012年\\\"记录\"\n"))
    let listed = MarkdownRenderer(.keys).render(document)
    #expect(listed.contains("\n未统计\n"))
    #expect(listed.hasSuffix("- 未统计 `a/b`：无\"2012年\"记录\n"))
  }

  @Test func markupInTextIsEscaped() {
    let document = Self.document([ReportParagraph(.item, "a*b_c[d](e)<f>#g|h\\i&j`k`\n- l")])
    let text = MarkdownRenderer(.site).render(document)
    #expect(text.contains("- a\\*b\\_c\\[d\\](e)\\<f\\>\\#g\\|h\\\\i&amp;j\\`k\\` - l"))
  }

  @Test func notesStandInsideTheirItem() {
    let document = Self.document([
      ReportParagraph(.item, "一"), ReportParagraph(.note, "甲"), ReportParagraph(.item, "二"),
      ReportParagraph(.sentence, "三"), ReportParagraph(.note, "乙"),
    ])
    let text = MarkdownRenderer(.site).render(document)
    #expect(text.contains("- 一\n  - *注：甲*\n- 二\n\n三\n\n*注：乙*"))
  }

  @Test func missingServicesStandAtTheTop() {
    var document = Self.document([])
    document.missing = [
      MissingAnswer(service: .registry, code: "unavailable", reason: "connection refused")
    ]
    #expect(
      MarkdownRenderer(.site).render(document)
        .contains("> **名录服务没有应答**（unavailable）：connection refused"))
  }

  static func document(_ paragraphs: [ReportParagraph]) -> ReportDocument {
    ReportDocument(
      title: "题", federationCode: "990000", federationName: "", year: 2013,
      sections: [ReportSection(id: "s", title: "一、节", paragraphs: paragraphs)], missing: [],
      generateTime: "2026-01-02T03:04:05Z", generation: 1)
  }
}

struct PageTests {
  @Test func theReportIsACompletePageWithoutScriptOrInlineStyle() async throws {
    let document = try await Reports.document()
    let page = ReportPage().render(document)
    #expect(page.hasPrefix("<!doctype html>\n<html lang=\"zh-CN\">"))
    #expect(page.contains("<link rel=\"stylesheet\" href=\"\(Stylesheet.path)\">"))
    #expect(page.hasSuffix("</html>\n"))
    #expect(!page.contains("<script") && !page.contains("style=") && !page.contains("{{"))
    for figure in document.figures {
      #expect(page.contains("<span class=\"number\">\(figure.printed)</span>"))
    }
    #expect(page.contains("<span class=\"mark\">原文</span>"))
    #expect(page.contains("title=\"无2012年记录\""))
  }

  @Test func noWhiteSpaceStandsBetweenChineseWordsAndNumbers() async throws {
    let page = ReportPage().render(try await Reports.document())
    #expect(page.contains("工业总产值<a class=\"figure computed\""))
    #expect(page.contains("</span></a>，同比增长<a"))
  }

  @Test func textIsEscaped() {
    let document = MarkdownTests.document([
      ReportParagraph(.sentence, "<b>&\"'"),
      ReportParagraph(
        .item,
        [
          .figure(
            PrintedFigure(
              key: "a\"><b>", service: .statistics, printed: "<1>", mark: .stated,
              notes: ["\"><i>"]))
        ]),
    ])
    let page = ReportPage().render(document)
    #expect(!page.contains("<b>") && !page.contains("<i>") && !page.contains("<1>"))
    #expect(page.contains("&lt;b&gt;&amp;&quot;"))
  }

  @Test func yearsAndFormsAreLinked() async throws {
    let page = ReportPage().render(try await Reports.document())
    for path in ["year=2012\"", "year=2014\"", "format=markdown", "format=json"] {
      #expect(page.contains(path))
    }
  }

  @Test func anExplanationShowsSourceAndSentence() {
    let record = ExplanationDocument.Record(
      type: "报表", name: "r1", path: "/v1/statistical-reports/r1", printed: "810亿元",
      facts: ["广西", "", "2013"], document: "工作总结", sentence: "全年…810亿元。", note: "")
    let other = ExplanationDocument.Record(
      type: "目标", name: "t1", path: nil, printed: "", facts: [], document: "", sentence: "",
      note: "")
    let input = ExplanationDocument.Input(
      key: "total/x", label: "甲", printed: "未统计", mark: .notRecorded)
    let page = ExplanationPage().render(
      ExplanationDocument(
        figure: .init(key: "k", label: "规上产值", printed: "810亿元", mark: .computed),
        range: "真值在…", formula: "整体", notes: ["说明一"], inputs: [input], records: [record, other],
        recordCount: 2, nextPath: "/next"))
    #expect(page.contains("<blockquote>全年…810亿元。</blockquote>"))
    #expect(page.contains("<a href=\"/v1/statistical-reports/r1\">r1</a>"))
    #expect(page.contains("广西 · 2013"))
    #expect(page.contains("<a href=\"/next\">"))
    // The second record has no sentence, and the input no mark: nothing is borrowed from around.
    #expect(page.components("<blockquote>") == 1)
    #expect(page.components("<span class=\"mark\">计算</span>") == 1)
    #expect(!page.contains("{{"))
  }

  @Test func theStartPageLinksReportsOfYears() {
    let page = StartPage().render(
      StartDocument(
        federations: [
          .init(code: "450000", name: "甲", level: "省级", years: [2006, 2013]),
          .init(code: "450900", name: "乙", level: "市级", years: []),
          .init(code: "450923", name: "丙", level: "县级", years: nil),
        ], isCut: true, failure: nil, routes: [("/v1/places", "行政区划")]))
    #expect(page.contains("<a href=\"/v1/federations/450000/report?year=2013\">2013年</a>"))
    #expect(page.contains("没有记录"))
    #expect(page.contains("/?federation=450923"))
    #expect(page.contains("只列出前面的联社"))
    #expect(!page.contains("{{"))
  }

  @Test func anEmptyRegisterTeachesTheNextStep() {
    let page = StartPage().render(
      StartDocument(federations: [], isCut: false, failure: nil, routes: []))
    #expect(page.contains("lianshe import"))
    let failed = StartPage().render(
      StartDocument(federations: [], isCut: false, failure: "名录服务：服务暂不可用", routes: []))
    #expect(failed.contains("服务暂不可用") && !failed.contains("lianshe import"))
  }

  @Test func aProblemIsAPageToo() {
    let page = ProblemPage().render(
      status: 404, title: "没有找到", detail: "federation 459999 was not found", violations: [],
      available: ["450000"], traceID: "abc")
    #expect(page.contains("459999") && page.contains("现有：450000") && page.contains("abc"))
  }
}

extension String {
  /// How often a text occurs.
  func components(_ text: String) -> Int { ranges(of: text).count }
}
