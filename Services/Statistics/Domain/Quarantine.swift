// Doubtful values: kept as printed, used by no figure until a clerk decides.

package import Measures

/// Why a value is doubtful. Raw values are the names on the wire.
package enum DoubtRule: String, Sendable, Hashable, CaseIterable {
  /// Something stands between the digits, or a multiplier is there twice.
  case unreadable
  /// A part makes up more of its whole than is plausible.
  case implausibleRatio = "implausible_ratio"
  /// A part is greater than its whole.
  case partExceedsWhole = "part_exceeds_whole"
  /// Ten times last year's value, or a tenth of it.
  case tenfoldJump = "tenfold_jump"
}

/// What a doubtful value may have meant.
package typealias Candidate = Reading.Candidate

/// A doubt about one value of a report.
package struct Doubt: Sendable, Hashable {
  package let indicatorCode: String
  package let printed: String
  package let rule: DoubtRule
  package let chinese: String
  package let english: String
  package let candidates: [Candidate]
  package let source: Source

  package init(
    indicatorCode: String, printed: String, rule: DoubtRule, chinese: String, english: String,
    candidates: [Candidate], source: Source = Source()
  ) {
    self.indicatorCode = indicatorCode
    self.printed = printed
    self.rule = rule
    self.chinese = chinese
    self.english = english
    self.candidates = candidates
    self.source = source
  }
}

/// Life cycle of a quarantined value.
///
/// | from | accept | correct | reject |
/// |---|---|---|---|
/// | open | accepted | corrected | rejected |
///
/// The other three are ends: what was decided stays readable, and a later change of mind is a
/// revision of the report.
package enum QuarantineState: String, Sendable, Hashable, CaseIterable {
  case open, accepted, corrected, rejected

  package enum Decision: String, Sendable, Hashable, CaseIterable {
    case accept, correct, reject
  }

  package var chinese: String {
    switch self {
    case .open: "待定"
    case .accepted: "已采纳候选值"
    case .corrected: "已更正"
    case .rejected: "已否定"
    }
  }

  package func transition(_ decision: Decision) throws(StatisticsError) -> QuarantineState {
    guard self == .open else {
      throw StatisticsError(
        .failedPrecondition, chinese: "该值\(chinese)，不能再\(decision.chinese)",
        english: "The value is \(rawValue) already; \(decision.rawValue) is not possible.")
    }
    switch decision {
    case .accept: return .accepted
    case .correct: return .corrected
    case .reject: return .rejected
    }
  }
}

extension QuarantineState.Decision {
  fileprivate var chinese: String {
    switch self {
    case .accept: "采纳"
    case .correct: "更正"
    case .reject: "否定"
    }
  }
}

/// A quarantined value with what was decided about it.
package struct QuarantineItem: Sendable, Hashable {
  package var id: String
  package var reportID: String
  package var key: ReportKey
  package var doubt: Doubt
  package var state: QuarantineState
  package var resolution: Resolution?
  package var revision: Int64
  package var createTime: Int64

  package struct Resolution: Sendable, Hashable {
    /// Nil where the value was rejected.
    package var quantity: Quantity?
    package var reason: String
    package var by: String
    package var time: Int64

    package init(quantity: Quantity?, reason: String, by: String, time: Int64) {
      self.quantity = quantity
      self.reason = reason
      self.by = by
      self.time = time
    }
  }

  package init(
    id: String, reportID: String, key: ReportKey, doubt: Doubt, state: QuarantineState,
    resolution: Resolution?, revision: Int64, createTime: Int64
  ) {
    self.id = id
    self.reportID = reportID
    self.key = key
    self.doubt = doubt
    self.state = state
    self.resolution = resolution
    self.revision = revision
    self.createTime = createTime
  }
}

/// What a clerk decides about a quarantined value.
package enum QuarantineDecision: Sendable, Hashable {
  case accept(candidateIndex: Int)
  case correct(text: String)
  case reject

  package var kind: QuarantineState.Decision {
    switch self {
    case .accept: .accept
    case .correct: .correct
    case .reject: .reject
    }
  }
}

extension QuarantineItem {
  package static let maximumReasonLength = 1_000

  /// The value that a decision gives, nil for a rejection; and the state after it.
  package func deciding(
    _ decision: QuarantineDecision, reason: String, indicator: Indicator
  ) throws(StatisticsError) -> (state: QuarantineState, quantity: Quantity?) {
    let next = try state.transition(decision.kind)
    let length = reason.count
    guard length <= Self.maximumReasonLength, reason.contains(where: { !$0.isWhitespace }) else {
      throw .invalid([
        RuleViolation(
          path: "reason", value: String(reason.prefix(60)), rule: "quarantine.reason",
          chinese: "须写明理由，最长\(Self.maximumReasonLength)个字符",
          english: "A reason is needed, of at most \(Self.maximumReasonLength) characters.")
      ])
    }
    switch decision {
    case .reject: return (next, nil)
    case .accept(let index):
      guard doubt.candidates.indices.contains(index) else {
        throw .invalid([
          RuleViolation(
            path: "candidate_number", value: String(index + 1), rule: "quarantine.candidate",
            chinese: doubt.candidates.isEmpty
              ? "没有候选值" : "候选值编号须在1至\(doubt.candidates.count)之间",
            english: "There are \(doubt.candidates.count) candidates, counted from 1.")
        ])
      }
      return (next, doubt.candidates[index].quantity)
    case .correct(let text):
      return (next, try Self.corrected(text, indicator, key.nature))
    }
  }

  private static func corrected(
    _ text: String, _ indicator: Indicator, _ nature: Nature
  ) throws(StatisticsError) -> Quantity {
    let reading = Quantity.read(text, unit: indicator.unit, nature: nature)
    var violations = ValueRules.violations(reading, text, indicator, path: "corrected_text")
    if case .readable(let quantity) = reading, violations.isEmpty { return quantity }
    if case .unreadable(let reason, _) = reading {
      violations.append(
        RuleViolation(
          path: "corrected_text", value: text, rule: "quantity.\(reason.rule.rawValue)",
          chinese: reason.chinese, english: reason.english))
    }
    throw .invalid(violations)
  }
}
