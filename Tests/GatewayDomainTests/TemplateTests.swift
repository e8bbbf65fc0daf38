internal import GatewayDomain
internal import Testing

struct TemplateTests {
  static let context = TemplateContext(
    year: 2016, place: "450000", federation: "示例联社", below: "各市")

  private func read(_ text: String) throws(TemplateProblems) -> ReportTemplate {
    try ReportTemplate(parsing: text, Self.context)
  }

  private func problems(_ text: String) -> [TemplateProblem] {
    do throws(TemplateProblems) {
      _ = try read(text)
      return []
    } catch {
      return error.problems
    }
  }

  private func inSection(_ lines: String) -> String { "# 标题\n## one 一\n\(lines)" }

  @Test func linesBecomeWhatTheySay() throws {
    let template = try read(
      """
      \u{FEFF}# {federation}{year}年工作报告

      ## awards 获奖（{below}）
      {year}年获奖{{exhibitions/award_tally/awards/{place}/{year}?level=national}}，上年{{ exhibitions/award_tally/awards/{place}/{year-1} }}。
      - 一项
      > 说明
      @economy
      @narrative/work-2016
      """)
    #expect(template.title == "示例联社2016年工作报告")
    let section = try #require(template.sections.first)
    #expect(section.id == "awards" && section.title == "获奖（各市）")
    #expect(section.lines.map(\.number) == [4, 5, 6, 7, 8])
    #expect(
      section.lines.map(\.content) == [
        .sentence([
          .text("2016年获奖"),
          .figure("exhibitions/award_tally/awards/450000/2016?level=national"), .text("，上年"),
          .figure("exhibitions/award_tally/awards/450000/2015"), .text("。"),
        ]), .item([.text("一项")]), .note([.text("说明")]), .block(.economy),
        .block(.narrative("work-2016")),
      ])
    #expect(template.blocks == [.economy, .narrative("work-2016")])
    #expect(template.quarantineSection == nil)
  }

  @Test func windowsLineEndsAreLineEnds() throws {
    #expect(try read("# a\r\n## b c\r\n@economy\r\n").sections.first?.lines.count == 1)
  }

  @Test func theBuiltInTemplateIsATemplate() throws {
    let template = try read(ReportTemplate.defaultText)
    #expect(
      template.sections.map(\.id) == [
        "economy", "places", "targets", "history", "quarantine", "differences", "network",
      ])
    #expect(template.sections[1].title == "各市情况")
    #expect(template.quarantineSection == 5)
    #expect(template.keys.isEmpty)
  }

  @Test func everyClaimIsRead() throws {
    let template = try read(
      inSection(
        """
        ?? record exhibitions/award_tally/awards/{place}/{year} | 再创新高
        ?? first talent/grant/distinct-person/450000/{year} | 首次
        ?? streak exhibitions/a/entries/450000/all?edition=fair-{n} 2..6 | 连续五届
        ?? rank 2 exhibitions/a/sales/450000/all?edition=fair-{n} 1..6 | 历届第二位
        ?? equal total/450000/b/x/2016 = total/450000/b/y/2016 + total/450000/b/z/2016 | 合计
        ?? ratio talent/a/entries/450000/2016 / talent/b/entries/450000/2016 = 10% | 一成
        ?? at-most registry/stated/a <= registry/stated/b | 不超过{{registry/stated/b}}
        """))
    let tests = template.sections[0].lines.compactMap { line -> ClaimTest? in
      if case .claim(_, let test) = line.content { test } else { nil }
    }
    #expect(tests.count == 7)
    guard case .record(let years) = tests[0], case .streak(let editions) = tests[2],
      case .rank(let rank, let last, let others) = tests[3]
    else {
      Issue.record("\(tests)")
      return
    }
    #expect(years.count == TemplateLimits.earlierYears + 1)
    #expect(
      years.last == ClaimPeriod(label: "2016年", key: "exhibitions/award_tally/awards/450000/2016"))
    #expect(years.first?.label == "1986年")
    #expect(editions.map(\.label) == ["第2", "第3", "第4", "第5", "第6"])
    #expect(editions.first?.key == "exhibitions/a/entries/450000/all?edition=fair-2")
    #expect(rank == 2 && last.label == "第6" && others.count == 5)
  }

  @Test(arguments: [
    ("## a b\n@economy", "template.title"), ("# a", "template.section"),
    ("# a\n正文", "template.outside"), ("# a\n# b\n## c d", "template.title"),
    ("# a\n## B b", "template.section"), ("# a\n## b", "template.section"),
    ("# a\n## b c\n## b c", "template.section.twice"), ("# a\n## b c\n### b", "template.line"),
    ("# a\n## b c\n@weather", "template.block"), ("# a\n## b c\n@narrative/", "template.block"),
    ("# a\n## b c\n{month}", "template.placeholder"),
    ("# a\n## b c\n{year", "template.placeholder"),
    ("# a\n## b c\n{{total/x", "template.braces"), ("# a\n## b {{stated/x}}", "template.section"),
    ("# a\n## b c\n{{weather/today}}", "template.key"), ("# a\n## b c\n{{}}", "template.key"),
    ("# a\n## b c\n{{exhibitions/a/b/450000}}", "template.key"),
    ("# a\n## b c\n{{exhibitions/a/b/450000/2016?grade}}", "template.key"),
    ("# a\n## b c\n{{registry/federations/450000/many/2016}}", "template.key"),
    ("# a\n## b c\n{{total/a b/c/d/e}}", "template.key"),
    ("# a\n## b c\n?? record stated/x", "template.claim"),
    ("# a\n## b c\n?? record talent/a/b/1/{year} |", "template.claim"),
    ("# a\n## b c\n?? record talent/a/b/1/2016 | x", "template.claim.year"),
    ("# a\n## b c\n?? streak talent/a/b/1/{n} 3..2 | x", "template.claim.range"),
    ("# a\n## b c\n?? streak talent/a/b/1/{n} 1..101 | x", "template.claim.range"),
    ("# a\n## b c\n?? streak talent/a/b/1/2016 1..2 | x", "template.claim.number"),
    ("# a\n## b c\n?? rank 4 talent/a/b/1/{n} 1..3 | x", "template.claim.range"),
    ("# a\n## b c\n?? ratio stated/a / stated/b = 10家 | x", "template.claim.percent"),
    ("# a\n## b c\n?? equal stated/a = stated/b + | x", "template.claim"),
    ("# a\n## b c\n?? most stated/a | x", "template.claim"),
    ("# a\n## b c\n?? at-most weather <= stated/b | x", "template.key"),
  ])
  func errorsSayTheirRule(_ text: String, _ rule: String) {
    let found = problems(text)
    #expect(found.map(\.rule) == [rule], "\(found)")
    for problem in found { #expect(!problem.zh.isEmpty && !problem.en.isEmpty) }
  }

  @Test func allErrorsAreToldAtOnceWithTheirLines() {
    let found = problems("# a\n## b c\n@weather\n好\n{{x}}\n{month}\n?? x | y")
    #expect(found.map(\.line) == [3, 5, 6, 7])
  }

  @Test func everyLimitIsKept() {
    let lines = Array(repeating: "好", count: TemplateLimits.lines - 2)
    #expect(problems(inSection(lines.joined(separator: "\n"))).isEmpty)
    #expect(
      problems(inSection((lines + ["好"]).joined(separator: "\n"))).map(\.rule) == ["template.lines"]
    )
    let large = String(repeating: "a", count: TemplateLimits.bytes)
    #expect(problems(inSection(large)).map(\.rule) == ["template.size"])
    func keys(_ count: Int) -> String {
      (1...count).map { "{{stated/\($0)}}" }.joined(separator: "\n")
    }
    #expect(problems(inSection(keys(TemplateLimits.keys))).isEmpty)
    #expect(problems(inSection(keys(TemplateLimits.keys + 1))).map(\.rule) == ["template.keys"])
    func sections(_ count: Int) -> String {
      "# a\n" + (1...count).map { "## s\($0) 节" }.joined(separator: "\n")
    }
    #expect(problems(sections(TemplateLimits.sections)).isEmpty)
    #expect(problems(sections(TemplateLimits.sections + 1)).map(\.rule) == ["template.sections"])
    let title = String(repeating: "标", count: TemplateLimits.titleCharacters + 1)
    #expect(problems("# \(title)\n## a b").map(\.rule) == ["template.title"])
    let terms = (1...TemplateLimits.terms + 1).map { "stated/\($0)" }.joined(separator: " + ")
    #expect(
      problems(inSection("?? equal stated/a = \(terms) | x")).map(\.rule) == [
        "template.claim.terms"
      ])
    let long = String(repeating: "x", count: TemplateLimits.keyBytes)
    #expect(problems(inSection("{{stated/\(long)}}")).map(\.rule) == ["template.key"])
    let wrong = Array(repeating: "@weather", count: TemplateLimits.problems + 5)
    #expect(problems(inSection(wrong.joined(separator: "\n"))).count == TemplateLimits.problems)
  }

  @Test func noTextBringsTheParserDown() {
    let pieces = [
      "#", "##", "@", "??", "|", "{{", "}}", "{", "}", "..", "year", " ", "\n", "好", "/",
    ]
    var seed: UInt64 = 7
    for _ in 0..<2_000 {
      var text = ""
      for _ in 0..<20 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += pieces[Int(seed >> 33) % pieces.count]
      }
      _ = problems(text)
    }
  }
}
