// The register's places as this service knows them: a tree that is valid in time. A figure of 2013
// is summed on the tree of 2013-12-31, whatever became of the places since.

package import Measures

/// Level of a place; the order is from the whole down.
package enum PlaceLevel: String, Sendable, Hashable, CaseIterable {
  case national, province, prefecture, county, township, village
  case functionalZone = "functional_zone"

  package var chinese: String {
    switch self {
    case .national: "国家级"
    case .province: "省级"
    case .prefecture: "地级"
    case .county: "县级"
    case .township: "乡级"
    case .village: "村级"
    case .functionalZone: "功能区"
    }
  }
}

/// How a place is named: by its code of GB/T 2260, or by its id where it has none (a township, a
/// functional zone).
package enum PlaceRule {
  package static func isPlace(_ text: String) -> Bool {
    let bytes = text.utf8
    if bytes.count == 6 { return bytes.allSatisfy { (0x30...0x39).contains($0) } }
    return bytes.count == 36
      && bytes.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x66).contains($0) || $0 == UInt8(ascii: "-")
      }
  }
}

/// What the register says of a place for the days [validFrom, validTo).
package struct PlaceFact: Sendable, Hashable {
  package let code: String
  package let name: String
  package let level: PlaceLevel
  /// Nil at the top of what is recorded.
  package let parentCode: String?
  /// Nil: always was.
  package let validFrom: CalendarDate?
  /// Nil: still is.
  package let validTo: CalendarDate?
  /// Code of the place that followed, where the code ended.
  package let successorCode: String?

  package init(
    code: String, name: String, level: PlaceLevel, parentCode: String?,
    validFrom: CalendarDate? = nil, validTo: CalendarDate? = nil, successorCode: String? = nil
  ) {
    self.code = code
    self.name = name
    self.level = level
    self.parentCode = parentCode
    self.validFrom = validFrom
    self.validTo = validTo
    self.successorCode = successorCode
  }

  package func isValid(on day: CalendarDate) -> Bool {
    if let validFrom, day < validFrom { return false }
    if let validTo, day >= validTo { return false }
    return true
  }

  /// Days between a day and the nearest day on which the fact holds; 0 where it holds then.
  fileprivate func distance(to day: CalendarDate) -> Int {
    if let validFrom, day < validFrom { return validFrom.dayNumber - day.dayNumber }
    if let validTo, day >= validTo { return day.dayNumber - validTo.dayNumber + 1 }
    return 0
  }
}

/// Every fact of every place.
package struct PlaceTree: Sendable {
  private let facts: [String: [PlaceFact]]

  package init(_ facts: [PlaceFact]) {
    self.facts = Dictionary(grouping: facts, by: \.code)
  }

  package static let empty = PlaceTree([])

  package var isEmpty: Bool { facts.isEmpty }
  package var codes: [String] { facts.keys.sorted() }

  package func exists(_ code: String) -> Bool { facts[code] != nil }

  /// What may have been meant by a code that does not exist: the places whose codes begin alike,
  /// the larger ones first; where none does, the largest there are.
  package func alternatives(to code: String) -> [String] {
    let ordered = facts.sorted { left, right in
      (Self.rank(left.value), left.key) < (Self.rank(right.value), right.key)
    }.map(\.key)
    for length in [4, 2] where code.count >= length {
      let alike = ordered.filter { $0.hasPrefix(code.prefix(length)) }
      if !alike.isEmpty { return alike }
    }
    return ordered
  }

  private static func rank(_ facts: [PlaceFact]) -> Int {
    facts.first.flatMap { PlaceLevel.allCases.firstIndex(of: $0.level) } ?? 0
  }

  /// The places that everything else lies in: the provinces, or the tops of the tree where no
  /// province is recorded; by code.
  package func heads(on day: CalendarDate) -> [String] {
    let valid = facts.keys.sorted().compactMap { fact($0, on: day) }
    let provinces = valid.filter { $0.level == .province }
    let tops = valid.filter { $0.parentCode.map(exists) != true }
    return (provinces.isEmpty ? tops : provinces).map(\.code)
  }

  /// What holds of the place on that day; nil where it is not valid then.
  package func fact(_ code: String, on day: CalendarDate) -> PlaceFact? {
    facts[code]?.first { $0.isValid(on: day) }
  }

  /// What holds of the place on that day or, where nothing does, nearest to it.
  package func nearestFact(_ code: String, to day: CalendarDate) -> PlaceFact? {
    facts[code]?.min { $0.distance(to: day) < $1.distance(to: day) }
  }

  /// The code by which a place was known on a day: itself, what it came from, or what followed.
  package func code(for code: String, on day: CalendarDate) -> String? {
    if fact(code, on: day) != nil { return code }
    if let earlier = predecessors(of: code, on: day).first { return earlier }
    var current = code
    for _ in 0..<PlaceView.maximumDepth {
      guard let next = facts[current]?.compactMap(\.successorCode).last, next != current else {
        return nil
      }
      if fact(next, on: day) != nil { return next }
      current = next
    }
    return nil
  }

  /// Codes valid on the day that became this one, in order.
  package func predecessors(of code: String, on day: CalendarDate) -> [String] {
    var found: [String] = []
    var level: Set<String> = [code]
    for _ in 0..<PlaceView.maximumDepth where !level.isEmpty {
      let earlier = Set(
        facts.values.joined().filter { fact in
          fact.successorCode.map(level.contains) ?? false
        }.map(\.code))
      found += earlier.filter { fact($0, on: day) != nil }.sorted()
      level = earlier.subtracting(level)
    }
    return found
  }

  /// Codes of the places with this name on that day.
  package func codes(named name: String, on day: CalendarDate) -> [String] {
    facts.keys.filter { fact($0, on: day)?.name == name }.sorted()
  }

  /// The tree of one day. Costs the number of places; keep it for many questions.
  package func view(on day: CalendarDate) -> PlaceView {
    var places: [String: PlaceFact] = [:]
    for code in facts.keys { places[code] = nearestFact(code, to: day) }
    return PlaceView(day: day, places: places)
  }
}

/// The tree as it was on one day. A place that was not valid then keeps the place above it that
/// it had nearest to the day, so that no value is ever lost; it is no child in lists.
package struct PlaceView: Sendable {
  package let day: CalendarDate
  private let places: [String: PlaceFact]
  private let below: [String: [String]]

  /// Deeper than any tree of places; ends a walk through a loop that should not exist.
  package static let maximumDepth = 16

  fileprivate init(day: CalendarDate, places: [String: PlaceFact]) {
    self.day = day
    self.places = places
    var below: [String: [String]] = [:]
    for (code, fact) in places {
      if let parent = fact.parentCode, parent != code { below[parent, default: []].append(code) }
    }
    self.below = below.mapValues { $0.sorted() }
  }

  package func fact(_ code: String) -> PlaceFact? { places[code] }

  package func name(_ code: String) -> String { places[code]?.name ?? code }

  /// Places directly below, valid on the day, by code.
  package func children(of code: String) -> [String] {
    (below[code] ?? []).filter { places[$0]?.isValid(on: day) ?? false }
  }

  /// Every place directly below, by code, valid on the day or not.
  func allChildren(of code: String) -> [String] { below[code] ?? [] }

  /// The places above, nearest first.
  package func ancestors(of code: String) -> [String] {
    var found: [String] = []
    var current = code
    while found.count < Self.maximumDepth, let parent = places[current]?.parentCode,
      parent != code, !found.contains(parent)
    {
      found.append(parent)
      current = parent
    }
    return found
  }

  /// The place and everything below it.
  package func subtree(of code: String) -> Set<String> {
    var found: Set<String> = [code]
    var level = [code]
    for _ in 0..<Self.maximumDepth where !level.isEmpty {
      level = level.flatMap { allChildren(of: $0) }.filter { found.insert($0).inserted }
    }
    return found
  }

  /// True where `code` is `root` or lies below it.
  package func contains(_ code: String, under root: String) -> Bool {
    code == root || ancestors(of: code).contains(root)
  }
}
