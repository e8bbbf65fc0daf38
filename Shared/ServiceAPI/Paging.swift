// Pages: the request's size and token, the order, and the token of the next page.

internal import RPC
package import Storage

extension PageRequest {
  /// From the fields of a List request.
  package init(size: UInt32, token: String) throws {
    try self.init(size: Int(clamping: size), token: token)
  }
}

extension PageTokens {
  /// The position in the token of a request.
  ///
  /// - Throws: `invalid_argument` with the path `page_token`.
  package func start(_ page: PageRequest) throws -> [SQLValue]? {
    do {
      return try position(page.token)
    } catch let error where error.code == .invalidArgument {
      throw RPCError.invalid(
        "page_token", page.token, rule: "page_token.foreign",
        zh: "翻页标记不属于此查询,请用与上一页相同的条件", en: error.message)
    }
  }
}

/// `order_by`: one field, "name" or "name desc".
package struct OrderBy: Sendable, Hashable {
  package var field: String
  package var isDescending: Bool

  package init(field: String, isDescending: Bool = false) {
    self.field = field
    self.isDescending = isDescending
  }

  /// Reads `order_by`; an unknown field leaves a violation and gives the default.
  package init(
    _ text: String, fields: [String], default first: String, violations: inout [Violation]
  ) {
    self.init(field: first)
    let words = text.split(separator: " ", omittingEmptySubsequences: true)
    guard let name = words.first else { return }
    let direction = words.dropFirst().first ?? "asc"
    guard fields.contains(String(name)), ["asc", "desc"].contains(direction), words.count <= 2
    else {
      violations.append(
        Violation(
          path: "order_by", value: text, rule: "order_by.unknown",
          zh: "可按 \(fields.joined(separator: "、")) 排序,其后可加 desc",
          en: "order by one of \(fields.joined(separator: ", ")), with \" desc\" if wanted"))
      return
    }
    self.init(field: String(name), isDescending: direction == "desc")
  }

  package var text: String { isDescending ? "\(field) desc" : field }
}
