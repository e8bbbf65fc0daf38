// What the training set holds: as much as is promised, and sums that are the sums of their parts.

internal import Testing

@testable internal import Admin

@Suite struct TrainingContentTests {
  private func rows(_ kind: String) -> [[String: String]] { TrainingReader.rows(kind) }

  @Test func thereIsAsMuchAsIsPromised() {
    let places = rows("registry/places")
    #expect(places.count { $0["级别"] == "县级" } == 6)
    #expect(rows("registry/federations").count == 8)
    #expect(rows("registry/enterprises").count == 400)
    #expect(Set(rows("registry/enterprises").map { $0[cell: "企业名称"] }).count == 400)
    #expect(rows("registry/memberships").count == 400)
    #expect(rows("exhibitions/edition").count == 3)
    #expect(rows("talent/person").count == 120)
    #expect(rows("talent/studio").count == 12)
    // No province has the digits 89.
    #expect(places.allSatisfy { $0[cell: "代码"].hasPrefix("89") })
  }

  @Test func everyFirmReportsInEveryMonthAndEveryYear() {
    let units = Set(
      rows("registry/enterprises").map {
        $0[cell: "统一社会信用代码"].isEmpty ? $0[cell: "企业名称"] : $0[cell: "统一社会信用代码"]
      })
    var periods: [Substring: Set<Substring>] = [:]
    for head in TrainingReader.reportHeads() { periods[head[2], default: []].insert(head[5]) }
    #expect(periods.count == 36 + 3)
    for (period, reporting) in periods {
      let isEverybody =
        reporting.count == 400 && reporting.allSatisfy { units.contains(String($0)) }
      #expect(isEverybody, "\(period)")
    }
  }

  @Test func theYearIsItsMonths() {
    struct Key: Hashable {
      let unit: String
      let indicator: String
      let year: String
    }
    var months: [Key: [Int]] = [:]
    var years: [Key: Int] = [:]
    for sheet in TrainingReader.reports {
      for row in sheet.rows {
        let year = String(row[cell: "期别"].prefix(4))
        let key = Key(unit: row[cell: "单位"], indicator: row[cell: "指标"], year: year)
        if row["报表"] == "collective-month" {
          months[key, default: []].append(row.number("数值"))
        } else {
          years[key] = row.number("数值")
        }
      }
    }
    let whole = months.filter { $0.value.count == 12 && years[$0.key] != nil }
    #expect(whole.count > 300)
    for (key, values) in whole where key.indicator != "产品销售率" {
      let isStock = key.indicator == "从业人员" || key.indicator == "企业数"
      let sum = isStock ? values.last : values.reduce(0, +)
      #expect(years[key] == sum, "\(key)")
    }
  }

  @Test func moneyIsPrintedWithItsUnitAndPartsAreNotMoreThanTheirWhole() {
    var outputs: [String: Int] = [:]
    for row in TrainingReader.reports.flatMap(\.rows) {
      let report = row[cell: "期别"] + row[cell: "单位"]
      let value = row[cell: "数值"]
      switch row[cell: "指标"] {
      case "工业总产值":
        outputs[report] = row.number("数值")
        #expect(value.hasSuffix("万元"))
      case "出口交货值": #expect(row.number("数值") <= outputs[report] ?? 0)
      case "从业人员": #expect(value.hasSuffix("人"))
      case "企业数": #expect(value == "1家")
      case "产品销售率": #expect(value.hasSuffix("%"))
      default: #expect(value.hasSuffix("万元"))
      }
    }
  }

  /// GB 32100-2015 and GB 11714, written down a second time: by residues and tables, as one checks a
  /// code by hand.
  @Test func creditCodesPassBothCheckCharacters() {
    let symbols = Array("0123456789ABCDEFGHJKLMNPQRTUWXY")
    let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    let letters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    var codes: Set<String> = []
    for row in rows("registry/enterprises") {
      let code = Array(row[cell: "统一社会信用代码"])
      guard !code.isEmpty else { continue }
      codes.insert(String(code))
      #expect(code.count == 18 && String(code[2..<8]) == row["注册地"])
      let sum = zip(code, weights).reduce(0) { $0 + (symbols.firstIndex(of: $1.0) ?? 99) * $1.1 }
      #expect((sum + (symbols.firstIndex(of: code[17]) ?? 99)) % 31 == 0, "\(String(code))")
      let own = zip(code[8..<16], [3, 7, 9, 10, 5, 8, 4, 2]).reduce(0) {
        $0 + (letters.firstIndex(of: $1.0) ?? 99) * $1.1
      }
      let check = code[16] == "X" ? 10 : Int(String(code[16])) ?? 99
      #expect((own + check) % 11 == 0, "\(String(code))")
    }
    #expect(codes.count == rows("registry/enterprises").count { !$0[cell: "统一社会信用代码"].isEmpty })
    #expect(codes.count < 400)
  }

  @Test func talliesAreTheSumsOfWhatTheyCount() {
    let awards = rows("exhibitions/award")
    for tally in rows("exhibitions/award_tally") {
      let counted = awards.count {
        $0["届次"] == tally["届次"] && [$0["等级"], ""].contains(tally["等级"])
      }
      #expect(counted == tally.number("数量"), "\(tally)")
    }
    let grants = rows("talent/grant")
    for tally in rows("talent/grant_tally") {
      let counted = grants.count {
        $0["批次"] == tally["批次"] && isWithin($0["地区"], tally["地区"])
      }
      #expect(counted == tally.number("人数"), "\(tally)")
    }
    for tally in rows("talent/studio_tally") {
      let counted = rows("talent/studio").count {
        $0["成立"] == tally["成立年份"] && isWithin($0["地区"], tally["地区"])
      }
      #expect(counted == tally.number("个数"), "\(tally)")
    }
    let firms = rows("registry/enterprises")
    for tally in rows("registry/membership_tally") {
      let admitted = rows("registry/memberships").filter {
        $0[cell: "日期"].hasPrefix(tally[cell: "年份"])
      }.count { membership in
        firms.contains {
          [$0["统一社会信用代码"], $0["企业名称"]].contains(membership["企业"])
            && isWithin($0["注册地"], tally["地区"])
        }
      }
      #expect(admitted == tally.number("新增成员"), "\(tally)")
    }
  }

  private func isWithin(_ place: String?, _ whole: String?) -> Bool {
    whole == "890100" || place == whole
  }

  @Test func countiesAddUpToTheCity() {
    for (kind, time, measures) in [
      ("registry/petition_tally", "年份", ["批次", "人次", "公开接访"]),
      ("registry/restructuring_tally", "时间", ["企业", "职工"]),
    ] {
      for city in rows(kind) where city["地区"] == "890100" {
        let parts = rows(kind).filter { $0[time] == city[time] && $0["地区"] != "890100" }
        for measure in measures {
          #expect(
            parts.reduce(0) { $0 + $1.number(measure) } == city.number(measure), "\(kind) \(city)")
        }
      }
    }
  }

  @Test func fundsAndDelegationsAddUp() {
    for call in rows("registry/project_call") {
      let funds = rows("registry/project_fund").filter { $0["年份"] == call["年份"] }
      let projects = rows("registry/project").filter { $0["年份"] == call["年份"] }
      let granted = funds.filter { $0["金额"] != "" }
      #expect(granted.reduce(0) { $0 + $1.number("金额") } == call.number("确定资金"))
      #expect(funds.reduce(0) { $0 + $1.number("申报金额") } == call.number("申报资金"))
      #expect(projects.count { $0["状态"] == "已拨付" } == call.number("确定项目"))
      #expect(projects.count == call.number("审核项目"))
    }
    for edition in rows("exhibitions/edition") {
      let parts = rows("exhibitions/delegation").filter { $0["届次"] == edition["代码"] }
      #expect(parts.count == 6)
      #expect(parts.reduce(0) { $0 + $1.number("参展企业") } == edition.number("参展单位"))
      #expect(parts.reduce(0) { $0 + $1.number("参展项目") } == edition.number("展品"))
      let exhibitors = rows("exhibitions/exhibitor").filter { $0["届次"] == edition["代码"] }
      #expect(exhibitors.count == edition.number("参展单位"))
    }
    for stock in rows("registry/region_stock") {
      let named = rows("registry/region_event").count {
        $0["事件"] == "授名" && $0["级别"] == stock["级别"]
      }
      #expect(named == stock.number("个数"))
    }
  }

  @Test func whatIsReferredToIsThere() {
    func check(_ kind: String, _ title: String, _ target: String, _ code: String = "代码") {
      let known = Set(rows(target).map { $0[cell: code] })
      for row in rows(kind) where row[title] != "" {
        #expect(known.contains(row[cell: title]), "\(kind) \(title): \(row[cell: title])")
      }
    }
    check("exhibitions/edition", "系列", "exhibitions/series")
    for kind in ["delegation", "exhibitor", "exhibit", "award", "award_tally"] {
      check("exhibitions/\(kind)", "届次", "exhibitions/edition")
    }
    check("exhibitions/exhibit", "作品", "exhibitions/work")
    check("exhibitions/award", "作品代码", "exhibitions/work")
    check("exhibitions/award", "奖项", "exhibitions/award_family")
    check("talent/grant", "人员", "talent/person", "编号")
    check("talent/grant", "批次", "talent/batch")
    check("talent/studio", "大师", "talent/person", "编号")
    check("registry/project_fund", "项目", "registry/project")
    check("registry/region_title", "集群", "registry/cluster")
    check("registry/region_event", "称号", "registry/region_title")
    check("registry/restructuring_case", "企业", "registry/enterprises", "企业名称")
    check("registry/project", "申报单位", "registry/enterprises", "企业名称")
  }

  @Test func nobodyGetsATitleTwice() {
    let grants = rows("talent/grant").map { $0[cell: "称号"] + $0[cell: "人员"] }
    #expect(Set(grants).count == grants.count)
  }
}
