// Where a number comes from, as a page: its formula, what it is computed from, the records behind it.

package import GatewayDomain

/// An explanation, ready to be shown.
package struct ExplanationDocument: Sendable {
  package struct Input: Sendable {
    package let key: String
    package let label: String
    package let printed: String
    package let mark: PrintedMark

    package init(key: String, label: String, printed: String, mark: PrintedMark) {
      self.key = key
      self.label = label
      self.printed = printed
      self.mark = mark
    }
  }

  package struct Record: Sendable {
    package let type: String
    package let name: String
    /// Path of the record at the HTTP face, if it has one.
    package let path: String?
    package let printed: String
    /// Place, period, revision, who and when.
    package let facts: [String]
    package let document: String
    package let sentence: String
    package let note: String

    package init(
      type: String, name: String, path: String?, printed: String, facts: [String],
      document: String, sentence: String, note: String
    ) {
      self.type = type
      self.name = name
      self.path = path
      self.printed = printed
      self.facts = facts
      self.document = document
      self.sentence = sentence
      self.note = note
    }
  }

  package let figure: Input
  /// The interval in words; empty for an exact value.
  package let range: String
  package let formula: String
  package let notes: [String]
  package let inputs: [Input]
  package let records: [Record]
  package let recordCount: UInt64
  /// Path of the next page of records; nil on the last.
  package let nextPath: String?

  package init(
    figure: Input, range: String, formula: String, notes: [String], inputs: [Input],
    records: [Record], recordCount: UInt64, nextPath: String?
  ) {
    self.figure = figure
    self.range = range
    self.formula = formula
    self.notes = notes
    self.inputs = inputs
    self.records = records
    self.recordCount = recordCount
    self.nextPath = nextPath
  }
}

/// Writes an explanation as HTML.
package struct ExplanationPage: Sendable {
  package init() {}

  package func render(_ document: ExplanationDocument) -> String {
    PageLibrary.render("explanation", Values(document))
  }

  private struct Values: Sendable {
    let pageTitle: String
    let heading: String
    let mainKind: String
    let mainPrinted: String
    let mainTag: String?
    let range: String?
    let key: String
    let jsonPath: String
    let formula: String?
    let hasNotes: Bool
    let remarks: [String]
    let hasInputs: Bool
    let inputs: [InputView]
    let recordCount: UInt64
    let hasRecords: Bool
    let records: [RecordView]
    let morePath: String?

    init(_ document: ExplanationDocument) {
      let figure = document.figure
      heading = figure.label.isEmpty ? figure.key : figure.label
      pageTitle = heading
      mainKind = figure.mark.rawValue
      mainPrinted = figure.printed
      mainTag = figure.mark.tag
      range = document.range.nonEmpty
      key = figure.key
      jsonPath = ReportPaths.explanation(of: figure.key) + "&format=json"
      formula = document.formula.nonEmpty
      hasNotes = !document.notes.isEmpty
      remarks = document.notes
      hasInputs = !document.inputs.isEmpty
      inputs = document.inputs.map(InputView.init)
      recordCount = document.recordCount
      hasRecords = !document.records.isEmpty
      records = document.records.map(RecordView.init)
      morePath = document.nextPath
    }
  }

  private struct InputView: Sendable {
    let path: String
    let name: String
    let kind: String
    let printed: String
    let tag: String?

    init(_ input: ExplanationDocument.Input) {
      path = ReportPaths.explanation(of: input.key)
      name = input.label.isEmpty ? input.key : input.label
      kind = input.mark.rawValue
      printed = input.printed
      tag = input.mark.tag
    }
  }

  /// Names that are unique in the page: where a property is nil, Mustache looks for its name in what
  /// stands around.
  private struct RecordView: Sendable {
    let typeName: String
    let link: String?
    let name: String
    let amount: String?
    let facts: String
    let sentence: String?
    let document: String?
    let remark: String?

    init(_ record: ExplanationDocument.Record) {
      typeName = record.type
      link = record.path
      name = record.name
      amount = record.printed.nonEmpty
      facts = record.facts.filter { !$0.isEmpty }.joined(separator: " · ")
      sentence = record.sentence.nonEmpty
      document = record.document.nonEmpty
      remark = record.note.nonEmpty
    }
  }
}

extension String {
  /// Nil instead of an empty text: a template shows a section for any text, even an empty one.
  var nonEmpty: String? { isEmpty ? nil : self }
}
