// Doubtful values: the entry is stored with its printed text, and no figure uses it until a clerk
// decides.

package import Measures

/// Why a value is doubtful. Raw values are the names on the wire.
package enum EntryDoubtRule: String, Sendable, Hashable, CaseIterable {
  /// Something stands between the digits, or a multiplier is there twice.
  case unreadable
  /// A part is greater than its whole.
  case partExceedsWhole = "part_exceeds_whole"
  /// A total is not the sum of its parts.
  case totalDiffers = "total_differs"
}

/// A doubt about one value of an entry.
package struct EntryDoubt: Sendable, Hashable {
  package var field: EntryField
  package var rule: EntryDoubtRule
  package var printed: String
  /// What may be meant. The first of a value that can be read is that value itself.
  package var candidates: [Reading.Candidate]
  package var zh: String
  package var en: String
  /// Entries that it does not agree with.
  package var relatedIDs: [String]

  package init(
    field: EntryField, rule: EntryDoubtRule, printed: String, candidates: [Reading.Candidate],
    zh: String, en: String, relatedIDs: [String] = []
  ) {
    self.field = field
    self.rule = rule
    self.printed = printed
    self.candidates = candidates
    self.zh = zh
    self.en = en
    self.relatedIDs = relatedIDs
  }
}

/// Life cycle of a doubt.
///
/// | from | accept | correct | reject | settle |
/// |---|---|---|---|---|
/// | open | accepted | corrected | rejected | settled |
///
/// The others are ends. `settle` is no decision: the entries were changed and agree by now.
package enum EntryDoubtState: String, Sendable, Hashable, CaseIterable {
  case open, accepted, corrected, rejected, settled

  package enum Step: String, Sendable, Hashable, CaseIterable {
    case accept, correct, reject, settle
  }

  package var chinese: String {
    switch self {
    case .open: "待定"
    case .accepted: "已采纳"
    case .corrected: "已更正"
    case .rejected: "已否定"
    case .settled: "已不存疑"
    }
  }

  package func transition(_ step: Step) throws(EntryError) -> EntryDoubtState {
    guard self == .open else {
      throw EntryError(
        .failedPrecondition, type: "quarantine_item", name: "",
        zh: "该值\(chinese)，不能再改判",
        en: "the value is \(rawValue) already; it cannot be decided again")
    }
    switch step {
    case .accept: return .accepted
    case .correct: return .corrected
    case .reject: return .rejected
    case .settle: return .settled
    }
  }
}

/// What a clerk decides about a doubtful value.
package enum EntryDecision: Sendable, Hashable {
  /// The candidate of this index.
  case accept(Int)
  /// The value as it should have been printed, with its unit.
  case correct(String)
  /// The value is left out of the entry.
  case reject

  package var step: EntryDoubtState.Step {
    switch self {
    case .accept: .accept
    case .correct: .correct
    case .reject: .reject
    }
  }
}
