// One endpoint as the pool knows it: its connections, their load, its pauses and its standing.

internal import RPC

/// Where to connect, and what the channel was given for it: the same, or the name it is an address
/// of.
struct Backend: Sendable, Hashable {
  let endpoint: Endpoint
  let named: Endpoint
}

/// One connection of a member, from its first attempt until it takes no more calls.
struct PoolConnection<Link> {
  let id: Int
  /// Nil while connecting.
  var link: Link?
  var callsUnderWay = 0
  /// How many streams the server allows; nil until it has said so. Before that no call is sent: a
  /// process that is stopped has its connections accepted by its system all the same, and one that
  /// allows few streams would refuse the rest.
  var maximumStreams: Int?
  /// Whether nothing was heard for a while though calls wait.
  var isQuiet = false

  var isReady: Bool { link != nil && maximumStreams != nil }
  var hasRoom: Bool { link != nil && maximumStreams.map { callsUnderWay < $0 } ?? false }
}

struct PoolMember<Link> {
  /// What a call is better kept away from, from good to bad.
  private enum Standing {
    static var good: Int { 0 }
    static var avoided: Int { 1 }
    static var quiet: Int { 2 }
    static var ejected: Int { 3 }
  }

  let id: Int
  let backend: Backend
  /// The name it comes from, by its index; nil for one that was given as it is.
  let name: Int?
  var connections: [PoolConnection<Link>] = []
  var callsUnderWay = 0
  var backoff: Backoff
  var pauseEnds: CallInstant?
  var health: EndpointHealth

  var isConnecting: Bool { connections.contains { !$0.isReady } }
  var isConnected: Bool { connections.contains(where: \.isReady) }

  func isPaused(now: CallInstant) -> Bool { pauseEnds.map { now < $0 } ?? false }

  /// Whether to begin another connection: there is none, or all are full.
  func wantsConnection(maximum: Int, now: CallInstant) -> Bool {
    guard connections.count < max(1, maximum), !isConnecting, !isPaused(now: now) else {
      return false
    }
    return connections.allSatisfy { !$0.hasRoom && !$0.isQuiet }
  }

  /// The connection for another call: the first good one, so that those made for a rush fall idle.
  func roomiest() -> Int? {
    let choices = connections.indices.filter { connections[$0].hasRoom }
    return choices.first { !connections[$0].isQuiet } ?? choices.first
  }

  /// How good a choice this member is; nil when no connection has room.
  func cost(avoiding: [Int], now: CallInstant) -> LoadPicker.Cost? {
    guard let index = roomiest() else { return nil }
    let connection = connections[index]
    let standing =
      if !health.isServing, !health.isDue(now: now) { Standing.ejected } else if connection.isQuiet
      { Standing.quiet } else if avoiding.contains(id) { Standing.avoided } else { Standing.good }
    return LoadPicker.Cost(standing: standing, load: callsUnderWay)
  }

  func state(now: CallInstant) -> EndpointStatistics.State {
    if !health.isServing { return .ejected }
    if isConnected {
      return connections.allSatisfy { !$0.isReady || $0.isQuiet } ? .quiet : .ready
    }
    if isConnecting { return .connecting }
    return isPaused(now: now) ? .paused : .idle
  }
}
