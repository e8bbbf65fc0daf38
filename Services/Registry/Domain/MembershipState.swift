// The life cycle of a membership. There is one function that moves it, and one table:
//
//   state \ step   admit      suspend     reinstate   withdraw
//   applied        admitted   –           –           withdrawn
//   admitted       –          suspended   –           withdrawn
//   suspended      –          –           admitted    withdrawn
//   withdrawn      –          –           –           –

/// Where a membership stands.
package enum MembershipState: Int, Sendable, CaseIterable {
  case applied = 1
  case admitted
  case suspended
  case withdrawn

  package var name: String {
    switch self {
    case .applied: "applied"
    case .admitted: "admitted"
    case .suspended: "suspended"
    case .withdrawn: "withdrawn"
    }
  }

  package var chineseName: String {
    switch self {
    case .applied: "已申请"
    case .admitted: "已吸收"
    case .suspended: "已暂停"
    case .withdrawn: "已退出"
    }
  }

  package init?(name: String) {
    guard let state = Self.allCases.first(where: { $0.name == name || $0.chineseName == name })
    else { return nil }
    self = state
  }
}

/// What is done to a membership.
package enum MembershipStep: String, Sendable, CaseIterable {
  case admit, suspend, reinstate, withdraw

  package var chineseName: String {
    switch self {
    case .admit: "吸收"
    case .suspend: "暂停"
    case .reinstate: "恢复"
    case .withdraw: "退出"
    }
  }

  /// A step that takes something away from a member says why.
  package var needsReason: Bool { self == .suspend || self == .withdraw }
}

extension MembershipState {
  /// The state after a step.
  ///
  /// - Throws: `failedPrecondition`, which names both the state and the step.
  package func transition(_ step: MembershipStep) throws(RegistryError) -> MembershipState {
    switch (self, step) {
    case (.applied, .admit), (.suspended, .reinstate): return .admitted
    case (.admitted, .suspend): return .suspended
    case (.applied, .withdraw), (.admitted, .withdraw), (.suspended, .withdraw):
      return .withdrawn
    default:
      throw RegistryError(
        .failedPrecondition,
        zh: "会员关系当前为“\(chineseName)”,不能\(step.chineseName)",
        en: "a membership that is \(name) cannot be changed by \(step.rawValue)")
    }
  }
}
