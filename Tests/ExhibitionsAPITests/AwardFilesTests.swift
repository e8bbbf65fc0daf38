internal import CommonMessages
internal import EntryAPI
internal import ExhibitionsMessages
internal import RPC
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

/// Awards as documents count them, from files to figures.
struct AwardFilesTests {
  static let files = [
    ("series", "代码,名称,级别,主办单位,出处文件\nfair,交易会,国家级,,总结\ninvention,发明展,省级,,总结"),
    (
      "edition",
      "代码,系列,名称,时间,出处文件\nfair-51,fair,第51届,2016,总结\nfair-52,fair,第52届,2016,总结\n"
        + "invention-6,invention,第六届,2016,总结"
    ),
    (
      "award_tally",
      """
      届次,奖项,地区,年份,级别,等级,数量,出处文件
      fair-51、fair-52,,450000,2016,国家级,金奖,12个,总结
      fair-52、fair-51,,450000,2016,国家级,,110个,总结
      fair-51、fair-52,,450000,2016,国家级,银奖,23个,总结
      fair-52、fair-51,,450000,2016,国家级,铜奖,27个,总结
      fair-51、fair-52,,450000,2016,国家级,优秀奖,47个,总结
      invention-6,,450000,2016,省级,,557个,总结
      """
    ),
    (
      "promotion",
      "来自,参加,地区,年份,预展件数,晋级件数,优秀作品,出处文件\nfair-51,fair-52,450000,2013,1.2万余件,600件,60件,总结"
    ),
  ]

  @Test(arguments: Engine.allCases)
  func `grades replace a total that differs from them`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      for (kind, text) in Self.files {
        let done = try await fixture.send(kind, text, organisation: "450000", commit: true)
        #expect(done.state == .committed, "\(kind) \(done.errors)")
      }
      let path = "exhibitions/award_tally/awards/450000/2016"
      let national = try await fixture.figure("\(path)?level=national")
      #expect(national.printed == "109" && national.printedUnit == "个")
      #expect(national.quarantineIds.count == 1 && national.recordCount == 4)
      #expect(try await fixture.figure("\(path)?level=国家级&grade=金奖").printed == "12")
      #expect(try await fixture.figure("\(path)?level=provincial").printed == "557")
      #expect(try await fixture.figure("\(path)?editions=fair-52").printed == "109")
      let items = try await fixture.house.quarantine.listQuarantineItems(
        ListQuarantineItemsRequest(state: .open),
        context: fixture.call(QuarantineServiceMethods.listQuarantineItems.info)
      ).items
      #expect(items.map(\.printedText) == ["110个"] && items.map(\.rule) == ["total_differs"])
      #expect(items.first?.candidates.compactMap(\.quantity?.text) == ["110", "109"])
      let share = try await fixture.figure(
        "exhibitions/promotion/ratio-commended-promoted/450000/2013")
      #expect(share.printed == "10.0" && share.printedUnit == "%")
      for (kind, text) in Self.files {
        let again = try await fixture.send(kind, text, organisation: "450000")
        #expect(again.nothingNew, "\(kind) \(again.errors)")
      }
    }
  }
}
