// Numbers of the services as a person reads them. The words come with the answers; nothing is
// rounded or converted here.

internal import CommonMessages

enum FigureText {
  /// A quantity as it was printed, with its unit: 810亿元.
  static func quantity(_ quantity: Quantity?) -> String {
    guard let quantity else { return "" }
    return quantity.text.hasSuffix(quantity.unit) ? quantity.text : quantity.text + quantity.unit
  }

  static func mark(_ mark: FigureMark) -> Phrase {
    switch mark {
    case .stated: Phrase("原文", "stated")
    case .computed: Phrase("计算", "computed")
    case .notRecorded: Phrase("未统计", "not recorded")
    case .unspecified, .unrecognized: Phrase("?", "?")
    }
  }

  /// `810亿元 [计算]`; only the mark where nothing was recorded.
  static func figure(_ figure: Figure, _ language: Language) -> String {
    let mark = mark(figure.mark)[language]
    guard figure.mark != .notRecorded else { return mark }
    let nature = nature(figure.quantity?.nature ?? .unspecified).map { " \($0[language])" } ?? ""
    let scope = figure.partialSum.map { " \(part($0)[language])" } ?? ""
    return "\(figure.printed)\(figure.printedUnit) [\(mark)\(nature)]\(scope)"
  }

  /// What a sum that is not the whole speaks for.
  private static func part(_ sum: PartialSum) -> Phrase {
    if sum.recordedPlaces == sum.places {
      return Phrase("(有的下级地区记录不全，不是全部)", "(some places below are incomplete: not the whole)")
    }
    if sum.places == 0 {
      return Phrase(
        "(只是其中\(sum.recordedPlaces)个地区的合计，不是全部)",
        "(of \(sum.recordedPlaces) places in it only, not the whole)")
    }
    return Phrase(
      "(\(sum.places)个下级地区中\(sum.recordedPlaces)个的合计，不是全部)",
      "(\(sum.recordedPlaces) of \(sum.places) places below, not the whole)")
  }

  /// What kind of statement a number is; nil for an actual one, which needs no word.
  static func nature(_ nature: Nature) -> Phrase? {
    switch nature {
    case .preliminary: Phrase("初步", "preliminary")
    case .expected: Phrase("预计", "expected")
    case .plan: Phrase("计划", "plan")
    case .claimed: Phrase("自报", "claimed")
    case .appliedFor: Phrase("申报", "applied for")
    case .actual, .unspecified, .unrecognized: nil
    }
  }

  static func coverage(_ coverage: Coverage) -> Phrase? {
    switch coverage {
    case .unit: Phrase("单位", "unit")
    case .whole: Phrase("整体", "whole")
    case .remainder: Phrase("余额", "remainder")
    case .unspecified, .unrecognized: nil
    }
  }

  /// Document, sentence and note, a line each.
  static func provenance(_ provenance: Provenance?) -> [Phrase] {
    guard let provenance else { return [] }
    let parts = [
      ("出处", "document", provenance.document), ("原句", "sentence", provenance.sentence),
      ("备注", "note", provenance.note),
    ]
    return parts.filter { !$0.2.isEmpty }.map { Phrase.label($0.0, $0.1, $0.2) }
  }
}
