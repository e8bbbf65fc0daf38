// Hot figures and the catalogue's indicators, answered from memory. Every change of data in this process starts a new epoch, and
// an answer counts only in the epoch in which its read began: so the very next read after a
// change sees it.

internal import CommonMessages
package import RPC
internal import StatisticsMessages
internal import Synchronization

package final class AnswerCache: Sendable {
  /// Answers that are kept; the ones not asked for lately go first.
  package static let capacity = 8_192

  private struct State {
    var epoch: UInt64 = 0
    /// The younger half takes what is new and what was asked for; when it is full it becomes the
    /// older half, and what nobody asked for again is forgotten.
    var young: [String: FigureMessage] = [:]
    var old: [String: FigureMessage] = [:]
    /// The indicators asked for, by code. Only those that exist, so there are not many.
    var indicators: [String: IndicatorMessage] = [:]
    var hits: UInt64 = 0
    var misses: UInt64 = 0
  }

  private let state = Mutex(State())
  private let half: Int

  package init(capacity: Int = AnswerCache.capacity) { half = max(1, capacity / 2) }

  /// The answer to a key, if it is known and at least as new as asked for.
  func figure(_ key: String, minimumGeneration: Int64) -> FigureMessage? {
    state.withLock { state in
      let known = known(key, &state)
      guard let known, known.generation >= minimumGeneration else {
        state.misses += 1
        return nil
      }
      state.hits += 1
      return known
    }
  }

  /// The same, where a miss is for the handler to count.
  private func knownFigure(_ key: String, minimumGeneration: Int64) -> FigureMessage? {
    state.withLock { state in
      guard let known = known(key, &state), known.generation >= minimumGeneration else {
        return nil
      }
      state.hits += 1
      return known
    }
  }

  /// The answers to several keys, if all are known, of one generation and new enough.
  func figures(_ keys: [String], minimumGeneration: Int64) -> [FigureMessage]? {
    state.withLock { state in
      var found: [FigureMessage] = []
      for key in keys {
        guard let known = known(key, &state), known.generation >= minimumGeneration,
          known.generation == found.first?.generation ?? known.generation
        else {
          state.misses += UInt64(keys.count)
          return nil
        }
        found.append(known)
      }
      state.hits += UInt64(keys.count)
      return found
    }
  }

  private func known(_ key: String, _ state: inout State) -> FigureMessage? {
    if let figure = state.young[key] { return figure }
    guard let figure = state.old[key] else { return nil }
    insert(figure, key, &state)
    return figure
  }

  /// An indicator, if it is known.
  func indicator(_ code: String) -> IndicatorMessage? {
    state.withLock { $0.indicators[code] }
  }

  /// Keeps an indicator that was read in an epoch, unless data changed since.
  func keep(_ indicator: IndicatorMessage, epoch: UInt64) {
    state.withLock { state in
      guard state.epoch == epoch, state.indicators.count < Self.capacity else { return }
      state.indicators[indicator.code] = indicator
    }
  }

  /// To be asked before a read; its answer goes with what is kept.
  var epoch: UInt64 { state.withLock { $0.epoch } }

  /// Keeps an answer that was read in an epoch, unless data changed since.
  func keep(_ figure: FigureMessage, _ key: String, epoch: UInt64) {
    state.withLock { state in
      if state.epoch == epoch { insert(figure, key, &state) }
    }
  }

  private func insert(_ figure: FigureMessage, _ key: String, _ state: inout State) {
    if state.young.count >= half {
      state.old = state.young
      state.young = [:]
    }
    state.young[key] = figure
  }

  /// Has the calls that this memory may answer answered by it at once.
  package func answerAtOnce(in router: inout Router) {
    router.atOnce(StatisticsServiceMethods.getIndicator) { request, _ in
      self.indicator(request.code).map { GetIndicatorResponse(indicator: $0) }
    }
    router.atOnce(StatisticsServiceMethods.getFigure) { request, _ in
      guard request.asOf.isEmpty else { return nil }
      return self.knownFigure(request.key, minimumGeneration: request.minGeneration)
        .map { GetFigureResponse(figure: $0) }
    }
  }

  /// Data changed: nothing kept counts any more.
  package func invalidate() {
    state.withLock { state in
      state.epoch += 1
      state.young = [:]
      state.old = [:]
      state.indicators = [:]
    }
  }

  /// Answers given from memory, answers that had to be read, and answers kept: for metrics.
  package var counts: (hits: UInt64, misses: UInt64, kept: Int) {
    state.withLock { ($0.hits, $0.misses, $0.young.count + $0.old.count) }
  }
}
