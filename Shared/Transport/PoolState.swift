// Which connection a call takes, and when to connect: the pool's decisions as a value.

internal import RPC

/// One connection per endpoint, used in turn. `Link` is whatever stands for a connection.
///
/// Each endpoint:  idle ──pick──▶ connecting ──▶ ready ──lost──▶ idle
///                   ▲                │
///                   └── pause ◀──failed
struct PoolState<Link> {
  enum Slot {
    case idle(notBefore: CallInstant?)
    case connecting
    case ready(Link)
  }

  enum Pick {
    case use(Link)
    /// Wait until one of the connections under way is ready, or all have failed.
    case wait
    case fail(RPCError)
  }

  private(set) var slots: [Slot]
  private var backoffs: [Backoff]
  private var turn = 0
  private var lastError: RPCError?
  var isClosed = false

  init(count: Int, backoff: Backoff) {
    slots = Array(repeating: .idle(notBefore: nil), count: count)
    backoffs = Array(repeating: backoff, count: count)
  }

  /// Chooses for one call.
  ///
  /// - Returns: also the endpoints to begin connecting to; they count as connecting from now.
  mutating func pick(now: CallInstant) -> (pick: Pick, connect: [Int]) {
    guard !isClosed else {
      return (.fail(RPCError(.unavailable, "the channel is closed")), [])
    }
    let connect = slots.indices.filter { index in
      guard case .idle(let notBefore) = slots[index] else { return false }
      return notBefore.map { $0 <= now } ?? true
    }
    for index in connect { slots[index] = .connecting }
    for step in slots.indices {
      let index = (turn + step) % slots.count
      guard case .ready(let link) = slots[index] else { continue }
      turn = (index + 1) % slots.count
      return (.use(link), connect)
    }
    if isConnecting { return (.wait, connect) }
    return (.fail(lastError ?? RPCError(.unavailable, "no server can be reached")), connect)
  }

  var isConnecting: Bool {
    slots.contains { if case .connecting = $0 { true } else { false } }
  }

  /// - Returns: false when the connection is not wanted any more.
  mutating func connected(_ index: Int, _ link: Link) -> Bool {
    guard !isClosed else { return false }
    slots[index] = .ready(link)
    return true
  }

  /// - Returns: the error to give to those who wait, when there is nothing left to wait for.
  mutating func failed(
    _ index: Int, _ error: RPCError, now: CallInstant,
    using random: inout some RandomNumberGenerator
  ) -> RPCError? {
    lastError = error
    pause(index, now: now, using: &random)
    return isConnecting ? nil : error
  }

  /// A connection takes no more calls.
  ///
  /// - Parameter hasServed: whether a server ever spoke HTTP/2 on it. One that never did was a
  ///   failed attempt, whatever TCP says.
  mutating func lost(
    _ index: Int, hasServed: Bool, now: CallInstant,
    using random: inout some RandomNumberGenerator
  ) {
    guard case .ready = slots[index] else { return }
    if hasServed {
      backoffs[index].succeeded()
      slots[index] = .idle(notBefore: nil)
    } else {
      lastError = RPCError(.unavailable, "what listens there does not speak HTTP/2")
      pause(index, now: now, using: &random)
    }
  }

  private mutating func pause(
    _ index: Int, now: CallInstant, using random: inout some RandomNumberGenerator
  ) {
    slots[index] = .idle(notBefore: now.advanced(by: backoffs[index].failed(using: &random)))
  }

  /// Ends everything; gives the connections to shut down.
  mutating func close() -> [Link] {
    isClosed = true
    return slots.indices.compactMap { index in
      defer { slots[index] = .idle(notBefore: nil) }
      if case .ready(let link) = slots[index] { return link }
      return nil
    }
  }
}
