// The configuration file: the lines of an environment file, so that systemd's EnvironmentFile and a
// shell read it too.

/// `KEY=VALUE` lines; `#` begins a comment line; a value may stand in double quotes.
struct ConfigurationFile {
  struct Entry {
    let key: String
    let value: String
    let line: Int
  }

  /// The largest file that is read.
  static let maximumBytes = 262_144

  private(set) var entries: [Entry] = []
  private(set) var problems: [ConfigurationProblem] = []

  init(path: String, bytes: [UInt8]) {
    guard bytes.count <= Self.maximumBytes else {
      problems.append(
        ConfigurationProblem(
          key: path,
          rule: BilingualText(
            "配置文件超过 \(Self.maximumBytes) 字节",
            "the configuration file is larger than \(Self.maximumBytes) bytes")))
      return
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      problems.append(
        ConfigurationProblem(
          key: path, rule: BilingualText("配置文件不是 UTF-8", "the configuration file is not UTF-8")))
      return
    }
    var seen: Set<String> = []
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      read(line, Origin.file(path: path, line: index + 1), index + 1, &seen)
    }
  }

  private mutating func read(
    _ line: Substring, _ origin: Origin, _ number: Int, _ seen: inout Set<String>
  ) {
    let line = Self.trimmed(line)
    if line.isEmpty || line.hasPrefix("#") { return }
    guard let equals = line.firstIndex(of: "=") else {
      problems.append(
        ConfigurationProblem(
          key: String(line.prefix(60)), origin: origin,
          rule: BilingualText("一行应为 键=值", "a line must be KEY=VALUE")))
      return
    }
    let key = String(Self.trimmed(line[..<equals]))
    var value = Self.trimmed(line[line.index(after: equals)...])
    if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
      value = value.dropFirst().dropLast()
    }
    guard seen.insert(key).inserted else {
      problems.append(
        ConfigurationProblem(
          key: key, origin: origin, rule: BilingualText("此键重复", "this key stands there twice")))
      return
    }
    entries.append(Entry(key: key, value: String(value), line: number))
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
