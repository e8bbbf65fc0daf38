@testable internal import Bootstrap
internal import Foundation
internal import Logging
internal import RPC
internal import Synchronization
internal import Testing

/// Collects what a `LogWriter` writes.
final class LineCollector: Sendable {
  private let bytes = Mutex<[UInt8]>([])

  var writer: LogWriter { LogWriter { chunk in self.bytes.withLock { $0 += chunk } } }

  /// The JSON objects of all lines.
  var objects: [[String: Any]] {
    let all = bytes.withLock { $0 }
    return all.split(separator: UInt8(ascii: "\n")).compactMap { line in
      try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
    }
  }

  var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
}

@Suite("Logs")
struct LogTests {
  private func logger(_ writer: LogWriter, level: Logger.Level = .trace) -> Logger {
    Logger(label: "test") { JSONLogHandler(label: $0, level: level, writer: writer) }
  }

  @Test(
    "times are RFC 3339 in UTC with microseconds",
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
      (1_795_250_096_123_456, "2026-11-21T08:34:56.123456Z"),
      (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
      (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
      (-1, "1969-12-31T23:59:59.999999Z"),
    ])
  func times(microseconds: Int64, expected: String) {
    var bytes: [UInt8] = []
    TimeText(microseconds: microseconds).append(to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
  }

  @Test("a line is one JSON object with its metadata, whatever the text holds")
  func line() throws {
    let collector = LineCollector()
    let writer = collector.writer
    var log = logger(writer)
    log[metadataKey: "fixed"] = "here"
    let nasty = "a\"b\\c\nd\te\u{0}\u{1B}é黄山\u{2028}"
    log.warning(
      "\(nasty)",
      metadata: [
        "list": ["1", .stringConvertible(2)], "nested": ["k\"": "v"], "trace_id": "t",
        "span_id": "s",
      ])
    writer.flush()
    #expect(collector.text.filter { $0 == "\n" }.count == 1)
    let object = try #require(collector.objects.first)
    #expect(object["message"] as? String == nasty)
    #expect(object["level"] as? String == "warning")
    #expect(object["label"] as? String == "test")
    #expect(object["trace_id"] as? String == "t")
    #expect(object["span_id"] as? String == "s")
    #expect((object["time"] as? String)?.hasSuffix("Z") == true)
    let metadata = try #require(object["metadata"] as? [String: Any])
    #expect(metadata["fixed"] as? String == "here")
    #expect(metadata["list"] as? [String] == ["1", "2"])
    #expect(metadata["nested"] as? [String: String] == ["k\"": "v"])
    #expect(metadata["trace_id"] == nil)
  }

  @Test("lines below the level are not written")
  func level() {
    let collector = LineCollector()
    let writer = collector.writer
    let log = logger(writer, level: .warning)
    log.info("no")
    log.error("yes")
    writer.flush()
    #expect(collector.objects.count == 1)
  }

  @Test("lines logged while serving a call carry its trace")
  func trace() throws {
    let collector = LineCollector()
    let writer = collector.writer
    let log = logger(writer)
    let method = MethodInfo(service: "a.B", method: "C", kind: .unary)
    var headers = Metadata()
    try headers.add(
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", for: "traceparent")
    let context = CallContext(method: method, requestMetadata: headers)
    CallScope.$current.withValue(context) {
      log.info("inside")
    }
    log.info("outside")
    writer.flush()
    #expect(collector.objects.first?["trace_id"] as? String == "0af7651916cd43dd8448eb211c80319c")
    #expect(collector.objects.first?["span_id"] as? String == context.spanID)
    #expect(collector.objects.last?["trace_id"] == nil)
  }

  @Test("lines of many threads stay whole, and those of one thread in order")
  func threads() async {
    let collector = LineCollector()
    let writer = collector.writer
    await withTaskGroup { group in
      for thread in 0..<8 {
        group.addTask {
          let log = self.logger(writer)
          for number in 0..<200 { log.info("\(thread) \(number)") }
        }
      }
    }
    writer.flush()
    let messages = collector.objects.compactMap { $0["message"] as? String }
    #expect(messages.count == 1_600)
    for thread in 0..<8 {
      let numbers = messages.filter { $0.hasPrefix("\(thread) ") }.compactMap {
        Int($0.dropFirst(2))
      }
      #expect(numbers == Array(0..<200))
    }
  }

  @Test("when nobody reads, lines over the limit are dropped and counted, and nobody waits")
  func dropped() {
    let written = Mutex<[UInt8]>([])
    let gate = DispatchSemaphore(value: 0)
    let writer = LogWriter(maximumWaitingBytes: 100) { chunk in
      gate.wait()
      written.withLock { $0 += chunk }
    }
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 49) + [10]
    for _ in 0..<100 { writer.add(line) }
    for _ in 0..<20 { gate.signal() }
    writer.flush()
    let text = written.withLock { String(decoding: $0, as: UTF8.self) }
    let kept = text.split(separator: "\n").filter { $0.hasPrefix("x") }.count
    #expect(kept >= 2 && kept <= 4)
    let dropped = text.matches(of: /"(\d+) log lines were dropped/).compactMap { Int($0.output.1) }
    #expect(dropped.reduce(0, +) == 100 - kept)
  }
}
