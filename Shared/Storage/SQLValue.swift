// What a parameter or a column can be. Two storage classes only, BIGINT and TEXT, because they
// mean the same on both engines; decimals are an integer and a fixed scale, times are
// microseconds, dates are text.

package enum SQLValue: Sendable, Hashable {
  case null
  case integer(Int64)
  case text(String)

  package init(_ value: Int64?) { self = value.map(SQLValue.integer) ?? .null }
  package init(_ value: String?) { self = value.map(SQLValue.text) ?? .null }
  package init(_ value: Bool) { self = .integer(value ? 1 : 0) }
}

extension SQLValue: ExpressibleByIntegerLiteral {
  package init(integerLiteral value: Int64) { self = .integer(value) }
}

extension SQLValue: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { self = .text(value) }
}

extension SQLValue: ExpressibleByNilLiteral {
  package init(nilLiteral: ()) { self = .null }
}

extension SQLValue {
  /// The name used in messages.
  var kind: String {
    switch self {
    case .null: "NULL"
    case .integer: "an integer"
    case .text: "text"
    }
  }
}
