// Characteristic regions: an industry in a place, its titles, and what happened to them.

package import Entries

package enum RegionsKinds {
  package static let all = [cluster, regionTitle, regionEvent, regionStock]

  /// An industry in a place, with or without a title.
  package static let cluster = EntryKind(
    "cluster", "产业集群", "industrial cluster",
    [
      EntryField("code", "代码", .code, required: true, key: true, example: "red-wood"),
      EntryField("product", "产业", .text, required: true, example: "红木家具"),
      EntryField("place", "地区", .place, required: true),
      EntryField("period", "最早记载", .time, help: "文件最早提到的时间。", example: "2013"),
    ])

  /// A title that a place holds or seeks.
  package static let regionTitle = EntryKind(
    "region_title", "特色区域称号", "title of a characteristic region",
    [
      EntryField("code", "代码", .code, required: true, key: true),
      EntryField("name", "称号", .text, required: true, example: "广西红木家具生产基地"),
      EntryField("level", "级别", .choice(.level), required: true, example: "省级"),
      EntryField("place", "地区", .place, required: true),
      EntryField("holder", "持有者", .text, help: "乡镇、园区等。", example: "罗秀镇"),
      EntryField("cluster", "集群", .reference("cluster")),
      EntryField("awarding_bodies", "授名单位", .text, isList: true),
    ])

  /// What happened to a title or to a cluster.
  package static let regionEvent: EntryKind = {
    let title = EntryField("title", "称号", .reference("region_title"), key: true)
    let cluster = EntryField("cluster", "集群", .reference("cluster"), key: true, help: "没有称号时填写。")
    return EntryKind(
      "region_event", "特色区域事件", "event of a characteristic region",
      [
        title,
        cluster,
        EntryField(
          "event", "事件", .choice(.regionEventType), required: true, key: true, example: "授名"),
        EntryField("level", "级别", .choice(.level), key: true, example: "省级"),
        EntryField("place", "地区", .place, required: true),
        EntryField("period", "时间", .time, required: true, key: true, example: "2013"),
        EntryField("bodies", "单位", .text, isList: true),
      ], rules: [.oneOf([title, cluster])])
  }()

  /// How many regions hold titles; the opening stock where a document gives no list.
  package static let regionStock: EntryKind = {
    let place = EntryField("place", "地区", .place, required: true, key: true)
    let regions = EntryField.quantity(
      "regions", "个数", "个", required: true, adds: .overPlaces, example: "4个")
    return EntryKind(
      "region_stock", "特色区域存量", "stock of regions",
      [
        place,
        EntryField("period", "截至", .time, required: true, key: true, example: "2013"),
        EntryField("level", "级别", .choice(.level), required: true, key: true, example: "国家级"),
        regions,
      ], rules: [.whole(place, of: regions)])
  }()
}
