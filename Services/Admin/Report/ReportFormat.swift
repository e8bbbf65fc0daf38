// The forms of a report. The gateway writes it: whoever asks gets the same text.

internal import ArgumentParser
internal import GatewayMessages
internal import Wire

enum ReportFormat: String, CaseIterable, Sendable, ExpressibleByArgument {
  case markdown, json, html

  /// A report as bytes, and the services that it lacks.
  struct Written {
    let content: [UInt8]
    let missingServices: [MissingService]
  }

  func ask(
    _ federation: String, _ year: String, linkBase: String, _ session: Session
  ) async throws -> Written {
    let client = try session.reports()
    return try await session.calling(.gateway) {
      switch self {
      case .json:
        let answer = try await client.getAnnualReport(
          GetAnnualReportRequest(federationCode: federation, year: year),
          options: try session.options())
        let report = answer.report ?? AnnualReport()
        return Written(
          content: try report.jsonUTF8() + [UInt8(ascii: "\n")],
          missingServices: report.missingServices)
      case .markdown, .html:
        let answer = try await client.renderAnnualReport(
          RenderAnnualReportRequest(
            federationCode: federation, year: year, form: self == .html ? .html : .markdown,
            linkBase: linkBase), options: try session.options())
        return Written(content: answer.content, missingServices: answer.missingServices)
      }
    }
  }
}
