// What places, federations and enterprises have in common: an id that stays, a code where there is
// one, states over valid time, and a revision that counts what was recorded.

package import Measures

/// What is said of a record in one valid time.
package protocol RecordState: Sendable, Hashable {
  /// Names of its fields as the messages have them.
  associatedtype Field: RawRepresentable<String>, CaseIterable, Hashable, Sendable

  /// `place`, `federation`, `enterprise`: the prefix of paths and the name in errors.
  static var resource: String { get }

  var name: String { get }

  /// Fields that speak of the record's end; only its last state has them.
  static var endFields: Set<Field> { get }

  /// Sets one field to the value it has in another state.
  mutating func take(_ field: Field, from other: Self)

  /// A field's value in words, for notes on what a file changes; empty where there is none.
  func words(_ field: Field) -> String
}

extension RecordState {
  package static var endFields: Set<Field> { [] }

  /// Whether both have the same value of a field.
  package func agrees(_ field: Field, with other: Self) -> Bool {
    var copy = self
    copy.take(field, from: other)
    return copy == self
  }
}

/// One record of the register with all its states.
package struct Record<State: RecordState>: Sendable, Hashable {
  /// UUID version 7, as text.
  package var id: String
  /// The code it is found by; empty for enterprises and for places that have none.
  package var code: String
  package var timeline: Timeline<State>
  /// Counts from 1; 0 for a record that is not stored yet.
  package var revision: Int64
  /// Microseconds since 1970 UTC.
  package var createTime: Int64
  package var updateTime: Int64

  package init(
    id: String, code: String, timeline: Timeline<State>, revision: Int64 = 0,
    createTime: Int64 = 0, updateTime: Int64 = 0
  ) {
    self.id = id
    self.code = code
    self.timeline = timeline
    self.revision = revision
    self.createTime = createTime
    self.updateTime = updateTime
  }

  /// The code, or the id where there is none.
  package var naming: String { code.isEmpty ? id : code }
}

package typealias Place = Record<PlaceState>
package typealias Federation = Record<FederationState>
package typealias Enterprise = Record<EnterpriseState>

/// A change of a record: the named fields take the values of `state`.
package struct RecordUpdate<State: RecordState>: Sendable {
  package var state: State
  package var fields: Set<State.Field>
  /// Set to correct when the state began; the inner nil opens the beginning.
  package var validFrom: PartialDate??
  /// Set to correct when the state ended.
  package var validTo: PartialDate??
  /// When the change happened; nil for a correction.
  package var effectiveFrom: PartialDate?

  package init(
    state: State, fields: Set<State.Field>, validFrom: PartialDate?? = nil,
    validTo: PartialDate?? = nil, effectiveFrom: PartialDate? = nil
  ) {
    self.state = state
    self.fields = fields
    self.validFrom = validFrom
    self.validTo = validTo
    self.effectiveFrom = effectiveFrom
  }
}

extension Record {
  /// The record after a change. The record's own rules are checked by the caller.
  ///
  /// - Parameter today: decides which state is meant where no day is named.
  package func applying(
    _ update: RecordUpdate<State>, today: CalendarDate
  ) throws(RegistryError) -> Record {
    var record = self
    do throws(TimelineError) {
      let day = update.effectiveFrom?.firstDay
      var index = day.flatMap { timeline.index(on: $0) } ?? timeline.currentIndex(today: today)
      var start = timeline.entries[index].time.start
      if let from = update.validFrom {
        start = from?.firstDay ?? .earliest
        record.timeline = try record.timeline.beginning(from, at: index)
        index = record.timeline.index(on: start) ?? index
      }
      if let to = update.validTo {
        record.timeline = try record.timeline.ending(to, at: index)
        index = record.timeline.index(on: start) ?? index
      }
      record.timeline = try record.timeline.setting(
        update.fields, to: update.state, from: update.effectiveFrom, at: index)
    } catch {
      throw .invalid([error.violation(State.resource)])
    }
    return record
  }
}

extension TimelineError {
  /// The error as a broken rule of a record.
  package func violation(_ resource: String) -> RegistryError.Violation {
    let (path, zh, en) =
      switch code {
      case .empty:
        ("valid_to", "有效期为空", "the valid time is empty")
      case .overlap:
        (
          "valid_from", "有效期与该记录的另一状态重叠",
          "the valid time overlaps another state of the record"
        )
      case .tooManyStates:
        (
          "valid_from", "一条记录最多有\(RegistryLimits.states)个状态",
          "a record has at most \(RegistryLimits.states) states"
        )
      case .outside:
        (
          "effective_from", "变更日期不在该记录的有效期内",
          "the day of the change is outside the record's valid time"
        )
      case .swallows:
        (
          "valid_from", "该日期会使相邻状态的有效期为空",
          "the date would leave nothing of a neighbouring state"
        )
      }
    return RegistryError.Violation(
      path: code == .outside ? path : "\(resource).\(path)", value: time.description,
      rule: "valid_time.\(code.rawValue)", zh: zh, en: en)
  }
}
