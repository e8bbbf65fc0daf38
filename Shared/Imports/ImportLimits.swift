// How large a file may be, and how much is said about it.

/// Limits of an import; each is named in the error that it causes.
package struct ImportLimits: Sendable, Equatable {
  /// Bytes of a whole file: 64 MiB.
  package var fileBytes = 64 << 20
  /// Bytes of one chunk: 1 MiB.
  package var chunkBytes = 1 << 20
  /// Rows of a file, without the header and comments.
  package var rows = 200_000
  /// From so many rows on, others are told that an import keeps them waiting, and a dry run works
  /// on a copy of an SQLite database: fewer are done before the copy is.
  package var largeRows = 2_000
  /// Columns of a file.
  package var columns = 64
  /// Characters of one cell.
  package var cellCharacters = 10_000
  /// Bytes of one row in the file: 2.5 MiB.
  package var recordBytes = 2_621_440
  /// Errors that are kept and told; the rest is counted.
  package var errors = 200
  /// Notes that are kept and told.
  package var notes = 500
  /// Characters of a value that an error repeats.
  package var valueCharacters = 200
  /// Characters of a file name.
  package var fileNameCharacters = 200
  /// Imports of one organisation that are not committed, refused or reverted yet.
  package var openImports = 50

  package init() {}
}
