// The places of a region in valid time. A code may be used on a day on which its place does not
// exist: then the place before or after it stands in, so that old records stay inside the tree.

package import Measures

/// Places by code, with who contains whom on a day.
package struct PlaceTree: Sendable {
  /// One state of a place.
  package struct Node: Sendable, Hashable {
    package var code: String
    package var time: ValidTime
    package var state: PlaceState
  }

  private var nodes: [String: [Node]] = [:]
  private var predecessors: [String: [Node]] = [:]

  package init(_ places: some Sequence<Place>) {
    for place in places where !place.code.isEmpty {
      for entry in place.timeline.entries {
        let node = Node(code: place.code, time: entry.time, state: entry.state)
        nodes[place.code, default: []].append(node)
        if !entry.state.successorCode.isEmpty {
          predecessors[entry.state.successorCode, default: []].append(node)
        }
      }
    }
  }

  package func isKnown(_ code: String) -> Bool { nodes[code] != nil }

  /// The place of this code on a day, without standing in.
  package func node(_ code: String, on day: CalendarDate) -> Node? {
    nodes[code]?.first { $0.time.contains(day) }
  }

  /// Every state of a code, oldest first.
  package func states(_ code: String) -> [Node] {
    (nodes[code] ?? []).sorted { $0.time.start < $1.time.start }
  }

  /// The place that a code means on a day: its own, or the one that followed or preceded it.
  package func resolve(_ code: String, on day: CalendarDate) -> Node? {
    var code = code
    var seen: Set<String> = []
    while seen.insert(code).inserted {
      if let node = node(code, on: day) { return node }
      guard let states = nodes[code] else { return nil }
      if let ended = states.first(where: { state in
        !state.state.successorCode.isEmpty && state.time.end.map { $0 <= day } == true
      }) {
        code = ended.state.successorCode
      } else if let before = states.first(where: { day < $0.time.start }),
        let earlier = predecessor(of: before, on: day)
      {
        code = earlier
      } else {
        return nil
      }
    }
    return nil
  }

  /// Of several places that became one, the lowest code stands in: any of them is as right.
  private func predecessor(of node: Node, on day: CalendarDate) -> String? {
    let candidates = (predecessors[node.code] ?? []).filter { $0.time.start < node.time.start }
    return (candidates.first { $0.time.contains(day) } ?? candidates.min { $0.code < $1.code })?
      .code
  }

  /// The place and those above it, itself first.
  package func chain(_ code: String, on day: CalendarDate) -> [Node] {
    var chain: [Node] = []
    var next = resolve(code, on: day)
    while let node = next, chain.count < RegistryLimits.placeDepth {
      chain.append(node)
      next = node.state.parentCode.isEmpty ? nil : resolve(node.state.parentCode, on: day)
    }
    return chain
  }

  /// Whether one place is the other, or lies in it.
  package func contains(
    _ outer: String, _ inner: String, on day: CalendarDate
  ) -> Bool {
    guard let outer = resolve(outer, on: day) else { return false }
    return chain(inner, on: day).contains { $0.code == outer.code }
  }

  /// How many places lie directly below one on a day.
  package func childCount(of code: String, on day: CalendarDate) -> Int {
    nodes.keys.count { other in node(other, on: day)?.state.parentCode == code }
  }

  /// Every code that means a place in the given one on a day, itself and stand-ins included.
  package func codes(under outer: String, on day: CalendarDate) -> [String] {
    nodes.keys.filter { contains(outer, $0, on: day) }.sorted()
  }

  /// Days in a valid time on which the tree may look different: its start, and every day on which
  /// some place begins or ends.
  package func turningDays(in time: ValidTime) -> [CalendarDate] {
    var days: Set<CalendarDate> = [time.start]
    for node in nodes.values.joined() {
      if time.contains(node.time.start) { days.insert(node.time.start) }
      if let end = node.time.end, time.contains(end) { days.insert(end) }
    }
    return days.sorted()
  }
}

extension PlaceTree {
  /// Rules of a place towards the places around it; paths start inside the place.
  package func violations(of place: Place) -> [RegistryError.Violation] {
    var findings = Findings()
    for entry in place.timeline.entries {
      checkParent(entry, into: &findings)
      let successor = entry.state.successorCode
      if !successor.isEmpty, !isKnown(successor) {
        findings.add(
          "successor_code", successor, "place.successor_unknown",
          zh: "后继代码\(successor)不在名录中", en: "there is no place \(successor)")
      }
    }
    return findings.violations
  }

  private func checkParent(
    _ entry: Timeline<PlaceState>.Entry, into findings: inout Findings
  ) {
    let code = entry.state.parentCode
    guard !code.isEmpty else { return }
    for day in turningDays(in: entry.time) {
      guard let parent = resolve(code, on: day) else {
        findings.add(
          "parent_code", code, "place.parent_unknown",
          zh: "上级\(code)在\(Self.words(day))不存在",
          en: "there is no place \(code) \(Self.englishWords(day))")
        return
      }
      guard parent.state.level.mayContain(entry.state.level) else {
        findings.add(
          "parent_code", code, "place.parent_level",
          zh: "\(entry.state.level.chineseName)不能直接在\(parent.state.level.chineseName)之下",
          en: "a \(entry.state.level.name) cannot stand directly under a \(parent.state.level.name)"
        )
        return
      }
    }
  }

  /// The days that a valid time claims of a place. An open beginning says that nobody recorded the
  /// beginning, so it claims no day before the place's own first one.
  package func recorded(
    _ days: [CalendarDate], of code: String, in time: ValidTime
  ) -> [CalendarDate] {
    guard time.start == .earliest,
      let first = days.firstIndex(where: { resolve(code, on: $0) != nil })
    else { return days }
    return Array(days[first...])
  }

  /// Whether a code means some place on every day of a valid time; the broken rule otherwise.
  package func missing(
    _ code: String, in time: ValidTime, path: String
  ) -> RegistryError.Violation? {
    let days = recorded(turningDays(in: time), of: code, in: time)
    for day in days where resolve(code, on: day) == nil {
      return RegistryError.Violation(
        path: path, value: code, rule: "place.unknown",
        zh: "地区\(code)在\(Self.words(day))不存在",
        en: "there is no place \(code) \(Self.englishWords(day))")
    }
    return nil
  }

  static func words(_ day: CalendarDate) -> String {
    day == .earliest ? "最早" : day.chinese
  }

  static func englishWords(_ day: CalendarDate) -> String {
    day == .earliest ? "at the open beginning" : "on \(day)"
  }
}
