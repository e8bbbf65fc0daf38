// The backend of swift-log: one JSON object a line.

internal import Logging

/// Writes `{"time","level","label","message","trace_id","span_id","metadata"}`; fields without a
/// value are left out.
struct JSONLogHandler: LogHandler {
  /// Metadata under these keys stands beside the message, where log systems look for it.
  static let traceKey = "trace_id"
  static let spanKey = "span_id"

  let label: String
  let writer: LogWriter
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  init(label: String, level: Logger.Level, writer: LogWriter) {
    self.label = label
    self.writer = writer
    logLevel = level
    metadataProvider = CallScope.metadataProvider
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
    if let given = event.metadata { all.merge(given) { $1 } }

    var line = JSONLine(capacity: 256)
    line.raw("{\"time\":\"")
    line.append(TimeText.now)
    line.raw("\",\"level\":")
    line.string(event.level.rawValue)
    line.raw(",\"label\":")
    line.string(label)
    line.raw(",\"message\":")
    line.string(event.message.description)
    if let trace = all.removeValue(forKey: Self.traceKey) {
      line.raw(",\"trace_id\":")
      line.string("\(trace)")
    }
    if let span = all.removeValue(forKey: Self.spanKey) {
      line.raw(",\"span_id\":")
      line.string("\(span)")
    }
    if let error = event.error { all["error"] = "\(error)" }
    if !all.isEmpty {
      line.raw(",\"metadata\":")
      line.append(.dictionary(all))
    }
    line.raw("}\n")
    writer.add(line.bytes)
  }
}

extension JSONLine {
  fileprivate mutating func append(_ value: Logger.MetadataValue) {
    switch value {
    case .string(let text): string(text)
    case .stringConvertible(let value): string(value.description)
    case .array(let values):
      raw("[")
      for (index, value) in values.enumerated() {
        if index > 0 { raw(",") }
        append(value)
      }
      raw("]")
    case .dictionary(let values):
      raw("{")
      for (index, entry) in values.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { raw(",") }
        string(entry.key)
        raw(":")
        append(entry.value)
      }
      raw("}")
    }
  }
}
