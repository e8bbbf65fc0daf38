// Everything that answers for the entries of one service, over one database.

internal import Access
internal import CommonMessages
package import Entries
internal import EntryStorage
internal import Imports
internal import Measures
package import ServiceAPI
package import Storage
package import Wire

/// The handlers of a service that keeps entries and nothing else.
package struct EntryHouse<Message: WireMessage>: Sendable {
  private let surroundings: EntrySurroundings

  /// Who may write where is answered by the digits of place codes.
  package init(_ register: EntryRegister, database: Database) {
    let book = EntryBook(register: register, encoding: EntryWire<Message>(register)) {
      DigitScope.mayWrite($0, $1.actor.organisation)
    }
    surroundings = EntrySurroundings(
      database: database, book: book, lock: { try ImportDesk.takeTurn($0) })
  }

  package var desk: EntryDesk<Message> { EntryDesk(surroundings) }
  package var figures: EntryFigureAPI { EntryFigureAPI(surroundings) }
  package var quarantine: EntryQuarantineAPI { EntryQuarantineAPI(surroundings) }

  package var imports: ImportAPI {
    ImportAPI(
      database: surroundings.database,
      kinds: EntryImport.kinds(surroundings.book).map { OfferedKind($0, role: .clerk) }
        + [OfferedKind(statedFigureImport.kind, role: .statistician)],
      lock: { try ImportDesk.takeTurn($0) })
  }

  package var statedFigures: StatedFigureAPI {
    StatedFigureAPI(
      database: surroundings.database, book: statedFigureBook, scope: DigitScope())
  }

  private var statedFigureBook: StatedFigureBook {
    StatedFigureBook(database: surroundings.database) { row, _ in
      EntryPlace(row.placeCode) == nil
        ? [
          Violation(
            path: "stated_figure.place_code", value: row.placeCode, rule: "place.code",
            zh: "应为六位行政区划代码", en: "is the six-digit code of a place")
        ] : []
    }
  }

  private var statedFigureImport: StatedFigureImport {
    @Sendable func mayWrite(
      _ place: String, _ row: ImportRow, _ run: ImportRun
    ) -> [ImportFinding] {
      let organisation = run.transaction.actor.organisation
      if DigitScope.mayWrite(place, organisation) { return [] }
      return [
        run.finding(
          row, "place", rule: "access.scope", zh: "\(place)不在\(organisation)的辖区内",
          en: "\(place) is not in the subtree of \(organisation)")
      ]
    }
    return StatedFigureImport(
      book: statedFigureBook, mayWrite: { mayWrite($0, $1, $2) },
      complete: { figure, row, run in mayWrite(figure.placeCode, row, run) })
  }
}
