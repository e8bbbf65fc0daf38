// The invented city. GB/T 2260 gives no province the digits 89, and the register takes codes up to 89,
// so that no place, federation or credit code of the training set can be a real one.

/// A place of the training set, with the federation of the same code.
struct TrainingPlace: Sendable, Equatable {
  let code: String
  let name: String

  /// `示例甲县联社`
  var federation: String { "\(name)联社" }

  static let province = TrainingPlace(code: "890000", name: "示例省")
  static let city = TrainingPlace(code: "890100", name: "示例市")
  static let counties = zip(1..., ["甲", "乙", "丙", "丁", "戊", "己"]).map { number, stem in
    TrainingPlace(code: "8901\(20 + number)", name: "示例\(stem)县")
  }
}

enum TrainingPlaces {
  static var files: [TrainingFile] { [places.file(), federations.file()] }

  private static var places: TrainingTable {
    var table = TrainingTable(
      "registry/places", ["代码", "名称", "级别", "上级", "生效日期", "失效日期", "后继代码"])
    func add(_ place: TrainingPlace, _ level: String, under parent: String) {
      table.add(["代码": place.code, "名称": place.name, "级别": level, "上级": parent])
    }
    add(.province, "省级", under: "")
    add(.city, "地级", under: TrainingPlace.province.code)
    for county in TrainingPlace.counties {
      add(county, "县级", under: TrainingPlace.city.code)
    }
    return table
  }

  private static var federations: TrainingTable {
    var table = TrainingTable(
      "registry/federations",
      ["联社代码", "名称", "简称", "级别", "地区", "地名", "上级联社代码", "经费来源", "生效日期", "失效日期"]
        + TrainingTable.source)
    func add(_ place: TrainingPlace, _ level: String, under parent: String, _ funding: String) {
      table.add([
        "联社代码": place.code, "名称": "\(place.name)二轻城镇集体工业联合社",
        "简称": place.federation, "级别": level, "地区": place.code, "地名": place.name,
        "上级联社代码": parent, "经费来源": funding,
      ])
    }
    add(.province, "省级", under: "", "财政拨款")
    add(.city, "市级", under: TrainingPlace.province.code, "财政拨款")
    for (number, county) in TrainingPlace.counties.enumerated() {
      add(
        county, "县级", under: TrainingPlace.city.code, number % 3 == 2 ? "非财政拨款" : "财政拨款")
    }
    return table
  }
}
