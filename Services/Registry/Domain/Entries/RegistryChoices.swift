// The vocabularies of the registry service's entries. Titles are the words of reports and files.

package import Entries

extension EntryChoices {
  /// What happened to a cluster or to a title.
  package static let regionEventType = EntryChoices(
    "RegionEventType",
    [
      .init("researched", "调研"), .init("reserved", "储备"), .init("cultivated", "培育"),
      .init("raised", "接洽"), .init("materials", "材料"), .init("symposium", "座谈"),
      .init("submitted", "申报"), .init("reviewed_on_site", "实地评审"), .init("recommended", "推荐"),
      .init("approved", "批准"), .init("named", "授名"), .init("re_reviewed", "复评"),
      .init("renewed", "续期"), .init("withdrawn", "撤销"), .init("served", "纳入服务"),
    ])

  /// State of a project's application.
  package static let projectState = EntryChoices(
    "ProjectState",
    [
      .init("drafted", "起草"), .init("submitted", "已申报"), .init("received", "已受理"),
      .init("reviewed", "已审核"), .init("approved", "已批准"), .init("rejected", "未批准"),
      .init("paid", "已拨付"), .init("closed", "已结项"),
    ])

  /// State of a restructuring.
  package static let restructuringState = EntryChoices(
    "RestructuringState",
    [
      .init("preparing", "准备"), .init("in_progress", "推进中"), .init("basically_done", "基本完成"),
      .init("done", "完成"), .init("bankruptcy_preparing", "破产准备"), .init("bankrupt", "破产"),
      .init("equity_transferred", "股权转让"), .init("legacy", "遗留问题处理"),
    ])

  /// Level of a petition's procedure.
  package static let petitionStage = EntryChoices(
    "PetitionStage",
    [.init("handling", "办理"), .init("review", "复查"), .init("re_review", "复核")])

  /// What a service to enterprises is.
  package static let serviceType = EntryChoices(
    "ServiceType",
    [
      .init("visit", "走访"), .init("information", "信息"), .init("contact", "联系"),
      .init("start_up", "创办扶持"), .init("policy", "政策咨询"), .init("tailored", "个性化服务"),
    ])

  /// A social insurance.
  package static let insurance = EntryChoices(
    "Insurance",
    [.init("pension", "养老保险"), .init("medical", "医疗保险"), .init("unemployment", "失业保险")])

  /// What a platform is.
  package static let platformType = EntryChoices(
    "PlatformType",
    [
      .init("laboratory", "实验室"), .init("engineering_centre", "工程中心"),
      .init("quality_zone", "质量示范区"), .init("school", "院校"), .init("assessment_base", "评价基地"),
      .init("other", "其他"),
    ])
}
