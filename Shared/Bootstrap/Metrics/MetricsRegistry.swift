// The metrics of a process by name and labels: the backend of swift-metrics, and the page that
// Prometheus reads (text format 0.0.4).

package import CoreMetrics
internal import Synchronization

/// The labels of one series, in the order in which they are printed.
package typealias MetricLabels = [(String, String)]

/// Every metric of the process.
package final class MetricsRegistry: Sendable {
  enum Kind: String {
    case counter, gauge, histogram
  }

  enum Cell: Sendable {
    case counter(CounterCell)
    case gauge(GaugeCell)
    case level(LevelCell)
    case histogram(HistogramCell)
    case reading(Kind, @Sendable () -> Double)

    var kind: Kind {
      switch self {
      case .counter: .counter
      case .gauge, .level: .gauge
      case .reading(let kind, _): kind
      case .histogram: .histogram
      }
    }
  }

  struct Family {
    let kind: Kind
    var help: String
    /// By the text of the labels, as it is printed.
    var series: [String: Cell] = [:]
  }

  private struct State {
    var families: [String: Family] = [:]
    var seriesCount = 0
  }

  /// Series that are kept. Over it, a metric works and is not exported: a label with endless values
  /// must not eat the memory of the process.
  package static let maximumSeries = 10_000

  private let state: Mutex<State>
  private let limit: Int
  private let refused = CounterCell()

  package init(maximumSeries: Int = MetricsRegistry.maximumSeries) {
    limit = maximumSeries
    var family = Family(
      kind: .counter, help: "Series that are not exported: too many, or one name with two types")
    family.series[""] = .counter(refused)
    state = Mutex(State(families: ["lianshe_metrics_refused_total": family]))
  }

  // MARK: Our own metrics

  package func counter(
    _ name: String, help: String, labels: MetricLabels = []
  ) -> CounterCell {
    series(name, help, labels, CounterCell()) {
      .counter($0)
    } as: {
      if case .counter(let counter) = $0 { counter } else { nil }
    }
  }

  package func gauge(_ name: String, help: String, labels: MetricLabels = []) -> GaugeCell {
    series(name, help, labels, GaugeCell()) {
      .gauge($0)
    } as: {
      if case .gauge(let gauge) = $0 { gauge } else { nil }
    }
  }

  package func level(_ name: String, help: String, labels: MetricLabels = []) -> LevelCell {
    series(name, help, labels, LevelCell()) {
      .level($0)
    } as: {
      if case .level(let level) = $0 { level } else { nil }
    }
  }

  package func histogram(
    _ name: String, help: String, labels: MetricLabels = [],
    bounds: HistogramCell.Bounds = .durations
  ) -> HistogramCell {
    series(name, help, labels, HistogramCell(bounds)) {
      .histogram($0)
    } as: {
      if case .histogram(let histogram) = $0 { histogram } else { nil }
    }
  }

  /// A number that is read at each scrape. `read` must be quick and must not use the registry.
  ///
  /// - Parameter isCounter: the number only rises while the process lives.
  package func reading(
    _ name: String, help: String, labels: MetricLabels = [], isCounter: Bool = false,
    read: @escaping @Sendable () -> Double
  ) {
    let kind = isCounter ? Kind.counter : .gauge
    _ = series(name, help, labels, read) {
      .reading(kind, $0)
    } as: { _ in
      nil
    }
  }

  // MARK: Keeping

  /// The series of that name and labels: the one there is, or `new`. A new one that cannot be kept
  /// works all the same, and is counted.
  private func series<Value: Sendable>(
    _ name: String, _ help: String, _ labels: MetricLabels, _ new: Value,
    wrap: (Value) -> Cell, as unwrap: (Cell) -> Value?
  ) -> Value {
    let name = PrometheusText.name(name)
    let text = PrometheusText.labels(labels)
    return state.withLock { state in
      let cell = wrap(new)
      let family = state.families[name]
      if let known = family?.series[text].flatMap(unwrap) { return known }
      // One name cannot have two types: the page would not be read at all.
      guard state.seriesCount < limit, family?.series[text] == nil,
        family.map({ $0.kind == cell.kind }) ?? true
      else {
        refused.increment()
        return new
      }
      state.families[name, default: Family(kind: cell.kind, help: help)].series[text] = cell
      state.seriesCount += 1
      return new
    }
  }

  fileprivate func remove(_ isWanted: (Cell) -> Bool) {
    state.withLock { state in
      for (name, family) in state.families {
        guard let text = family.series.first(where: { isWanted($0.value) })?.key else { continue }
        state.families[name]?.series[text] = nil
        state.seriesCount -= 1
        if state.families[name]?.series.isEmpty == true { state.families[name] = nil }
        return
      }
    }
  }

  /// The page, families and series in order.
  package func exposition() -> [UInt8] {
    let families = state.withLock { $0.families }
    var text = PrometheusText()
    for (name, family) in families.sorted(by: { $0.key < $1.key }) {
      text.family(name, family)
    }
    return Array(text.text.utf8)
  }
}

// MARK: - The backend of swift-metrics

extension MetricsRegistry: MetricsFactory {
  /// swift-metrics has no help texts; its label says what there is to say.
  private func help(_ label: String) -> String { "\(label), from swift-metrics" }

  private func suffixed(_ label: String, _ suffix: String) -> String {
    label.hasSuffix(suffix) ? label : label + suffix
  }

  package func makeCounter(
    label: String, dimensions: [(String, String)]
  ) -> any CounterHandler {
    counter(suffixed(label, "_total"), help: help(label), labels: dimensions)
  }

  package func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    counter(suffixed(label, "_total"), help: help(label), labels: dimensions)
  }

  package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    gauge(label, help: help(label), labels: dimensions)
  }

  package func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    aggregate
      ? histogram(label, help: help(label), labels: dimensions, bounds: .sizes)
      : gauge(label, help: help(label), labels: dimensions)
  }

  package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    histogram(suffixed(label, "_seconds"), help: help(label), labels: dimensions)
  }

  package func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }

  package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
    destroy(handler)
  }

  package func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }
  package func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }
  package func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

  private func destroy(_ handler: AnyObject) {
    remove { cell in
      switch cell {
      case .counter(let counter): counter === handler
      case .gauge(let gauge): gauge === handler
      case .histogram(let histogram): histogram === handler
      case .level, .reading: false
      }
    }
  }
}
