// The kinds of values that services ask for.

package import Transport

extension ConfigurationKey where Value == String {
  /// Any text that is not empty.
  package static func text(
    _ name: String, default defaultText: String? = nil, secrecy: Secrecy = .open,
    summary: BilingualText
  ) -> ConfigurationKey<String> {
    ConfigurationKey(
      name, default: defaultText, secrecy: secrecy, summary: summary,
      rule: BilingualText("非空文本", "text that is not empty"),
      parse: { $0.isEmpty ? nil : $0 })
  }

  /// Where a database is. The text is handed to the storage as it is.
  package static func databaseURL(
    _ name: String, default defaultText: String? = nil, summary: BilingualText
  ) -> ConfigurationKey<String> {
    ConfigurationKey(
      name, default: defaultText, secrecy: .url, summary: summary,
      rule: BilingualText(
        "sqlite:路径 或 postgres://用户@主机/库", "sqlite:PATH or postgres://user@host/database"),
      parse: { text in
        let isFile = text.hasPrefix("sqlite:") && text.count > "sqlite:".count
        let isServer = text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
        return isFile || isServer ? text : nil
      })
  }

  /// A path; whether something is there is found out by whoever opens it.
  package static func path(
    _ name: String, default defaultText: String? = nil, summary: BilingualText
  ) -> ConfigurationKey<String> {
    ConfigurationKey(
      name, default: defaultText, summary: summary,
      rule: BilingualText("文件路径", "the path of a file"),
      parse: { $0.isEmpty || $0.contains("\0") ? nil : $0 })
  }
}

extension ConfigurationKey where Value == Endpoint {
  /// An address to listen on. Port 0 takes any free port.
  package static func endpoint(
    _ name: String, default defaultText: String? = nil, summary: BilingualText
  ) -> ConfigurationKey<Endpoint> {
    ConfigurationKey(
      name, default: defaultText, summary: summary,
      rule: BilingualText("主机:端口，如 127.0.0.1:7401", "host:port, such as 127.0.0.1:7401"),
      // Whether a listener speaks TLS is said by its certificate.
      parse: { text in (try? Endpoint(text)).flatMap { $0.isSecure || $0.isName ? nil : $0 } })
  }
}

extension ConfigurationKey where Value == [Endpoint] {
  /// One or several addresses of the same service, or names that stand for several.
  package static func endpoints(
    _ name: String, default defaultText: String? = nil, summary: BilingualText
  ) -> ConfigurationKey<[Endpoint]> {
    ConfigurationKey(
      name, default: defaultText, summary: summary,
      rule: BilingualText(
        "一个或多个 http:// 或 https://主机:端口，前面可加 dns: 表示该名字的所有地址，逗号分隔",
        "one or more http:// or https://host:port, after dns: for all addresses of the name, separated by commas"
      ),
      parse: { try? Endpoint.list($0) })
  }
}

extension ConfigurationKey where Value == Int {
  package static func integer(
    _ name: String, in range: ClosedRange<Int>, default defaultText: String? = nil,
    summary: BilingualText
  ) -> ConfigurationKey<Int> {
    ConfigurationKey(
      name, default: defaultText, summary: summary,
      rule: BilingualText(
        "\(range.lowerBound) 到 \(range.upperBound) 之间的整数",
        "a whole number from \(range.lowerBound) to \(range.upperBound)"),
      parse: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } })
  }
}

extension ConfigurationKey where Value == Bool {
  package static func toggle(
    _ name: String, default defaultText: String? = nil, summary: BilingualText
  ) -> ConfigurationKey<Bool> {
    ConfigurationKey(
      name, default: defaultText, summary: summary,
      rule: BilingualText("true 或 false", "true or false"),
      parse: { $0 == "true" ? true : $0 == "false" ? false : nil })
  }
}

extension ConfigurationKey where Value == Duration {
  /// `500ms`, `8s`, `10m`, `1h`.
  package static func duration(
    _ name: String, in range: ClosedRange<Duration>, default defaultText: String? = nil,
    summary: BilingualText
  ) -> ConfigurationKey<Duration> {
    ConfigurationKey(
      name, default: defaultText, summary: summary,
      rule: BilingualText(
        "带单位 ms、s、m 或 h 的时长，从 \(durationText(range.lowerBound)) 到 \(durationText(range.upperBound))",
        "a time with the unit ms, s, m or h, from \(durationText(range.lowerBound)) "
          + "to \(durationText(range.upperBound))"),
      parse: { text in parseDuration(text).flatMap { range.contains($0) ? $0 : nil } })
  }
}

extension ConfigurationKey where Value: CaseIterable & RawRepresentable<String> {
  /// One of the raw values of an enumeration.
  package static func choice(
    _ name: String, default defaultText: String? = nil, summary: BilingualText
  ) -> ConfigurationKey<Value> {
    let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
    return ConfigurationKey(
      name, default: defaultText, summary: summary,
      rule: BilingualText("下列之一：\(names)", "one of: \(names)"),
      parse: { Value(rawValue: $0) })
  }
}

/// As it would be typed: `100ms`, `600s`.
private func durationText(_ duration: Duration) -> String {
  let (seconds, attoseconds) = duration.components
  let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
}

/// Bounded by what `Duration.seconds` takes without trouble: eight digits.
private func parseDuration(_ text: String) -> Duration? {
  let digits = text.prefix { $0.isASCII && $0.isNumber }
  guard (1...8).contains(digits.count), let count = Int(digits) else { return nil }
  switch text.dropFirst(digits.count) {
  case "ms": return .milliseconds(count)
  case "s": return .seconds(count)
  case "m": return .seconds(count * 60)
  case "h": return .seconds(count * 3_600)
  default: return nil
  }
}
