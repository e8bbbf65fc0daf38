// `update_mask` (AIP-134): which fields of the message are to change.

/// The fields that an update changes.
package struct UpdateMask: Sendable, Hashable {
  package let fields: Set<String>

  /// - Parameters:
  ///   - paths: the request's mask; empty means every field that is set in the message.
  ///   - settable: every field that may be changed, with whether it is set in the message.
  ///   - violations: gets one for each path that names none of them.
  package init(
    _ paths: [String], settable: [(name: String, isSet: Bool)], violations: inout [Violation]
  ) {
    guard !paths.isEmpty else {
      fields = Set(settable.filter(\.isSet).map(\.name))
      return
    }
    let names = settable.map(\.name)
    var fields: Set<String> = []
    for path in paths {
      if path == "*" {
        fields.formUnion(names)
      } else if names.contains(path) {
        fields.insert(path)
      } else {
        violations.append(
          Violation(
            path: "update_mask", value: path, rule: "update_mask.unknown",
            zh: "不能改动字段 \(path);可改:\(names.joined(separator: "、"))",
            en: "\(path) cannot be changed; these can: \(names.joined(separator: ", "))"))
      }
    }
    self.fields = fields
  }

  package func contains(_ field: String) -> Bool { fields.contains(field) }
}
