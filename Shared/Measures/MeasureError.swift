// Arithmetic on exact values either gives the exact answer or says why it cannot.

/// Why a value could not be made, read or computed.
package struct MeasureError: Error, Sendable, Hashable {
  package enum Code: String, Sendable, Hashable, CaseIterable {
    /// The exact result does not fit 64 bits.
    case overflow
    /// The exact result has more decimals than were asked for.
    case inexact
    /// A scale outside 0…18.
    case scaleOutOfRange = "scale_out_of_range"
    case divisionByZero = "division_by_zero"
    /// Two values of different units were put together.
    case unitMismatch = "unit_mismatch"
    /// An interval in which nothing lies, or that does not hold its own value.
    case invalidInterval = "invalid_interval"
    /// Text that is not of the form.
    case malformed
    /// The formula has no meaning for these values, such as growth on a base of zero.
    case undefined
  }

  package let code: Code
  /// What is wrong, in English. Safe to show.
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

extension MeasureError: CustomStringConvertible {
  package var description: String { "\(code.rawValue): \(message)" }
}
