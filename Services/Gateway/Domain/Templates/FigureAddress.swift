// The form of a figure's key, as far as it can be judged without its service.

/// Judges keys that people write.
package enum FigureAddress {
  private static let ofStatistics: Set<Substring> = ["total", "ytd", "growth", "target"]

  /// Why a text is no key, in both languages; nil for one that its service may know.
  package static func fault(of key: String) -> (zh: String, en: String)? {
    guard key.utf8.count <= TemplateLimits.keyBytes else {
      return ("键长于\(TemplateLimits.keyBytes)字节", "longer than \(TemplateLimits.keyBytes) bytes")
    }
    guard !key.contains(where: { $0.isWhitespace || "{}|".contains($0) }) else {
      return ("键里不能有空格和 { } |", "a key holds no space and none of { } |")
    }
    let halves = key.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let words = halves[0].split(separator: "/", omittingEmptySubsequences: false)
    let isFull = words.allSatisfy { !$0.isEmpty }
    if halves.count > 1, !isFilter(halves[1]) {
      return (
        "? 之后应为 字段=值，多个用 & 连接", "after ? stand FIELD=VALUE pairs, joined by &"
      )
    }
    if RegisterKey.isGateways(key) {
      return RegisterKey(key) == nil
        ? (
          "名录的键应为 registry/federations/联社代码/项目/年份 或 registry/stated/代码",
          "a key of the register is registry/federations/CODE/MEASURE/YEAR or registry/stated/CODE"
        ) : nil
    }
    if ServiceName(ofKey: key) != .statistics {
      if words.count == 3, words[1] == "stated", isFull { return nil }
      return words.count == 5 && isFull
        ? nil
        : (
          "键应为 服务/种类/项目/地区/时间 或 服务/stated/代码",
          "a key is SERVICE/KIND/MEASURE/PLACE/TIME or SERVICE/stated/CODE"
        )
    }
    if words.first == "stated", words.count == 2, isFull { return nil }
    if let kind = words.first, ofStatistics.contains(kind), words.count == 5, isFull { return nil }
    return (
      "键应以 registry、exhibitions、talent 开头，或为 total|ytd|growth|target/地区/渠道/指标/期别、stated/代码",
      "a key begins with registry, exhibitions or talent, or is "
        + "total|ytd|growth|target/PLACE/CHANNEL/INDICATOR/PERIOD or stated/CODE"
    )
  }

  /// True for a figure that only grows when something is added to it: not for a growth, a share, a target
  /// or what a document states.
  static func isSum(_ key: String) -> Bool {
    let words = key.split(separator: "/", omittingEmptySubsequences: false)
    guard ServiceName(ofKey: key) != .statistics else {
      return ["total", "ytd"].contains(words.first)
    }
    return words.count > 2 && words[1] != "stated" && !words[2].hasPrefix("ratio-")
  }

  private static func isFilter(_ text: Substring) -> Bool {
    text.split(separator: "&", omittingEmptySubsequences: false).allSatisfy { pair in
      guard let sign = pair.firstIndex(of: "=") else { return false }
      return sign > pair.startIndex && pair.index(after: sign) < pair.endIndex
    }
  }
}
