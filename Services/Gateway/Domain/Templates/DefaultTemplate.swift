// The report of a year that nobody wrote a template for: what the records and documents give.

extension ReportTemplate {
  /// The built-in template. It is read like any other, so there is one way to a report.
  package static let defaultText = """
    # {federation}{year}年度工作报告（统计部分）
    ## economy 经济运行
    @economy
    ## places {below}情况
    @places
    ## targets 目标
    @targets
    ## history 历史对照
    @history
    ## quarantine 存疑数据
    @quarantine
    ## differences 原文与计算的差异
    @differences
    ## network 联社组织
    @network
    """
}
