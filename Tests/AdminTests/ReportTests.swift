internal import ArgumentParser
internal import CommonMessages
internal import Foundation
internal import GatewayMessages
internal import RPC
internal import Testing

@testable internal import Admin

@Suite struct ReportTests {
  private static let missing = [
    MissingService(service: "registry", code: "unavailable", reason: "no answer")
  ]

  @Test func theCommandWritesWhatWasAskedAndNamesMissingServices() async throws {
    let stage = try await Stage { router in
      router.unary(ReportServiceMethods.getAnnualReport) { request, _ in
        guard request.federationCode == "450000", request.year == "2013" else {
          throw RPCError(.notFound, "federation \(request.federationCode) was not found")
        }
        return GetAnnualReportResponse(
          report: AnnualReport(title: "2013年工作报告", missingServices: Self.missing))
      }
      router.unary(ReportServiceMethods.renderAnnualReport) { request, _ in
        guard request.federationCode == "450000" else {
          throw RPCError(.notFound, "federation \(request.federationCode) was not found")
        }
        let text = "\(request.form) \(request.linkBase)"
        return RenderAnnualReportResponse(
          contentType: "text/plain", content: Array(text.utf8), missingServices: Self.missing)
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
    try await ReportAnnualCommand.parse(
      asked + ["--format", "html", "-o", path, "--link-base", "http://h"]
    )
    .run(stage.session)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "html http://h")

    let failure = try await failure {
      try await ReportAnnualCommand.parse(["--federation", "459999", "--year", "2013"])
        .run(stage.session)
    }
    #expect(failure?.exitCode == .notFound)
    await stage.end()
  }
}
