// Doubtful values among the entries of the register, exhibitions and talent.

/// A value of an entry that is in quarantine (存疑).
package struct DoubtfulEntry: Sendable, Hashable {
  package let service: ServiceName
  package let id: String
  package let place: String
  /// A period or a date, as the entry has it.
  package let time: String
  /// Title of the entry's kind, or its name where nobody told the title.
  package let kind: String
  /// Title of the field in doubt, or its name.
  package let field: String
  package let printedText: String
  package let reason: String
  package let candidates: [DoubtfulValue.Candidate]
  package let document: String

  package init(
    service: ServiceName, id: String, place: String, time: String, kind: String, field: String,
    printedText: String, reason: String, candidates: [DoubtfulValue.Candidate], document: String
  ) {
    self.service = service
    self.id = id
    self.place = place
    self.time = time
    self.kind = kind
    self.field = field
    self.printedText = printedText
    self.reason = reason
    self.candidates = candidates
    self.document = document
  }

  /// The year that the time begins with; nil for an entry without one.
  package var year: Int? { time.count >= 4 ? Int(time.prefix(4)) : nil }
}
