// How a command ends when it does not end well: an exit code that a script can tell apart, and
// lines that say what is wrong, where, and what to do about it.

/// Exit codes. Documented in README.md and in `lianshe --help`.
enum ExitReason: Int32, CaseIterable, Sendable {
  case success = 0
  /// Unreachable, timed out, or a fault inside a service or this tool.
  case failure = 1
  /// Wrong usage, invalid values, a refused file.
  case invalid = 2
  case notFound = 3
  /// No token, a bad one, or not enough rights.
  case permission = 4
  /// Somebody changed the record meanwhile, it exists already, or its state forbids the step.
  case conflict = 5
  /// Ctrl-C.
  case interrupted = 130

  var meaning: Phrase {
    switch self {
    case .success: Phrase("成功 (包括“没有新内容”)", "done (\"nothing new\" included)")
    case .failure:
      Phrase("失败：连不上、超时或内部错误", "failed: unreachable, timed out, internal error")
    case .invalid:
      Phrase("输入不合规定：用法、数值或文件被拒", "invalid input: usage, a value, a refused file")
    case .notFound: Phrase("找不到", "not found")
    case .permission: Phrase("没有令牌或权限不够", "no token, or not enough rights")
    case .conflict:
      Phrase("冲突：记录已变、已存在或状态不允许", "conflict: changed, exists, or not in that state")
    case .interrupted: Phrase("被 Ctrl-C 中断", "interrupted by Ctrl-C")
    }
  }
}

/// The end of a command that did not succeed.
struct Failure: Error, Sendable, Equatable {
  let exitCode: ExitReason
  /// The first line says what is wrong; the rest tells more and what to do.
  let lines: [Phrase]

  init(_ exitCode: ExitReason, _ lines: [Phrase]) {
    self.exitCode = exitCode
    self.lines = lines
  }

  init(_ exitCode: ExitReason, _ zh: String, _ en: String) {
    self.init(exitCode, [Phrase(zh, en)])
  }
}
