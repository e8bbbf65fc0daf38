// Classifications that an enterprise carries: industry with the edition it was read from, and the
// registration type. Their lists are standards; a code outside them is a typing error.

/// A class of GB/T 4754. The editions name the same digits differently, so both go together.
package struct Industry: Sendable, Hashable {
  /// Two digits (division), three (group) or four (class).
  package var code: String
  /// `2011` or `2017`.
  package var edition: String

  package static let editions = ["2011", "2017"]

  package init(code: String, edition: String) {
    self.code = code
    self.edition = edition
  }

  /// Rules of both parts; paths start inside the industry.
  package var violations: [RegistryError.Violation] {
    var findings = Findings()
    let digits = Array(code.utf8)
    let division = Int(code.prefix(2)) ?? 0
    // Divisions run from 01 to 97 in both editions.
    if !(2...4).contains(digits.count) || !digits.allSatisfy(isDigit)
      || !(1...97).contains(division)
    {
      findings.add(
        "code", code, "industry.code", zh: "行业代码应为2至4位数字(GB/T 4754)",
        en: "an industry code has two to four digits (GB/T 4754)")
    }
    if !Self.editions.contains(edition) {
      findings.add(
        "edition", edition, "industry.edition", zh: "行业分类版本应为2011或2017",
        en: "the edition of the classification is 2011 or 2017")
    }
    return findings.violations
  }
}

/// Registration types of enterprises (国统字〔1998〕200号 as revised).
package enum OwnershipCode {
  /// Code and name of every type that a record may carry.
  package static let all: [(code: String, name: String)] = [
    ("110", "国有企业"), ("120", "集体企业"), ("130", "股份合作企业"),
    ("141", "国有联营企业"), ("142", "集体联营企业"), ("143", "国有与集体联营企业"),
    ("149", "其他联营企业"), ("151", "国有独资公司"), ("159", "其他有限责任公司"),
    ("160", "股份有限公司"), ("171", "私营独资企业"), ("172", "私营合伙企业"),
    ("173", "私营有限责任公司"), ("174", "私营股份有限公司"), ("190", "其他企业"),
    ("210", "合资经营企业(港澳台资)"), ("220", "合作经营企业(港澳台资)"),
    ("230", "港澳台商独资经营企业"), ("240", "港澳台商投资股份有限公司"),
    ("290", "其他港澳台商投资企业"), ("310", "中外合资经营企业"), ("320", "中外合作经营企业"),
    ("330", "外资企业"), ("340", "外商投资股份有限公司"), ("390", "其他外商投资企业"),
  ]

  /// The broken rule, its path empty; nil when the code is one of the list.
  package static func violation(_ code: String) -> RegistryError.Violation? {
    if all.contains(where: { $0.code == code }) { return nil }
    return RegistryError.Violation(
      path: "", value: code, rule: "ownership.code",
      zh: "登记注册类型代码不在标准之列(如110国有、120集体、173私营有限责任)",
      en: "the code is not a registration type (110 state-owned, 120 collective, …)")
  }
}
