// Exhibitions, their editions, and who takes part.

package import Entries

package enum EditionsKinds {
  package static let all = [series, edition, delegation, exhibitor]

  /// A series of exhibitions.
  package static let series = EntryKind(
    "series", "展会系列", "exhibition series",
    [
      EntryField(
        "code", "代码", .code, required: true, key: true, help: "系列的代码。", example: "invention-fair"),
      EntryField("name", "名称", .text, required: true, example: "广西发明创造成果展览交易会"),
      EntryField("level", "级别", .choice(.level), required: true, help: "主办的层级。", example: "省级"),
      EntryField("hosts", "主办单位", .text, isList: true, help: "多个用顿号分开。"),
    ])

  /// One edition of a series.
  package static let edition = EntryKind(
    "edition", "展会届次", "edition of an exhibition",
    [
      EntryField(
        "code", "代码", .code, required: true, key: true, help: "届次的代码。", example: "invention-fair-6"),
      EntryField(
        "series", "系列", .reference("series"), required: true, help: "系列的代码。",
        example: "invention-fair"),
      EntryField("number", "届次", .number, help: "第几届；没有届次的空着。", example: "6"),
      EntryField("name", "名称", .text, required: true, example: "第六届广西发明创造成果展览交易会"),
      EntryField("period", "时间", .time, help: "年份、月份或日期。", example: "2016"),
      EntryField("place", "举办地", .place, help: "行政区划代码。"),
      EntryField("venue", "地点", .text, help: "没有代码的地点。", example: "扬州"),
      EntryField("hosts", "主办单位", .text, isList: true, example: "广西壮族自治区人民政府"),
      EntryField("design", "设计理念", .text, help: "布展的设计理念。", example: "造大船"),
      .quantity(
        "entities", "参展单位", "家", adds: .overPlaces, help: "全部参展的企业、院校、个人。", example: "322家"),
      .quantity("cities", "参展市", "个", adds: .overPlaces, help: "有作品参展的市。", example: "14个"),
      .quantity("exhibits", "展品", "件", help: "全部展品。", example: "1.2万余件"),
      .quantity("attendance", "观众", "人次", example: "8万余人次"),
    ])

  /// What a federation brings to an edition.
  package static let delegation: EntryKind = {
    let place = EntryField(
      "place", "组展地区", .place, required: true, key: true, help: "组展联社所在的地区。", example: "450000")
    let applicants = EntryField.quantity(
      "applicants", "申报企业", "家", adds: .overPlaces, example: "42家")
    let appliedProducts = EntryField.quantity("applied_products", "申报产品", "种", example: "300多种")
    let entities = EntryField.quantity("entities", "参展企业", "家", adds: .overPlaces, example: "23家")
    let projects = EntryField.quantity("projects", "参展项目", "个", example: "231个")
    let products = EntryField.quantity("products", "参展产品", "种", example: "183种")
    let pieces = EntryField.quantity("pieces", "参展件数", "件", example: "近2000件")
    let sales = EntryField.quantity("sales", "现场销售额", "元", example: "13.3万元")
    return EntryKind(
      "delegation", "组展", "delegation to an exhibition",
      [
        EntryField(
          "edition", "届次", .reference("edition"), required: true, key: true,
          example: "invention-fair-6"),
        place,
        EntryField("period", "年份", .time, required: true, example: "2016"),
        EntryField("section", "板块", .text, example: "传统手工业"),
        applicants,
        appliedProducts,
        entities,
        .quantity("cities", "参展市", "个", adds: .overPlaces, example: "11个"),
        projects,
        products,
        pieces,
        .quantity("categories", "大类", "个", example: "14个"),
        .quantity("subcategories", "小类", "个", example: "47个"),
        .quantity("patented_products", "专利产品", "个", help: "有专利的产品，不问申请还是授权。", example: "23个"),
        .quantity("patents_applied", "申请专利", "件"),
        .quantity("patents_granted", "授权专利", "件"),
        sales,
        .quantity("cost", "组展经费", "元"),
      ],
      rules: [
        .atMost(entities, applicants, .doubt), .atMost(products, appliedProducts, .doubt),
        .whole(place, of: entities), .whole(place, of: sales), .whole(place, of: pieces),
        .whole(place, of: projects),
      ])
  }()

  /// An entity that takes part in an edition.
  package static let exhibitor = EntryKind(
    "exhibitor", "参展单位", "exhibitor", counter: "家",
    [
      EntryField(
        "edition", "届次", .reference("edition"), required: true, key: true,
        example: "invention-fair-6"),
      EntryField("name", "名称", .text, required: true, key: true),
      EntryField("form", "类型", .choice(.exhibitorForm), required: true, example: "企业"),
      EntryField("place", "地区", .place),
      EntryField("period", "年份", .time, required: true, example: "2016"),
    ])
}
