// Which compression a request uses and which its answer may use.

extension ContentCoding {
  /// The coding that a header names.
  ///
  /// - Throws: `unimplemented`, naming what is supported.
  init(named name: String?) throws(RPCError) {
    guard let name, !name.isEmpty else {
      self = .identity
      return
    }
    guard let known = ContentCoding(rawValue: name.lowercased()) else {
      throw RPCError(
        .unimplemented,
        "unknown compression \"\(name)\"; supported are \(Self.supported)")
    }
    self = known
  }

  /// The first coding of a list that is known here. The order is the caller's preference; a
  /// coding with `q=0` is refused by it.
  init(accepting list: String?) {
    self = .identity
    guard let list, list != "identity" else { return }
    for element in list.split(separator: ",") {
      let parts = element.split(separator: ";").map(Self.trimmed)
      guard let name = parts.first, let known = ContentCoding(rawValue: name.lowercased()),
        !parts.dropFirst().contains(where: Self.isZeroQuality)
      else { continue }
      self = known
      return
    }
  }

  static let supported = allCases.map(\.rawValue).joined(separator: ", ")

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }

  private static func isZeroQuality(_ parameter: Substring) -> Bool {
    let text = parameter.lowercased()
    guard text.hasPrefix("q=") else { return false }
    return Double(text.dropFirst(2)) == 0
  }
}
