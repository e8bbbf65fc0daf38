// What a report claims (再创新高, 首次, 连续五届, 历届第二位) and how records decide it.

package import Measures

/// A figure of one period or number that a claim looks at.
package struct ClaimPeriod: Sendable, Hashable {
  /// As readers name it: "2013年", "第3".
  package let label: String
  package let key: String

  package init(label: String, key: String) {
    self.label = label
    self.key = key
  }
}

/// A claim as a question to records.
package enum ClaimTest: Sendable, Hashable {
  /// The last period is greater than every earlier one since the first recorded one.
  case record([ClaimPeriod])
  /// The last period has it, and no earlier one since the first recorded one.
  case first([ClaimPeriod])
  /// Every one has at least 1.
  case streak([ClaimPeriod])
  /// `of` is the rank-th largest of all.
  case rank(Int, of: ClaimPeriod, among: [ClaimPeriod])
  /// The first is the sum of the others.
  case equal(String, [String])
  /// The first over the second, in per cent.
  case ratio(String, String, Quantity)
  /// The first is the second or less.
  case atMost(String, String)

  package var keys: [String] {
    switch self {
    case .record(let periods), .first(let periods), .streak(let periods): periods.map(\.key)
    case .rank(_, let of, let among): [of.key] + among.map(\.key)
    case .equal(let whole, let parts): [whole] + parts
    case .ratio(let part, let whole, _): [part, whole]
    case .atMost(let less, let more): [less, more]
    }
  }
}

/// What records say about a claim.
package enum ClaimAnswer: String, Sendable, Hashable, CaseIterable {
  /// Every period that it speaks of is recorded, and it is so.
  case holds
  /// What is recorded decides against it.
  case contradicted
  /// Records do not decide.
  case notTestable

  package var chinese: String {
    switch self {
    case .holds: "成立"
    case .contradicted: "与记录不符"
    case .notTestable: "无法验证"
    }
  }
}

/// A figure that a claim was decided by.
package struct ClaimFigure: Sendable, Hashable {
  /// The period it is of; empty where the claim names no period.
  package let label: String
  package let figure: KnownFigure

  package init(label: String, figure: KnownFigure) {
    self.label = label
    self.figure = figure
  }
}

package struct ClaimOutcome: Sendable, Hashable {
  package let answer: ClaimAnswer
  package let recordedPeriods: Int
  package let allPeriods: Int
  /// Why, in Chinese; empty for a claim that holds.
  package let reason: String
  /// What was looked at and is recorded, in order.
  package let figures: [ClaimFigure]

  package init(
    answer: ClaimAnswer, recordedPeriods: Int, allPeriods: Int, reason: String = "",
    figures: [ClaimFigure] = []
  ) {
    self.answer = answer
    self.recordedPeriods = recordedPeriods
    self.allPeriods = allPeriods
    self.reason = reason
    self.figures = figures
  }

  /// "成立", "与记录不符：2012年已有3个", "无法验证：4期中只有2期有记录".
  package var words: String { reason.isEmpty ? answer.chinese : "\(answer.chinese)：\(reason)" }
}
