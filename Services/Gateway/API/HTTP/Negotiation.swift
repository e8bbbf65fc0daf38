// Content negotiation (RFC 9110, 12.5.1): the client's ranges with their q-values against what a route
// can give.

/// A form in which a route answers.
package enum Representation: String, Sendable, Hashable, CaseIterable {
  case json
  case markdown
  case html

  package var mediaType: String {
    switch self {
    case .json: "application/json"
    case .markdown: "text/markdown"
    case .html: "text/html"
    }
  }

  /// The header of an answer in this form.
  package var contentType: String {
    self == .json ? mediaType : mediaType + "; charset=utf-8"
  }
}

/// One range of an `Accept` header.
struct MediaRange: Hashable {
  let type: String
  let subtype: String
  /// Thousandths, 0…1000.
  let quality: Int

  func matches(_ mediaType: String) -> Bool {
    let parts = mediaType.split(separator: "/")
    return (type == "*" || type == parts[0]) && (subtype == "*" || subtype == parts[1])
  }

  /// A range that names more decides before one that names less.
  var precision: Int { (type == "*" ? 0 : 1) + (subtype == "*" ? 0 : 1) }

  /// Reads one element; nil for what is malformed, which is then as good as absent.
  init?(_ element: some StringProtocol) {
    let parts = element.split(separator: ";", omittingEmptySubsequences: false)
    guard let range = parts.first else { return nil }
    let names = String(range.filter { !$0.isWhitespace }).lowercased().split(
      separator: "/", omittingEmptySubsequences: false)
    guard names.count == 2, !names[0].isEmpty, !names[1].isEmpty,
      names[0] != "*" || names[1] == "*"
    else { return nil }
    var quality = 1000
    for parameter in parts.dropFirst() {
      let pair = String(parameter.filter { !$0.isWhitespace }).lowercased()
      guard pair.hasPrefix("q=") else { continue }
      guard let value = Self.thousandths(pair.dropFirst(2)) else { return nil }
      quality = value
    }
    type = String(names[0])
    subtype = String(names[1])
    self.quality = quality
  }

  /// 0, 1, 0.5, 0.125, 1.000: at most three decimals, at most one.
  private static func thousandths(_ text: some StringProtocol) -> Int? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let whole = Int(parts[0]), (0...1).contains(whole),
      parts[0].count == 1
    else { return nil }
    let decimals = parts.count == 2 ? String(parts[1]) : ""
    guard decimals.count <= 3, decimals.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      return nil
    }
    let padded = decimals + String(repeating: "0", count: 3 - decimals.count)
    let value = whole * 1000 + (Int(padded) ?? 0)
    return value <= 1000 ? value : nil
  }
}

package enum Negotiation {
  /// Elements of an `Accept` header that are looked at.
  static let maximumRanges = 64

  /// The offered form that the client likes best; of equals the one offered first. No header
  /// accepts everything. Nil where nothing offered is acceptable.
  package static func choose(
    accept: [String], from offered: [Representation]
  ) -> Representation? {
    let elements = accept.flatMap { $0.split(separator: ",") }.prefix(maximumRanges)
    let ranges = elements.compactMap(MediaRange.init)
    guard !ranges.isEmpty else { return offered.first }
    var best: (form: Representation, quality: Int)?
    for form in offered {
      let matching = ranges.filter { $0.matches(form.mediaType) }
      guard let closest = matching.max(by: { $0.precision < $1.precision }),
        closest.quality > 0, closest.quality > best?.quality ?? 0
      else { continue }
      best = (form, closest.quality)
    }
    return best?.form
  }
}
