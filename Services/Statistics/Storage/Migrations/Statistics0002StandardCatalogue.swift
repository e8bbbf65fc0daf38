// The standard catalogue. Its texts are frozen with the migration; later additions come by
// CreateIndicator, CreateForm, an import, or another migration.

internal import Storage

extension StatisticsMigrations {
  static let standardCatalogue = Migration("statistics/0002_standard_catalogue") { _ in
    generations + channels + indicators + forms
  }

  /// Sixty-four shards for figures; the catalogue and the register's copy change rarely.
  private static var generations: [String] {
    let shards = (0..<64).map { "('figures', \($0), 0)" }
    return [
      "INSERT INTO data_generation (kind, shard, value) VALUES "
        + (shards + ["('catalogue', 0, 1)", "('register', 0, 0)"]).joined(separator: ", ")
    ]
  }

  private static var channels: [String] {
    [
      """
      INSERT INTO channel (code, position, name_zh, name_en, description) VALUES
      ('bureau', 1, '统计局规上', 'Bureau of statistics, above designated size',
        '统计局对规模以上工业企业的统计；规模标准随年份变化'),
      ('collective', 2, '联社传统城镇集体', 'Traditional urban collective firms',
        '联社系统对传统城镇集体企业的统计'),
      ('region', 3, '特色区域', 'Characteristic regions', '特色（经济）区域的统计'),
      ('crafts_survey', 4, '工艺美术调查', 'Arts and crafts survey', '工艺美术行业调查'),
      ('industry', 5, '全行业', 'Whole industry', '二轻全行业，文件未注明口径')
      """
    ]
  }

  private static var indicators: [String] {
    [
      """
      INSERT INTO indicator (code, name_zh, name_en, unit, scale, kind, part_of,
        may_be_negative) VALUES
      ('gross_output', '工业总产值', 'Gross industrial output value', '元', 2, 'flow', NULL, 0),
      ('sales_output', '工业销售产值', 'Industrial sales value', '元', 2, 'flow', NULL, 0),
      ('export_delivery', '出口交货值', 'Export delivery value', '元', 2, 'flow', 'gross_output', 0),
      ('tax_paid', '上缴税金', 'Taxes paid', '元', 2, 'flow', NULL, 0),
      ('profit_total', '利润总额', 'Total profits', '元', 2, 'flow', NULL, 1),
      ('profit_tax', '利税总额', 'Total profits and taxes', '元', 2, 'flow', NULL, 1),
      ('enterprise_count', '企业数', 'Number of enterprises', '家', 0, 'stock', NULL, 0),
      ('employee_count', '从业人员', 'Persons employed', '人', 0, 'stock', NULL, 0),
      ('sales_rate', '产品销售率', 'Rate of products sold', '%', 2, 'rate', NULL, 1)
      """
    ]
  }

  private static let kinds = [
    ("month", "月报", 10), ("quarter", "季报", 15), ("half", "半年报", 20), ("year", "年报", 45),
  ]

  private static var forms: [String] {
    let channels = [
      ("bureau", "统计局规上"), ("collective", "联社传统城镇集体"), ("region", "特色区域"),
      ("crafts_survey", "工艺美术调查"), ("industry", "全行业"),
    ]
    var rows: [String] = []
    for (channel, name) in channels {
      for (kind, word, days) in kinds where channel != "crafts_survey" || kind == "year" {
        rows.append("('\(channel)-\(kind)', '\(name)\(word)', '\(channel)', '\(kind)', \(days))")
      }
    }
    return [
      "INSERT INTO form (code, name_zh, channel_code, period_kind, due_days) VALUES "
        + rows.joined(separator: ", "),
      """
      INSERT INTO form_indicator (channel_code, period_kind, indicator_code, form_code, position)
      SELECT f.channel_code, f.period_kind, i.code, f.code, i.number
      FROM form AS f CROSS JOIN indicator AS i
      """,
    ]
  }
}
