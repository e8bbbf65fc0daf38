// Every limit of the register's own values, with its default. The room card prints them as a table.

/// How long a text may be and how many parts a record may have.
package enum RegistryLimits {
  /// Characters of a name of a place, federation or enterprise.
  package static let nameCharacters = 120
  /// Characters of a short name of a federation.
  package static let shortNameCharacters = 40
  /// Characters of a sector in the federation's own terms.
  package static let sectorCharacters = 32
  /// Characters of a reason for a step of a membership.
  package static let reasonCharacters = 500
  /// Characters of the short name of a source document.
  package static let documentCharacters = 200
  /// Characters of a quoted sentence, and of a note on it.
  package static let sentenceCharacters = 2_000
  /// Former names and codes that may be entered for one enterprise.
  package static let formerIdentities = 50
  /// States in valid time that one record may have.
  package static let states = 200
  /// Steps that one membership may have.
  package static let membershipEvents = 200
  /// Levels between a place and its root; a longer chain is a loop.
  package static let placeDepth = 12
  /// Names that an answer about something missing lists.
  package static let availableNames = 20
}
