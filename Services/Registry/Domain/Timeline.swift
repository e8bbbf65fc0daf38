// What was said of a record, over valid time: states one after the other, never two on one day.

package import Measures

/// States in the order of their valid times, which do not overlap; there may be gaps.
package struct Timeline<State: Sendable & Hashable>: Sendable, Hashable {
  package struct Entry: Sendable, Hashable {
    package var time: ValidTime
    package var state: State

    package init(time: ValidTime, state: State) {
      self.time = time
      self.state = state
    }
  }

  /// Oldest first, never empty.
  package private(set) var entries: [Entry]

  package init(_ state: State, time: ValidTime) {
    entries = [Entry(time: time, state: state)]
  }

  /// - Throws: `overlap`, `empty` or `tooManyStates`, with the entry at fault.
  package init(_ entries: [Entry]) throws(TimelineError) {
    self.entries = entries.sorted { $0.time.start < $1.time.start }
    try check()
    merge()
  }

  package var first: Entry { entries[0] }
  package var last: Entry { entries[entries.count - 1] }

  /// From the beginning of the first state to the end of the last.
  package var span: ValidTime { ValidTime(from: first.time.from, to: last.time.to) }

  package func index(on day: CalendarDate) -> Int? {
    entries.firstIndex { $0.time.contains(day) }
  }

  package func entry(on day: CalendarDate) -> Entry? { index(on: day).map { entries[$0] } }

  /// The entry that a person means who names no day: today's, else the last one.
  package func currentIndex(today: CalendarDate) -> Int {
    index(on: today) ?? entries.count - 1
  }

  private func check() throws(TimelineError) {
    guard !entries.isEmpty else { throw TimelineError(.empty, ValidTime.always) }
    guard entries.count <= RegistryLimits.states else {
      throw TimelineError(.tooManyStates, last.time)
    }
    for entry in entries where entry.time.isEmpty { throw TimelineError(.empty, entry.time) }
    for (earlier, later) in zip(entries, entries.dropFirst())
    where earlier.time.overlaps(later.time) {
      throw TimelineError(.overlap, later.time)
    }
  }

  /// Neighbours that say the same are one state.
  private mutating func merge() {
    var merged: [Entry] = []
    for entry in entries {
      if let previous = merged.last, previous.state == entry.state,
        previous.time.touches(entry.time)
      {
        merged[merged.count - 1].time.to = entry.time.to
      } else {
        merged.append(entry)
      }
    }
    entries = merged
  }
}

/// Why states do not make a timeline.
package struct TimelineError: Error, Sendable, Hashable {
  package enum Code: String, Sendable {
    case empty, overlap, tooManyStates
    /// The day of a change lies outside the record's valid time.
    case outside
    /// An end was moved past the neighbour's other end.
    case swallows
  }

  package let code: Code
  package let time: ValidTime

  init(_ code: Code, _ time: ValidTime) {
    self.code = code
    self.time = time
  }
}

// MARK: - Changes

extension Timeline where State: RecordState {
  /// Sets fields to the values they have in `template`.
  ///
  /// Without `date` it is a correction: each field changes in the state at `index` and in its
  /// touching neighbours, as far as the field's value was the same. With `date` the change begins
  /// there and reaches as far forward as the old value did.
  package func setting(
    _ fields: Set<State.Field>, to template: State, from date: PartialDate?, at index: Int
  ) throws(TimelineError) -> Timeline {
    var result = self
    var start = index
    if let date {
      guard let found = self.index(on: date.firstDay) else {
        throw TimelineError(.outside, ValidTime(from: date))
      }
      start = result.split(found, at: date)
    }
    for field in fields.intersection(State.endFields) {
      result.entries[result.entries.count - 1].state.take(field, from: template)
    }
    for field in fields.subtracting(State.endFields) {
      let old = result.entries[start].state
      var reach = [start]
      var next = start + 1
      while next < result.entries.count, result.continues(field, of: old, at: next) {
        reach.append(next)
        next += 1
      }
      var previous = start
      while date == nil, previous > 0, result.entries[previous - 1].state.agrees(field, with: old),
        result.entries[previous - 1].time.touches(result.entries[previous].time)
      {
        previous -= 1
        reach.append(previous)
      }
      for index in reach { result.entries[index].state.take(field, from: template) }
    }
    try result.check()
    result.merge()
    return result
  }

  private func continues(_ field: State.Field, of old: State, at index: Int) -> Bool {
    entries[index - 1].time.touches(entries[index].time)
      && entries[index].state.agrees(field, with: old)
  }
}

extension Timeline {
  /// Cuts the entry at a date and gives the index of the part that begins there.
  private mutating func split(_ index: Int, at date: PartialDate) -> Int {
    let entry = entries[index]
    guard entry.time.start < date.firstDay else { return index }
    entries[index].time.to = date
    entries.insert(
      Entry(time: ValidTime(from: date, to: entry.time.to), state: entry.state), at: index + 1)
    return index + 1
  }

  /// Corrects when a state began. A state that ended on that day ends on the new one.
  package func beginning(_ date: PartialDate?, at index: Int) throws(TimelineError) -> Timeline {
    var result = self
    if index > 0, entries[index - 1].time.touches(entries[index].time) {
      guard let date else { throw TimelineError(.swallows, entries[index - 1].time) }
      result.entries[index - 1].time.to = date
    }
    result.entries[index].time.from = date
    try result.checkMove()
    return result
  }

  /// Corrects when a state ended. A state that began on that day begins on the new one.
  package func ending(_ date: PartialDate?, at index: Int) throws(TimelineError) -> Timeline {
    var result = self
    if index + 1 < entries.count, entries[index].time.touches(entries[index + 1].time) {
      guard let date else { throw TimelineError(.swallows, entries[index + 1].time) }
      result.entries[index + 1].time.from = date
    }
    result.entries[index].time.to = date
    try result.checkMove()
    return result
  }

  private mutating func checkMove() throws(TimelineError) {
    for entry in entries where entry.time.isEmpty {
      throw TimelineError(.swallows, entry.time)
    }
    try check()
    merge()
  }

  /// Enters rows of a file: a row replaces the state that begins on the same day, others are
  /// added; the whole must fit together.
  package func entering(_ rows: [Entry]) throws(TimelineError) -> Timeline {
    var kept = entries
    for row in rows { kept.removeAll { $0.time.start == row.time.start } }
    return try Timeline(kept + rows)
  }

  /// Lays another value over the states, piece by piece: `pieces` do not overlap, and where one
  /// lies the state becomes `change(state, piece)`.
  package func overlaying<Value>(
    _ pieces: [(time: ValidTime, value: Value)], _ change: (State, Value) -> State
  ) throws(TimelineError) -> Timeline {
    var result = self
    for piece in pieces {
      if let from = piece.time.from, let index = result.index(on: from.firstDay) {
        _ = result.split(index, at: from)
      }
      if let to = piece.time.to, let index = result.index(on: to.firstDay) {
        _ = result.split(index, at: to)
      }
      for index in result.entries.indices
      where result.entries[index].time.overlaps(piece.time) {
        result.entries[index].state = change(result.entries[index].state, piece.value)
      }
    }
    try result.check()
    result.merge()
    return result
  }
}
