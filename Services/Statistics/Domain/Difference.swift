// Where a document and the records disagree.

internal import Measures

/// A stated figure and the computed one that contradicts it.
package struct Difference: Sendable, Hashable {
  package let stated: Figure
  package let computed: Figure
  package let words: Figure.Words
}

/// What became of comparing a stated figure with the records.
package enum Comparison: Sendable, Hashable {
  /// Nothing is computed that speaks of the same thing.
  case impossible
  case agrees
  case differs(Difference)
}

extension FigureEngine {
  /// Compares a stated figure with what records give for the same thing.
  package mutating func compare(_ stated: StatedFigure) throws -> Comparison {
    guard let key = stated.computedKey else { return .impossible }
    let computed: Figure
    do {
      computed = try figure(key)
    } catch let error as StatisticsError where error.code == .notFound {
      // A document may name what the catalogue does not have.
      return .impossible
    }
    // A document speaks of the whole; a sum of some places says nothing against it.
    guard computed.mark == .computed, computed.reach == nil, let value = computed.quantity else {
      return .impossible
    }
    guard try differ(stated, computed, value) else { return .agrees }
    let said = stated.quantity.printed
    return .differs(
      Difference(
        stated: try figure(.stated(stated.code)), computed: computed,
        words: Figure.Words(
          chinese: "\(stated.label)：原文\(said)，按记录计算为\(value.printed)",
          english: "\(stated.label): stated \(said), computed \(value.printed)")))
  }

  /// A growth is compared at the digits that the document prints, rounded once from the exact
  /// quotient; a value by its interval.
  private mutating func differ(
    _ stated: StatedFigure, _ computed: Figure, _ value: Quantity
  ) throws -> Bool {
    guard stated.kind == .growth, let said = stated.quantity.value, computed.inputs.count == 2,
      let now = try figure(computed.inputs[0]).quantity,
      let then = try figure(computed.inputs[1]).quantity, now.value != nil, then.value != nil,
      now.unit != .percent
    else { return !stated.quantity.interval.overlaps(value.interval) }
    let digits = PrintStyle.shape(of: stated.quantity.text).decimals
    let found = try Growth(current: now, base: then, decimals: digits).printed
    return try ExactDecimal(parsing: found) != said
  }
}
