// Prometheus' text exposition format 0.0.4.
// https://prometheus.io/docs/instrumenting/exposition_formats/

struct PrometheusText {
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private(set) var text = ""

  mutating func family(_ name: String, _ family: MetricsRegistry.Family) {
    text += "# HELP \(name) \(Self.escapedHelp(family.help))\n"
    text += "# TYPE \(name) \(family.kind.rawValue)\n"
    for (labels, cell) in family.series.sorted(by: { $0.key < $1.key }) {
      switch cell {
      case .counter(let counter): sample(name, labels, Self.number(counter.value))
      case .gauge(let gauge): sample(name, labels, Self.number(gauge.value))
      case .level(let level): sample(name, labels, String(level.value))
      case .reading(_, let read): sample(name, labels, Self.number(read()))
      case .histogram(let histogram): self.histogram(name, labels, histogram)
      }
    }
  }

  private mutating func sample(_ name: String, _ labels: String, _ value: String) {
    text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
  }

  private mutating func histogram(_ name: String, _ labels: String, _ cell: HistogramCell) {
    let (cumulative, sum) = cell.snapshot
    let before = labels.isEmpty ? "" : labels + ","
    for (bound, count) in zip(cell.bounds.map(Self.number) + ["+Inf"], cumulative) {
      sample("\(name)_bucket", "\(before)le=\"\(bound)\"", String(count))
    }
    sample("\(name)_sum", labels, Self.number(sum))
    sample("\(name)_count", labels, String(cumulative.last ?? 0))
  }

  /// Whole numbers without a fraction; `NaN`, `+Inf` and `-Inf` as the format spells them.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    if let whole = Int64(exactly: value) { return String(whole) }
    return "\(value)"
  }

  /// A metric name: letters, digits, `_` and `:`, not beginning with a digit.
  static func name(_ text: String) -> String {
    identifier(text, allowsColon: true)
  }

  /// `a="1",b="2"`, without the braces.
  static func labels(_ labels: MetricLabels) -> String {
    labels.map { name, value in
      "\(identifier(name, allowsColon: false))=\"\(escapedValue(value))\""
    }.joined(separator: ",")
  }

  private static func identifier(_ text: String, allowsColon: Bool) -> String {
    var result = ""
    for character in text {
      let isLetter = character.isASCII && (character.isLetter || character == "_")
      let isDigit = character.isASCII && character.isNumber
      if isLetter || (isDigit && !result.isEmpty) || (allowsColon && character == ":") {
        result.append(character)
      } else {
        result.append("_")
        if isDigit { result.append(character) }
      }
    }
    return result.isEmpty ? "_" : result
  }

  private static func escapedValue(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  private static func escapedHelp(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  }
}
