// What the checks of a report compare its values with.

package import Measures

/// Everything that is recorded around a report and matters for its plausibility, by indicator.
package struct ReviewContext: Sendable {
  /// The values of last year's report of the same thing.
  package var lastYear: [String: Quantity] = [:]
  /// Wholes that this report is a part of.
  package var above: [String: [WholeAbove]] = [:]
  /// Sums of what is recorded below the whole that this report is.
  package var below: [String: [PartsBelow]] = [:]
  /// Values of the same report that are in quarantine, where the report itself has none.
  package var quarantined: [String: [Candidate]] = [:]

  package init() {}

  /// A recorded whole.
  package struct WholeAbove: Sendable {
    /// Whose whole it is: "广西壮族自治区", "玉林市全部行业".
    package let label: String
    package let whole: Quantity
    /// Sum of its other parts.
    package let others: CellSum

    package init(label: String, whole: Quantity, others: CellSum) {
      self.label = label
      self.whole = whole
      self.others = others
    }
  }

  /// What is recorded of the parts of a whole.
  package struct PartsBelow: Sendable {
    /// What the parts are: "下级合计", "工艺美术".
    package let label: String
    package let sum: CellSum

    package init(label: String, sum: CellSum) {
      self.label = label
      self.sum = sum
    }
  }
}

/// What the checks make of a report.
package struct ReviewedReport: Sendable, Hashable {
  /// Values that count, in the order of the draft.
  package var observations: [Observation]
  /// Values that do not, in the order of the draft.
  package var doubts: [Doubt]
  /// Doubts that were weighed and do not block.
  package var warnings: [String]
}
