// Operators read Chinese or English; a line for them says both.

/// One sentence in the two languages of the house.
package struct BilingualText: Sendable, Hashable {
  package let chinese: String
  package let english: String

  package init(_ chinese: String, _ english: String) {
    self.chinese = chinese
    self.english = english
  }
}

extension BilingualText: CustomStringConvertible {
  /// Both on one line, Chinese first.
  package var description: String { "\(chinese) / \(english)" }
}
