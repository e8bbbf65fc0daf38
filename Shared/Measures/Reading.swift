// What comes of reading a printed number. Nothing is guessed: a doubtful text gives candidates for a
// clerk, a wrong one gives the rule that it breaks.

/// The result of reading a printed number.
package enum Reading: Sendable, Hashable {
  case readable(Quantity)
  /// A misprint of digits: store the text, offer the candidates, use it in no figure.
  case unreadable(Reason, candidates: [Candidate])
  /// Not a number of this form: refuse it.
  case invalid(Reason)

  /// Why a text was not read.
  package struct Reason: Error, Sendable, Hashable {
    package let rule: Rule
    package let chinese: String
    package let english: String
  }

  /// Machine names of what can be wrong.
  package enum Rule: String, Sendable, Hashable, CaseIterable {
    case empty
    case tooLong = "too_long"
    /// `2l家`: a letter where a digit should be.
    case letterInNumber = "letter_in_number"
    case notANumber = "not_a_number"
    case unknownUnit = "unknown_unit"
    /// The text names a unit that is not the one asked for.
    case unitMismatch = "unit_mismatch"
    /// 近…以上: words that contradict each other.
    case conflictingWords = "conflicting_words"
    case reversedRange = "reversed_range"
    case overflow
    /// `2 3亿`: something stands between two digits that belongs neither to a number nor to a list.
    case unreadable
    /// 810亿 in a column of 亿元: it is not known which multiplier counts.
    case doubledMultiplier = "doubled_multiplier"
  }

  /// What an unreadable text may have meant.
  package struct Candidate: Sendable, Hashable {
    package let quantity: Quantity
    package let rationaleChinese: String
    package let rationaleEnglish: String

    package init(quantity: Quantity, rationaleChinese: String, rationaleEnglish: String) {
      self.quantity = quantity
      self.rationaleChinese = rationaleChinese
      self.rationaleEnglish = rationaleEnglish
    }
  }

  /// The quantity, where the text was readable.
  package var quantity: Quantity? {
    if case .readable(let quantity) = self { quantity } else { nil }
  }
}

extension Quantity {
  /// The longest text that is read, in characters.
  package static let maximumTextLength = 64

  /// Reads a printed number: "810亿元", "1.2万余件", "近80人", "百分之七十八", "5至8万元".
  ///
  /// - Parameter unit: what the number is expected in. A text without a unit takes it, with its
  ///   multiplier ("8多" in 亿元 is 8多亿元); a text with one must be compatible with it.
  package static func read(
    _ text: String, unit: MeasureUnit? = nil, nature: Nature = .actual
  ) -> Reading {
    QuantityReader(expected: unit, nature: nature).read(text)
  }

  /// Reads a printed number that has to be readable.
  ///
  /// - Throws: the reason why it is not.
  package init(
    parsing text: String, unit: MeasureUnit? = nil, nature: Nature = .actual
  ) throws(Reading.Reason) {
    switch Self.read(text, unit: unit, nature: nature) {
    case .readable(let quantity): self = quantity
    case .unreadable(let reason, _), .invalid(let reason): throw reason
    }
  }
}
