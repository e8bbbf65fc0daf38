@testable internal import Bootstrap
internal import CoreMetrics
internal import Foundation
internal import Logging
internal import RPC
internal import Testing

@Suite("Metrics")
struct MetricsTests {
  private func page(_ registry: MetricsRegistry) -> String {
    String(decoding: registry.exposition(), as: UTF8.self)
  }

  @Test("the page is Prometheus' text format, families and series in order")
  func exposition() {
    let registry = MetricsRegistry()
    registry.counter("b_total", help: "Bs\nand \\ more", labels: [("x", "2")]).increment(
      by: 3 as Int64)
    registry.counter("b_total", help: "Bs", labels: [("x", "1\"\\\n黄")]).increment(by: 1.5)
    registry.gauge("a", help: "A").set(-2.25)
    registry.level("level", help: "L").rise()
    registry.reading("reading", help: "R") { .infinity }
    #expect(
      page(registry) == """
        # HELP a A
        # TYPE a gauge
        a -2.25
        # HELP b_total Bs\\nand \\\\ more
        # TYPE b_total counter
        b_total{x="1\\"\\\\\\n黄"} 1.5
        b_total{x="2"} 3
        # HELP level L
        # TYPE level gauge
        level 1
        # HELP lianshe_metrics_refused_total Series that are not exported: too many, or one name with two types
        # TYPE lianshe_metrics_refused_total counter
        lianshe_metrics_refused_total 0
        # HELP reading R
        # TYPE reading gauge
        reading +Inf

        """)
  }

  @Test("a histogram counts up to each bound, bounds included, and sums")
  func histogram() {
    let registry = MetricsRegistry()
    let histogram = registry.histogram("t_seconds", help: "T", labels: [("m", "a")])
    histogram.recordNanoseconds(500_000)
    histogram.recordNanoseconds(500_001)
    histogram.record(10.0)
    histogram.record(11.0)
    histogram.record(Double.nan)
    let text = page(registry)
    #expect(text.contains("t_seconds_bucket{m=\"a\",le=\"0.0005\"} 1\n"))
    #expect(text.contains("t_seconds_bucket{m=\"a\",le=\"0.001\"} 2\n"))
    #expect(text.contains("t_seconds_bucket{m=\"a\",le=\"10\"} 3\n"))
    #expect(text.contains("t_seconds_bucket{m=\"a\",le=\"+Inf\"} 4\n"))
    #expect(text.contains("t_seconds_count{m=\"a\"} 4\n"))
    #expect(text.contains("t_seconds_sum{m=\"a\"} 21.00100000"))
  }

  @Test("the same name and labels are the same metric; names are made lawful")
  func identity() {
    let registry = MetricsRegistry()
    #expect(registry.counter("a", help: "") === registry.counter("a", help: ""))
    #expect(
      registry.counter("a", help: "", labels: [("l", "1")]) !== registry.counter("a", help: ""))
    #expect(PrometheusText.name("7 a-b.c:d") == "_7_a_b_c:d")
    #expect(PrometheusText.labels([("a:b", "v")]) == "a_b=\"v\"")
    #expect(PrometheusText.name("") == "_")
  }

  @Test("series over the limit and one name with two types are refused and counted")
  func refusals() {
    let registry = MetricsRegistry(maximumSeries: 2)
    for index in 0..<5 {
      registry.counter("a_total", help: "", labels: [("n", "\(index)")]).increment()
    }
    let text = page(registry)
    #expect(text.contains("a_total{n=\"1\"} 1"))
    #expect(!text.contains("a_total{n=\"2\"}"))
    #expect(text.contains("lianshe_metrics_refused_total 3"))
    let other = MetricsRegistry()
    other.counter("x", help: "").increment()
    other.gauge("x", help: "").set(7.0)
    #expect(page(other).contains("# TYPE x counter\nx 1\n"))
    #expect(page(other).contains("lianshe_metrics_refused_total 1"))
  }

  @Test("a counter never falls")
  func counterNeverFalls() {
    let counter = CounterCell()
    counter.increment(by: 2 as Int64)
    counter.increment(by: -5 as Int64)
    counter.increment(by: -1.0)
    #expect(counter.value == 2)
  }

  @Test("nothing is lost when many threads count at once")
  func threads() async {
    let registry = MetricsRegistry()
    let gauge = registry.gauge("g", help: "")
    let histogram = registry.histogram("h", help: "")
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<10_000 {
            registry.counter("c_total", help: "").increment()
            gauge.increment(by: 0.5)
            histogram.recordNanoseconds(1)
          }
        }
      }
    }
    #expect(registry.counter("c_total", help: "").value == 80_000)
    #expect(gauge.value == 40_000)
    #expect(histogram.snapshot.cumulative.last == 80_000)
  }

  @Test("swift-metrics of libraries come out with lawful names, and can be destroyed")
  func swiftMetrics() {
    let registry = MetricsRegistry()
    let counter = Counter(label: "http.requests", dimensions: [("path", "/")], factory: registry)
    counter.increment(by: 2)
    FloatingPointCounter(label: "f", factory: registry).increment(by: 0.5)
    Meter(label: "m", factory: registry).set(4)
    Gauge(label: "gauge", factory: registry).record(5)
    Recorder(label: "bytes", aggregate: true, factory: registry).record(100)
    CoreMetrics.Timer(label: "wait", factory: registry).recordNanoseconds(2_000_000_000)
    let text = page(registry)
    #expect(text.contains("http_requests_total{path=\"/\"} 2\n"))
    #expect(text.contains("f_total 0.5\n"))
    #expect(text.contains("m 4\n"))
    #expect(text.contains("gauge 5\n"))
    #expect(text.contains("bytes_bucket{le=\"256\"} 1\n"))
    #expect(text.contains("wait_seconds_sum 2\n"))
    counter.destroy()
    #expect(!page(registry).contains("http_requests_total"))
  }

  @Test("the process describes itself")
  func process() {
    let registry = MetricsRegistry()
    ProcessMetrics.register(in: registry, program: "p", version: "1")
    let text = page(registry)
    #expect(text.contains("lianshe_build_info{program=\"p\",version=\"1\"} 1\n"))
    for name in ["process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total"] {
      let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
      let value = line.flatMap { Double($0.dropFirst(name.count + 1)) }
      #expect(value.map { $0 > 0 } == true, "\(name)")
    }
  }
}

@Suite("Telemetry of calls")
struct TelemetryTests {
  private let method = MethodInfo(service: "a.B", method: "Get", kind: .unary)
  private let registry = MetricsRegistry()
  private let collector = LineCollector()

  private func interceptor(
    _ policy: AccessLogPolicy, _ writer: LogWriter
  ) -> TelemetryInterceptor {
    TelemetryInterceptor(
      metrics: registry, accessLog: policy,
      logger: Logger(label: "access") { JSONLogHandler(label: $0, level: .info, writer: writer) })
  }

  private func context(sampled: Bool = false) throws -> CallContext {
    var headers = Metadata()
    let flags = sampled ? "01" : "00"
    try headers.add(
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-\(flags)", for: "traceparent")
    return CallContext(method: method, requestMetadata: headers)
  }

  private func value(_ name: String, _ more: String = "") -> String? {
    let page = String(decoding: registry.exposition(), as: UTF8.self)
    let prefix = "\(name){service=\"a.B\",method=\"Get\"\(more)} "
    return page.split(separator: "\n").first { $0.hasPrefix(prefix) }.map {
      String($0.dropFirst(prefix.count))
    }
  }

  @Test("calls are counted by code, timed, and seen while they run")
  func counting() async throws {
    let telemetry = interceptor(.off, collector.writer)
    let registry = registry
    for _ in 0..<3 {
      try await telemetry.intercept(try context()) { _ in
        let page = String(decoding: registry.exposition(), as: UTF8.self)
        #expect(page.contains("lianshe_rpc_in_flight{service=\"a.B\",method=\"Get\"} 1\n"))
      }
    }
    let errors: [any Error] = [
      RPCError(.notFound, "no"), RPCError(.notFound, "no"), CancellationError(),
      CocoaError(.coderInvalidValue),
    ]
    for error in errors {
      await #expect(throws: (any Error).self) {
        try await telemetry.intercept(try context()) { _ in throw error }
      }
    }
    #expect(value("lianshe_rpc_calls_total", ",code=\"ok\"") == "3")
    #expect(value("lianshe_rpc_calls_total", ",code=\"not_found\"") == "2")
    #expect(value("lianshe_rpc_calls_total", ",code=\"canceled\"") == "1")
    #expect(value("lianshe_rpc_calls_total", ",code=\"unknown\"") == "1")
    #expect(value("lianshe_rpc_calls_total", ",code=\"internal\"") == "0")
    #expect(value("lianshe_rpc_in_flight") == "0")
    #expect(value("lianshe_rpc_duration_seconds_count") == "7")
  }

  @Test("calls that are answered at once count like all others, those that cannot be do not")
  func countingAtOnce() throws {
    let telemetry = interceptor(.off, collector.writer)
    #expect(try telemetry.interceptAtOnce(try context()) { _ in [1] } == [1])
    #expect(try telemetry.interceptAtOnce(try context()) { _ in nil } == nil)
    #expect(throws: RPCError.self) {
      try telemetry.interceptAtOnce(try context()) { _ in throw RPCError(.notFound, "no") }
    }
    #expect(value("lianshe_rpc_calls_total", ",code=\"ok\"") == "1")
    #expect(value("lianshe_rpc_calls_total", ",code=\"not_found\"") == "1")
    #expect(value("lianshe_rpc_in_flight") == "0")
    #expect(value("lianshe_rpc_duration_seconds_count") == "2")
  }

  @Test("which calls are logged", arguments: AccessLogPolicy.allCases)
  func policies(policy: AccessLogPolicy) async throws {
    let writer = collector.writer
    let telemetry = interceptor(policy, writer)
    try await telemetry.intercept(try context()) { _ in }
    try await telemetry.intercept(try context(sampled: true)) { _ in }
    try? await telemetry.intercept(try context()) { _ in throw RPCError(.notFound, "no") }
    try? await telemetry.intercept(try context()) { _ in
      throw RPCError(.unavailable, "later", cause: CocoaError(.fileReadUnknown))
    }
    writer.flush()
    let lines = collector.objects
    let codes = lines.compactMap { ($0["metadata"] as? [String: Any])?["code"] as? String }
    switch policy {
    case .all: #expect(codes == ["ok", "ok", "not_found", "unavailable"])
    case .notable: #expect(codes == ["ok", "unavailable"])
    case .off: #expect(codes.isEmpty)
    }
    guard policy != .off else { return }
    let last = try #require(lines.last)
    #expect(last["level"] as? String == "error")
    #expect(last["trace_id"] as? String == "0af7651916cd43dd8448eb211c80319c")
    let metadata = try #require(last["metadata"] as? [String: Any])
    #expect(metadata["method"] as? String == "a.B/Get")
    #expect(metadata["parent_span_id"] as? String == "b7ad6b7169203331")
    #expect((metadata["error"] as? String)?.contains("cause") == true)
    #expect(metadata["peer"] as? String == "in-process")
  }
}
