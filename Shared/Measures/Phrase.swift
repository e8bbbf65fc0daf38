// The words around a number. 以上, 以下 and 以内 include the number itself, 超过, 不足 and 不满 do not
// (民法典 第一千二百五十九条).

/// What words before or behind a number say of the true value.
enum Bound: Hashable {
  /// 约, 左右
  case about
  /// 近: a little less.
  case near
  /// 超过: more.
  case over
  /// 以上, 至少: so much or more.
  case atLeast
  /// 不足: less.
  case under
  /// 以下, 不超过: so much or less.
  case atMost

  /// What two words say together; nil where they contradict each other.
  static func combined(_ first: Bound?, _ second: Bound?) -> Bound?? {
    guard let first, let second else { return .some(first ?? second) }
    if first == second { return .some(first) }
    switch (first, second) {
    case (.over, .atLeast), (.atLeast, .over): return .some(.over)
    case (.under, .atMost), (.atMost, .under): return .some(.under)
    default: return nil
    }
  }
}

/// A word in front of a number.
struct PrefixWord {
  let text: String
  let bound: Bound?
  /// True for 上 and 过, which say so only in front of 百, 千, 万, 亿.
  var needsMultiplier = false

  /// Longest first, so that 不超过 is not taken for 超过.
  static let all: [PrefixWord] =
    [
      ("不超过", .atMost), ("不多于", .atMost), ("不高于", .atMost), ("不大于", .atMost),
      ("不少于", .atLeast), ("不低于", .atLeast), ("不小于", .atLeast),
      ("大约", .about), ("大概", .about), ("约为", .about), ("将近", .near), ("接近", .near),
      ("超过", .over), ("突破", .over), ("高于", .over), ("多于", .over), ("大于", .over),
      ("至少", .atLeast), ("起码", .atLeast), ("不足", .under), ("未满", .under),
      ("不满", .under), ("不到", .under), ("低于", .under), ("少于", .under), ("小于", .under),
      ("至多", .atMost), ("最多", .atMost), ("达到", nil), ("共计", nil), (">=", .atLeast),
      ("<=", .atMost), ("约", .about), ("近", .near), ("超", .over), ("逾", .over),
      ("达", nil), ("共", nil), ("≥", .atLeast), ("≤", .atMost), (">", .over), ("<", .under),
    ].map { PrefixWord(text: $0.0, bound: $0.1) } + [
      PrefixWord(text: "上", bound: .atLeast, needsMultiplier: true),
      PrefixWord(text: "过", bound: .over, needsMultiplier: true),
    ]
}

/// A word behind a number and its unit.
struct SuffixWord {
  let text: String
  let bound: Bound?

  static let all: [SuffixWord] = [
    SuffixWord(text: "以上", bound: .atLeast), SuffixWord(text: "以下", bound: .atMost),
    SuffixWord(text: "以内", bound: .atMost), SuffixWord(text: "左右", bound: .about),
    SuffixWord(text: "上下", bound: .about), SuffixWord(text: "之多", bound: nil),
  ]
}
