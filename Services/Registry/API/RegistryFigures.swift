// Stated figures about the register itself: how many federations a document counts, and the like.

internal import RPC
internal import RegistryDomain
internal import RegistryMessages
internal import RegistryStorage
package import ServiceAPI
package import Storage

extension ImportAPI: RegistryMessages.ImportServiceHandler {}
extension StatedFigureAPI: RegistryMessages.StatedFigureServiceHandler {}

package enum RegistryFigures {
  package static func api(_ database: Database) -> StatedFigureAPI {
    let store = RegistryStore(encoding: RegistryWire())
    var hooks = StatedFigureAPI.Hooks()
    hooks.lock = { try store.takeTurn($0) }
    return StatedFigureAPI(
      database: database,
      book: StatedFigureBook(database: database) { try check($0, store, $1) },
      scope: RegistryScope(database: database), hooks: hooks)
  }

  /// A figure speaks of a place that the register knows, at whatever time.
  private static func check(
    _ row: StatedFigureRow, _ store: RegistryStore, _ transaction: WriteTransaction
  ) throws -> [Violation] {
    let tree = try store.placeTree(around: [row.placeCode], transaction)
    if tree.isKnown(row.placeCode) { return [] }
    return [
      Violation(
        path: "stated_figure.place_code", value: row.placeCode, rule: "place.unknown",
        zh: "名录中没有代码为\(row.placeCode)的地区", en: "no place has this code")
    ]
  }
}
