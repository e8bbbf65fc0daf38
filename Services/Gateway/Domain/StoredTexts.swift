// What the gateway itself keeps: the texts that reports are written from, and the reports that were
// published.

/// The template of one report, as it is stored.
package struct StoredTemplate: Sendable, Hashable {
  package var federationCode: String
  package var year: Int
  package var text: String
  package var revision: Int64
  package var recordedBy: String
  /// Microseconds since 1970 UTC.
  package var recordTime: Int64

  package init(
    federationCode: String, year: Int, text: String, revision: Int64 = 0, recordedBy: String = "",
    recordTime: Int64 = 0
  ) {
    self.federationCode = federationCode
    self.year = year
    self.text = text
    self.revision = revision
    self.recordedBy = recordedBy
    self.recordTime = recordTime
  }
}

/// A section of running text (叙述) that a report shows: no number in it is computed.
package struct StoredNarrative: Sendable, Hashable {
  package var federationCode: String
  package var year: Int
  /// Small letters, digits and hyphens; a template names it: `@narrative/ID`.
  package var id: String
  package var title: String
  /// One paragraph a line.
  package var text: String
  package var document: String
  package var sentence: String
  package var note: String
  package var revision: Int64
  package var recordedBy: String
  package var recordTime: Int64

  package init(
    federationCode: String, year: Int, id: String, title: String, text: String,
    document: String = "", sentence: String = "", note: String = "", revision: Int64 = 0,
    recordedBy: String = "", recordTime: Int64 = 0
  ) {
    self.federationCode = federationCode
    self.year = year
    self.id = id
    self.title = title
    self.text = text
    self.document = document
    self.sentence = sentence
    self.note = note
    self.revision = revision
    self.recordedBy = recordedBy
    self.recordTime = recordTime
  }
}

/// That a report was published. What it said is kept beside this and never changes.
package struct Publication: Sendable, Hashable {
  package var federationCode: String
  package var year: Int
  /// From 1, for each federation and year.
  package var number: Int64
  package var title: String
  package var note: String
  package var publisher: String
  /// Microseconds since 1970 UTC.
  package var publishTime: Int64
  /// Services whose figures were missing, separated by commas; empty for a whole report.
  package var missingServices: String

  package init(
    federationCode: String, year: Int, number: Int64 = 0, title: String, note: String,
    publisher: String = "", publishTime: Int64 = 0, missingServices: String = ""
  ) {
    self.federationCode = federationCode
    self.year = year
    self.number = number
    self.title = title
    self.note = note
    self.publisher = publisher
    self.publishTime = publishTime
    self.missingServices = missingServices
  }
}
