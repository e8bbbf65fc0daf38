// What the placeholders of a template stand for.

/// The federation and the year that a template is read for.
package struct TemplateContext: Sendable, Hashable {
  package var year: Int
  /// Code of the federation's place.
  package var place: String
  package var federation: String
  /// What the places directly below are called: "各市".
  package var below: String

  package init(year: Int, place: String, federation: String, below: String) {
    self.year = year
    self.place = place
    self.federation = federation
    self.below = below
  }

  /// How the federation's own places are called by its level.
  package static func below(_ level: FederationEntry.Level?) -> String {
    switch level {
    case .national: "各省（自治区、直辖市）"
    case .province: "各市"
    case .city: "各县（市、区）"
    case .county, nil: "下级地区"
    }
  }

  package static let names = "{year}、{year-1}、{year+1}、{place}、{federation}、{below}"

  /// The same federation in another year.
  func of(year: Int) -> TemplateContext {
    var context = self
    context.year = year
    return context
  }

  /// A text with its placeholders replaced, but for those that `kept` names.
  ///
  /// - Throws: the placeholder that there is none of, with its braces.
  func expanded(
    _ text: some StringProtocol, keeping kept: Set<String> = []
  ) throws(UnknownPlaceholder) -> String {
    var result = ""
    var rest = Substring(text)
    while let open = rest.firstIndex(of: "{") {
      result += rest[..<open]
      rest = rest[open...]
      // Two braces are a figure's; what is inside it is expanded with the rest.
      if rest.hasPrefix("{{") {
        result += "{{"
        rest = rest.dropFirst(2)
        continue
      }
      guard let close = rest.firstIndex(of: "}") else {
        throw UnknownPlaceholder(text: String(rest))
      }
      let name = String(rest[rest.index(after: open)..<close])
      rest = rest[rest.index(after: close)...]
      if kept.contains(name) {
        result += "{\(name)}"
      } else if let value = value(of: name) {
        result += value
      } else {
        throw UnknownPlaceholder(text: "{\(name)}")
      }
    }
    return result + rest
  }

  private func value(of name: String) -> String? {
    switch name {
    case "year": return "\(year)"
    case "place": return place
    case "federation": return federation
    case "below": return below
    default:
      guard name.hasPrefix("year+") || name.hasPrefix("year-"), name.utf8.count <= 7,
        name.dropFirst(5).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let step = Int(name.dropFirst(4))
      else { return nil }
      return "\(year + step)"
    }
  }
}

struct UnknownPlaceholder: Error {
  let text: String
}
