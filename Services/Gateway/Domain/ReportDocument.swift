// A report is a document of sections, paragraphs and spans. A number in it is never text: it is a
// span bound to the key of the figure that it prints, so that a reader can ask where it comes from.

package import Measures

/// A report, ready to be written in any form.
package struct ReportDocument: Sendable, Hashable {
  package var title: String
  package var federationCode: String
  package var federationName: String
  package var year: Int
  package var sections: [ReportSection]
  package var missing: [MissingAnswer]
  /// When it was computed, RFC 3339.
  package var generateTime: String
  /// Data generation of the statistics service; 0 when it did not answer.
  package var generation: Int64

  package init(
    title: String, federationCode: String, federationName: String, year: Int,
    sections: [ReportSection], missing: [MissingAnswer], generateTime: String, generation: Int64
  ) {
    self.title = title
    self.federationCode = federationCode
    self.federationName = federationName
    self.year = year
    self.sections = sections
    self.missing = missing
    self.generateTime = generateTime
    self.generation = generation
  }

  /// Every figure of the document, in order.
  package var figures: [PrintedFigure] {
    sections.flatMap(\.paragraphs).flatMap(\.spans).compactMap {
      if case .figure(let figure) = $0 { figure } else { nil }
    }
  }
}

package struct ReportSection: Sendable, Hashable {
  /// Stable name, used as an anchor: "economy".
  package let id: String
  package let title: String
  package let paragraphs: [ReportParagraph]

  package init(id: String, title: String, paragraphs: [ReportParagraph]) {
    self.id = id
    self.title = title
    self.paragraphs = paragraphs
  }
}

package struct ReportParagraph: Sendable, Hashable {
  package enum Kind: Sendable, Hashable, CaseIterable {
    /// Running text.
    case sentence
    /// An item of a list.
    case item
    /// What a reader must know about the text above it.
    case note
    /// What the report claims; `claim` has what records say of it.
    case claim
  }

  package let kind: Kind
  package let spans: [ReportSpan]
  package let claim: ReportClaim?

  package init(_ kind: Kind, _ spans: [ReportSpan]) {
    self.kind = kind
    self.spans = ReportSpan.joined(spans)
    claim = nil
  }

  /// A claim: its words and the figures that it was tested by. The answer stands behind them.
  package init(_ claim: ReportClaim, _ spans: [ReportSpan]) {
    kind = .claim
    self.spans = ReportSpan.joined(spans)
    self.claim = claim
  }

  package init(_ kind: Kind, _ text: String) {
    self.init(kind, [.text(text)])
  }

  /// The paragraph as plain text, without marks.
  package var plainText: String { spans.map(\.plainText).joined() }
}

package enum ReportSpan: Sendable, Hashable {
  case text(String)
  case figure(PrintedFigure)

  package var plainText: String {
    switch self {
    case .text(let text): text
    case .figure(let figure): figure.printed
    }
  }

  /// Neighbouring texts become one, empty ones go.
  static func joined(_ spans: [ReportSpan]) -> [ReportSpan] {
    var result: [ReportSpan] = []
    for span in spans {
      if case .text(let more) = span {
        if more.isEmpty { continue }
        if case .text(let before)? = result.last {
          result[result.count - 1] = .text(before + more)
          continue
        }
      }
      result.append(span)
    }
    return result
  }
}

/// Where a printed number comes from.
package enum PrintedMark: String, Sendable, Hashable, CaseIterable {
  /// A document says so.
  case stated
  /// It was computed from records.
  case computed
  /// Nobody recorded it.
  case notRecorded
  /// Its service did not answer: whether it is recorded is not known.
  case unanswered

  package var chinese: String {
    switch self {
    case .stated: "原文"
    case .computed: "计算"
    case .notRecorded: "未统计"
    case .unanswered: "服务未应答"
    }
  }
}

/// A claim of a report, tested.
package struct ReportClaim: Sendable, Hashable {
  /// The claim's own words, with its figures as printed.
  package let text: String
  package let outcome: ClaimOutcome

  package init(text: String, outcome: ClaimOutcome) {
    self.text = text
    self.outcome = outcome
  }

  /// "〔成立〕".
  package var verdict: String { "〔\(outcome.words)〕" }
}

/// A number in the text.
package struct PrintedFigure: Sendable, Hashable {
  package let key: String
  package let service: ServiceName
  /// With its unit: "810亿元", "未统计".
  package let printed: String
  package let mark: PrintedMark
  package let quantity: Quantity?
  package let notes: [String]

  package init(
    key: String, service: ServiceName, printed: String, mark: PrintedMark,
    quantity: Quantity? = nil, notes: [String] = []
  ) {
    self.key = key
    self.service = service
    self.printed = printed
    self.mark = mark
    self.quantity = quantity
    self.notes = notes
  }

  /// What is printed where nothing was recorded.
  package static let notRecordedText = "未统计"
  /// What is printed where the service is away.
  package static let unansweredText = "服务未应答"
  /// What is printed where the service does not take the key.
  package static let refusedText = "数字的键有误"

  /// The explanation's path at the HTTP face.
  package var explainPath: String { "/v1/figures/explain?key=" + URLText.queryValue(key) }
}

/// A service that did not answer, and why.
package struct MissingAnswer: Sendable, Hashable {
  package let service: ServiceName
  /// Code of the error as on the wire: "unavailable".
  package let code: String
  package let reason: String

  package init(service: ServiceName, code: String, reason: String) {
    self.service = service
    self.code = code
    self.reason = reason
  }
}
