// Counts, times and logs every call of a router, and gives its log lines their trace.

package import Logging
package import RPC
internal import Synchronization

/// Goes outermost, so that what other interceptors refuse is counted too.
package struct TelemetryInterceptor: ServerInterceptor {
  private let calls: CallMetrics
  /// Those of the one method that this counts.
  private var own: OwnMetrics?
  private let policy: AccessLogPolicy
  private let logger: Logger

  /// A call that takes longer is worth a line.
  package static let slowSeconds = 1.0

  package init(
    metrics: MetricsRegistry, accessLog policy: AccessLogPolicy,
    logger: Logger = Logger(label: "lianshe.access")
  ) {
    calls = CallMetrics(metrics)
    self.policy = policy
    self.logger = logger
  }

  package func bound(to method: MethodInfo) -> any ServerInterceptor {
    var bound = self
    bound.own = OwnMetrics(calls)
    return bound
  }

  private func metrics(of method: MethodInfo) -> MethodMetrics {
    own?.metrics(of: method) ?? calls.metrics(of: method)
  }

  package func intercept<Result: Sendable>(
    _ context: CallContext, next: (CallContext) async throws -> Result
  ) async throws -> Result {
    let metrics = metrics(of: context.method)
    metrics.inFlight.rise()
    let start = ContinuousClock.now
    do {
      let result = try await CallScope.$current.withValue(context) { try await next(context) }
      finish(context, metrics, start, nil)
      return result
    } catch {
      finish(context, metrics, start, error)
      throw error
    }
  }

  /// Without the task-local context of `CallScope`: what is answered at once has nothing to log.
  package func interceptAtOnce(
    _ context: CallContext, next: (CallContext) throws -> [UInt8]?
  ) throws -> [UInt8]? {
    let metrics = metrics(of: context.method)
    let start = ContinuousClock.now
    do {
      guard let result = try next(context) else { return nil }
      metrics.inFlight.rise()
      finish(context, metrics, start, nil)
      return result
    } catch {
      metrics.inFlight.rise()
      finish(context, metrics, start, error)
      throw error
    }
  }

  private func finish(
    _ context: CallContext, _ metrics: MethodMetrics, _ start: ContinuousClock.Instant,
    _ error: (any Error)?
  ) {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    let nanoseconds = seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    metrics.inFlight.fall()
    metrics.duration.recordNanoseconds(nanoseconds)
    let code = error.map(Self.code)
    metrics.count(code)
    guard policy != .off else { return }
    let isSlow = Double(nanoseconds) * 1e-9 > Self.slowSeconds && context.method.kind == .unary
    let isOurs = code.map(Self.isServerFault) ?? false
    guard policy == .all || isSlow || isOurs || context.isSampled else { return }
    log(context, nanoseconds, code, error)
  }

  private func log(
    _ context: CallContext, _ nanoseconds: Int64, _ code: RPCError.Code?, _ error: (any Error)?
  ) {
    var metadata: Logger.Metadata = [
      JSONLogHandler.traceKey: .string(context.traceID),
      JSONLogHandler.spanKey: .string(context.spanID),
      "method": .string(context.method.description), "code": .string(code?.rawValue ?? "ok"),
      "duration_us": .stringConvertible(nanoseconds / 1_000), "peer": .string(context.peer),
    ]
    if let identity = context.peerIdentity { metadata["peer_identity"] = .string("\(identity)") }
    if let parent = context.trace.parentSpanID { metadata["parent_span_id"] = .string(parent) }
    guard let error, let code else {
      logger.info("call", metadata: metadata)
      return
    }
    // The cause is for the log only; the caller has got the message without it.
    metadata["error"] = .string(String(reflecting: error))
    logger.log(
      level: Self.isServerFault(code) ? .error : .info, "call failed", metadata: metadata)
  }

  private static func code(_ error: any Error) -> RPCError.Code {
    switch error {
    case let error as RPCError: error.code
    case is CancellationError: .canceled
    default: .unknown
    }
  }

  /// What the caller could not have done better.
  private static func isServerFault(_ code: RPCError.Code) -> Bool {
    switch code {
    case .unknown, .internal, .dataLoss, .unavailable, .deadlineExceeded: true
    default: false
    }
  }
}

/// The metrics of one method.
private final class MethodMetrics: Sendable {
  let inFlight: LevelCell
  let duration: HistogramCell
  private let succeeded: CounterCell
  private let failed: [RPCError.Code: CounterCell]

  init(_ registry: MetricsRegistry, _ method: MethodInfo) {
    let labels = [("service", method.service), ("method", method.method)]
    inFlight = registry.level(
      "lianshe_rpc_in_flight", help: "Calls that are being served", labels: labels)
    duration = registry.histogram(
      "lianshe_rpc_duration_seconds", help: "How long calls took", labels: labels)
    func counter(_ code: String) -> CounterCell {
      registry.counter(
        "lianshe_rpc_calls_total", help: "Calls that ended, by their code",
        labels: labels + [("code", code)])
    }
    succeeded = counter("ok")
    failed = Dictionary(
      uniqueKeysWithValues: RPCError.Code.allCases.map { ($0, counter($0.rawValue)) })
  }

  func count(_ code: RPCError.Code?) {
    guard let code else {
      succeeded.increment()
      return
    }
    failed[code]?.increment()
  }
}

/// The metrics of all methods. Methods come from the router, so there are not many.
private final class CallMetrics: Sendable {
  private let registry: MetricsRegistry
  private let known = Mutex<[String: MethodMetrics]>([:])

  init(_ registry: MetricsRegistry) {
    self.registry = registry
  }

  func metrics(of method: MethodInfo) -> MethodMetrics {
    known.withLock { known in
      if let metrics = known[method.path] { return metrics }
      let metrics = MethodMetrics(registry, method)
      known[method.path] = metrics
      return metrics
    }
  }
}

/// The metrics of one method, which appear with its first call.
private final class OwnMetrics: Sendable {
  private let calls: CallMetrics
  private let known = Mutex<MethodMetrics?>(nil)

  init(_ calls: CallMetrics) { self.calls = calls }

  func metrics(of method: MethodInfo) -> MethodMetrics {
    known.withLock { known in
      let metrics = known ?? calls.metrics(of: method)
      known = metrics
      return metrics
    }
  }
}
