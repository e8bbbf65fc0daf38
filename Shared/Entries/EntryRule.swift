// Rules that hold within an entry, and between the entries of a group. What is impossible refuses
// the entry; what is doubtful goes into quarantine; what is odd is told and kept.

internal import Measures

package enum EntryRule: Sendable {
  package enum Severity: Sendable, Hashable {
    case refuse, doubt
  }

  /// The first quantity is at most the second: those selected of those who applied.
  case atMost(EntryField, EntryField, Severity)
  /// At least one of the fields has a value.
  case oneOf([EntryField])
  /// A warning where the first quantity is this many times the second, or more.
  case plausible(EntryField, EntryField, times: Int)
  /// Entries that differ only in this choice are parts; the one without it is their total.
  case partsAddUp(EntryField, of: EntryField)
  /// Entries that differ only in their place are a whole and its parts.
  case whole(EntryField, of: EntryField)
}

/// What the rules of a kind say of one entry by itself.
package struct EntryVerdict: Sendable {
  package var violations: [EntryViolation] = []
  package var doubts: [EntryDoubt] = []
  /// Chinese and English.
  package var warnings: [(zh: String, en: String)] = []

  package init() {}
}

extension EntryKind {
  /// The rules within an entry.
  package func verdict(_ content: EntryContent) -> EntryVerdict {
    var verdict = EntryVerdict()
    for rule in rules {
      switch rule {
      case .atMost(let part, let whole, let severity):
        checkAtMost(part, whole, severity, content, &verdict)
      case .oneOf(let fields):
        guard !fields.contains(where: { content[$0] != nil }) else { break }
        let titles = fields.map(\.title).joined(separator: "、")
        let names = fields.map(\.name).joined(separator: ", ")
        verdict.violations.append(
          EntryViolation(
            fields.first?.name ?? "", "", "required", zh: "\(titles)至少填一项",
            en: "one of \(names) must be given"))
      case .plausible(let value, let base, let times):
        checkPlausible(value, base, times, content, &verdict)
      case .partsAddUp, .whole: break
      }
    }
    return verdict
  }

  private func checkAtMost(
    _ part: EntryField, _ whole: EntryField, _ severity: EntryRule.Severity,
    _ content: EntryContent, _ verdict: inout EntryVerdict
  ) {
    guard let small = content.quantity(part), let large = content.quantity(whole),
      small.interval.isGreater(than: large.interval) == .yes
    else { return }
    let zh = "\(part.title)\(small.printed)大于\(whole.title)\(large.printed)"
    let en = "\(part.name) \(small.printed) is greater than \(whole.name) \(large.printed)"
    switch severity {
    case .refuse:
      verdict.violations.append(
        EntryViolation(part.name, small.printed, "quantity.part_exceeds_whole", zh: zh, en: en))
    case .doubt:
      verdict.doubts.append(
        EntryDoubt(
          field: part, rule: .partExceedsWhole, printed: small.printed,
          candidates: Self.candidates(small), zh: zh, en: en))
    }
  }

  private func checkPlausible(
    _ value: EntryField, _ base: EntryField, _ times: Int, _ content: EntryContent,
    _ verdict: inout EntryVerdict
  ) {
    guard let large = content.quantity(value), let small = content.quantity(base),
      let factor = try? ExactDecimal(unscaled: Int64(times), scale: 0),
      let bound = try? small.interval.multiplied(by: factor),
      large.interval.isAtLeast(bound) == .yes
    else { return }
    verdict.warnings.append(
      (
        "\(value.title)\(large.printed)是\(base.title)\(small.printed)的\(times)倍以上，请核对",
        "\(value.name) \(large.printed) is \(times) times \(base.name) \(small.printed) or more"
      ))
  }

  /// The value as printed first, then what a lost character would make of it.
  static func candidates(_ quantity: Quantity) -> [Reading.Candidate] {
    [
      Reading.Candidate(
        quantity: quantity, rationaleChinese: "照原文", rationaleEnglish: "as printed")
    ] + LostCharacter.points(in: quantity)
  }
}
