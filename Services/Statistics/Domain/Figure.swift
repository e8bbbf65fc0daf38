// A figure and where it stands: its value, how it is printed, and what it was made of.

package import Measures

package enum FigureMark: String, Sendable, Hashable, CaseIterable {
  /// 原文: a document states it.
  case stated
  /// 计算: it comes from records.
  case computed
  /// 未统计: nobody recorded it.
  case notRecorded = "not_recorded"

  package var chinese: String {
    switch self {
    case .stated: "原文"
    case .computed: "计算"
    case .notRecorded: "未统计"
    }
  }
}

/// Records behind a figure, named so that storage can list them page by page.
package enum Contribution: Sendable, Hashable {
  case observations(FigureSubject, Contributor)
  case statedFigure(code: String)
  case target(id: String)

  package var count: Int64 {
    switch self {
    case .observations(_, let contributor): contributor.count
    case .statedFigure, .target: 1
    }
  }
}

package struct Figure: Sendable, Hashable {
  package let key: FigureKey
  package var mark: FigureMark
  /// Nil where the mark is not recorded.
  package var quantity: Quantity?
  package var label: String
  /// Level of the place whose whole gives the value; nil where it is summed from below.
  package var statedLevel: PlaceLevel?
  /// Of a whole: what the recorded parts leave (未分解); nil where there are no parts.
  package var undecomposed: Quantity?
  /// Of a sum that is not the whole: what it speaks for.
  package var reach: Reach?
  package var inputs: [FigureKey] = []
  package var notes: [String] = []
  /// Values behind this figure that are in quarantine and therefore not in it.
  package var quarantineIDs: [String] = []
  package var source = Source()
  package var contributions: [Contribution] = []
  /// How it is computed, in words.
  package var formula = Words(chinese: "", english: "")

  package struct Words: Sendable, Hashable {
    package var chinese: String
    package var english: String

    package init(chinese: String, english: String) {
      self.chinese = chinese
      self.english = english
    }
  }

  package init(key: FigureKey, mark: FigureMark, quantity: Quantity?, label: String) {
    self.key = key
    self.mark = mark
    self.quantity = quantity
    self.label = label
  }

  /// Records behind the figure.
  package var recordCount: Int64 { contributions.reduce(0) { $0 + $1.count } }

  /// The number and the unit as a report prints them; the mark's word where there is no value.
  package var printed: (number: String, unit: String) {
    quantity?.printedParts ?? (mark.chinese, "")
  }
}
