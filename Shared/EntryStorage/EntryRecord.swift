// An entry as it is stored: its content with everything that the service gives it.

package import Entries
package import Measures
internal import Storage

/// One revision of an entry.
package struct EntryRecord: Sendable, Hashable {
  /// Name of its kind.
  package var kind: String
  /// UUID version 7.
  package var id: String
  /// Counts from 1.
  package var revision: Int64 = 0
  package var content: EntryContent
  package var source: EntrySource
  /// When the entry was first recorded, microseconds since 1970 UTC.
  package var createTime: Int64 = 0
  /// Who recorded this revision, and when.
  package var recordedBy: String = ""
  package var recordTime: Int64 = 0
  /// True for the last revision of a deleted entry.
  package var isDeleted = false
  /// Doubts that nobody has decided, and the fields that they are about.
  package var doubtIDs: [String] = []
  package var doubtFields: Set<String> = []

  package init(kind: String, id: String, content: EntryContent, source: EntrySource) {
    self.kind = kind
    self.id = id
    self.content = content
    self.source = source
  }

  package var fact: EntryFact {
    EntryFact(
      id: id, revision: revision, content: content, source: source, recordedBy: recordedBy,
      recordTime: recordTime, doubtIDs: doubtIDs, doubtFields: doubtFields)
  }

  package var member: EntryMember { EntryMember(id: id, content: content) }

  /// Whether both say the same, whatever their revisions.
  package func saysTheSame(_ content: EntryContent, _ source: EntrySource) -> Bool {
    self.content == content && self.source == source
  }
}

/// A doubt as it is stored.
package struct EntryDoubtItem: Sendable, Hashable {
  package struct Resolution: Sendable, Hashable {
    /// Nil where the value was left out.
    package var quantity: Quantity?
    package var reason: String
    package var by: String
    package var time: Int64
  }

  package var id: String
  package var kind: String
  package var entryID: String
  /// The field over which entries were compared; empty for a doubt within the entry.
  package var varying: String
  package var place: String
  package var period: String
  package var doubt: EntryDoubt
  package var source: EntrySource
  package var state: EntryDoubtState
  package var resolution: Resolution?
  package var revision: Int64
  package var createTime: Int64
}

/// Which entries are asked for.
package struct EntryQuery: Sendable {
  package var kind: EntryKind
  /// The place and all below it; nil: all.
  package var place: EntryPlace?
  package var time: TimeScope = .all
  package var filters: [EntryFigureKey.Filter] = []
  /// Part of any text; empty: all.
  package var textContains = ""
  /// Recorded time in microseconds; nil: now.
  package var asOf: Int64?

  package init(_ kind: EntryKind) { self.kind = kind }

  package var knownAt: Int64 { asOf ?? TwoClocks.openTime - 1 }
}

/// Which doubts are asked for.
package struct DoubtQuery: Sendable {
  /// Nil: all.
  package var state: EntryDoubtState?
  package var kind = ""
  package var place: EntryPlace?
  package var period = ""

  package init() {}
}
