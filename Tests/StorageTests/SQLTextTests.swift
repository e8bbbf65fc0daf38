internal import Testing

@testable internal import Storage

@Suite struct SQLTextTests {
  @Test func parametersAreRewrittenByNumber() throws {
    let text = try SQLText("SELECT $2, $1, $2 WHERE a = $10")
    #expect(text.sqlite == "SELECT ?2, ?1, ?2 WHERE a = ?10")
    #expect(text.referenced.count == 10)
    #expect(text.referenced[2] == false)
  }

  @Test(arguments: [
    "SELECT '$1 ? :: ;'", "SELECT 'it''s $1'", "SELECT \"$1\"", "SELECT 1 -- $1 ?\n",
    "SELECT 1 /* $1 * / ? */ + 1",
  ])
  func literalsNamesAndCommentsStayAsTheyAre(sql: String) throws {
    let text = try SQLText(sql)
    #expect(text.sqlite == sql)
    #expect(text.referenced.isEmpty)
  }

  @Test(arguments: [
    "SELECT $1::bigint", "SELECT ?", "SELECT $name", "SELECT $0", "SELECT 1; SELECT 2",
    "SELECT $99999999999999999999",
  ])
  func unportableTextIsRefused(sql: String) {
    #expect(throws: StorageError.self) { try SQLText(sql) }
  }

  @Test func aClosingSemicolonIsAllowed() throws {
    #expect(try SQLText("SELECT 1 ; \n").sqlite == "SELECT 1 ")
  }

  @Test(arguments: ["", "$", "'", "\"", "-", "--", "/", "/*", "/**", ":", "$1'"])
  func unfinishedTextDoesNotTrap(sql: String) {
    _ = try? SQLText(sql)
  }

  @Test(arguments: ["Item", "item; DROP", "1item", "", "项目", "a-b"])
  func onlyPlainIdentifiersAreAccepted(name: String) {
    #expect(throws: StorageError.self) { try SQLText.checkIdentifiers([name]) }
  }
}
