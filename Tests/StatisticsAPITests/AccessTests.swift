internal import Access
internal import HealthMessages
internal import RPC
internal import StatisticsAPI
internal import StatisticsMessages
internal import Testing

struct AccessTests {
  @Test func `every method has a rule`() throws {
    let methods =
      StatisticsServiceMethods.all + ImportServiceMethods.all + StatedFigureServiceMethods.all
      + HealthMethods.all
    try StatisticsPolicy.table().check(methods)
  }

  @Test func `reads are open and writes are not`() throws {
    let table = try StatisticsPolicy.table()
    for method in StatisticsServiceMethods.all {
      let rule = table.rule(for: method)
      #expect((rule == .open) == (method.idempotency == .noSideEffects), "\(method)")
    }
    for method in ImportServiceMethods.all where method.idempotency == .idempotent {
      #expect(table.rule(for: method) != .open)
    }
  }
}
