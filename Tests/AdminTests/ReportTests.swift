internal import ArgumentParser
internal import CommonMessages
internal import Foundation
internal import GatewayMessages
internal import RPC
internal import Testing

@testable internal import Admin

@Suite struct ReportTests {
  private static let total = FigureSpan(
    key: "total/450000/bureau/gross_output/2013", service: "statistics", printed: "810亿元",
    mark: .computed, notes: ["渠道没有写"])
  private static let stated = FigureSpan(
    key: "stated/growth", service: "statistics", printed: "8%", mark: .stated)
  private static let missing = FigureSpan(
    key: "growth/450000/bureau/gross_output/2013", service: "statistics", printed: "未统计",
    mark: .notRecorded, notes: ["无2012年记录", "渠道没有写"])

  private static let report = AnnualReport(
    title: "2013年工作报告", federationCode: "450000", federationName: "广西联社", year: "2013",
    sections: [
      Section(
        id: "economy", title: "经济 <运行>",
        paragraphs: [
          Paragraph(
            spans: [
              Span(content: .text("完成产值")), Span(content: .figure(total)),
              Span(content: .text("，增长")), Span(content: .figure(stated)),
              Span(content: .text("（计算：")), Span(content: .figure(missing)),
              Span(content: .text("，无2012年记录）。")),
            ], kind: .sentence),
          Paragraph(spans: [Span(content: .text("第一*项*"))], kind: .item),
          Paragraph(spans: [Span(content: .figure(total))], kind: .item),
          Paragraph(spans: [Span(content: .text("注意"))], kind: .note),
        ]),
      Section(
        id: "notes", title: "附注",
        paragraphs: [Paragraph(spans: [Span(content: .text("另注"))], kind: .note)]),
    ],
    missingServices: [
      MissingService(service: "registry", code: "unavailable", reason: "no answer")
    ],
    generateTime: "2026-01-02T03:04:05Z", generation: 7)

  @Test func markdownMarksEveryFigureAndTellsWhereItComesFrom() {
    #expect(
      MarkdownReport(Self.report, .zh).text == #"""
        # 2013年工作报告

        〔原文〕文件所载 · 〔计算〕由记录得出 · 未统计：没有记录，不等于零。生成时间 2026-01-02T03:04:05Z，数据版本 7。

        > 服务 registry 没有答复 (unavailable)：no answer；本报告缺它的数字

        ## 经济 \<运行\>

        完成产值810亿元〔计算〕[^1]，增长8%〔原文〕（计算：未统计[^1]，无2012年记录）。

        - 第一\*项\*
        - 810亿元〔计算〕[^1]
          - *注：注意*

        ## 附注

        *注：另注*

        ## 数字的由来

        某个数字是怎么来的：`lianshe explain '键'`

        - 810亿元〔计算〕 `total/450000/bureau/gross_output/2013`
        - 8%〔原文〕 `stated/growth`
        - 未统计 `growth/450000/bureau/gross_output/2013`

        [^1]: 渠道没有写

        """#)
  }

  @Test func htmlIsOnePageWithEverythingEscaped() {
    let text = HTMLReport(Self.report, .zh).text
    #expect(text.hasPrefix("<!doctype html>\n"))
    #expect(text.contains("<h2 id=\"economy\">经济 &lt;运行&gt;</h2>"))
    #expect(text.contains("810亿元<span class=\"mark\">〔计算〕</span>"))
    #expect(text.contains("<ul>\n<li>第一*项*</li>"))
    #expect(text.contains("</ul>\n<p class=\"note\">注意</p>"))
    #expect(!text.contains("<script"))
    #expect(
      text.components(separatedBy: "<ul>").count == text.components(separatedBy: "</ul>").count)
  }

  @Test func theCommandWritesWhatWasAskedAndNamesMissingServices() async throws {
    let stage = try await Stage { router in
      router.unary(ReportServiceMethods.getAnnualReport) { request, _ in
        guard request.federationCode == "450000", request.year == "2013" else {
          throw RPCError(.notFound, "federation \(request.federationCode) was not found")
        }
        return GetAnnualReportResponse(report: Self.report)
      }
    }
    let asked = ["--federation", "450000", "--year", "2013"]
    try await ReportAnnualCommand.parse(asked + ["--format", "json"]).run(stage.session)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(stage.screen.output.utf8)) as? [String: Any])
    #expect(json["title"] as? String == "2013年工作报告")
    #expect(stage.screen.notes.contains("registry"))

    let folder = try Folder()
    let path = "\(folder.path)/report.html"
    try await ReportAnnualCommand.parse(asked + ["--format", "html", "-o", path])
      .run(stage.session)
    #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("<!doctype html>"))

    let failure = try await failure {
      try await ReportAnnualCommand.parse(["--federation", "459999", "--year", "2013"])
        .run(stage.session)
    }
    #expect(failure?.exitCode == .notFound)
    await stage.end()
  }
}
