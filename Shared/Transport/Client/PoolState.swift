// Which connection a call takes, when to connect, and who waits: the pool's decisions as a value.

internal import RPC

/// The bounds and the pace of a pool.
struct PoolPolicy: Sendable {
  var maximumEndpoints: Int
  var maximumConnectionsPerEndpoint: Int
  var maximumWaitingCalls: Int
  var minimumBackoff: Duration
  var maximumBackoff: Duration
  var ejection: EjectionPolicy
  var asksForHealth: Bool
  var resolveInterval: Duration
  var minimumResolveInterval: Duration
}

/// `Link` is whatever stands for a connection.
///
/// Each connection:  connecting ──made, SETTINGS──▶ ready ──GOAWAY, lost──▶ gone
///                       └──failed──▶ gone, and its endpoint pauses
/// A call:           ──pick──▶ under way ──finished──▶
///                       └──▶ waiting ──given, refused, given up──▶
struct PoolState<Link> {
  /// A call's place on a connection.
  struct Lease {
    let member: Int
    let connection: Int
    let link: Link
    /// Whether the call tries an endpoint that was ejected.
    let isProbe: Bool
  }

  enum Pick {
    case use(Lease)
    /// The call stands in line: it will be given a place, or refused.
    case wait
    case fail(RPCError)
  }

  /// What the owner has to do; none of it is done under a lock.
  enum Action {
    case connect(member: Int, connection: Int, Backend)
    case resolve(name: Int, Endpoint)
    case give(call: Int, Lease)
    case refuse(call: Int, RPCError)
    case shutDown(Link)
    /// Asks the server for its health, and reports the answer by `finished`.
    case askForHealth(Lease)
  }

  let policy: PoolPolicy
  var members: [PoolMember<Link>] = []
  var names: [NameResolution] = []
  /// The calls that wait, in order.
  var line: [(call: Int, avoiding: [Int])] = []
  private(set) var counts = ChannelCounts()
  var isClosed = false
  var lastError: RPCError?
  private var picker = LoadPicker()
  private var nextID = 0

  init(endpoints: [Endpoint], policy: PoolPolicy, now: CallInstant) {
    self.policy = policy
    for endpoint in endpoints {
      if endpoint.isName {
        names.append(
          NameResolution(
            endpoint: endpoint, interval: policy.resolveInterval,
            minimumInterval: policy.minimumResolveInterval))
      } else {
        add(Backend(endpoint: endpoint, named: endpoint), name: nil, now: now)
      }
    }
  }

  mutating func add(_ backend: Backend, name: Int?, now: CallInstant) {
    guard members.count < policy.maximumEndpoints else { return }
    members.append(
      PoolMember(
        id: newID(), backend: backend, name: name,
        backoff: Backoff(minimum: policy.minimumBackoff, maximum: policy.maximumBackoff),
        health: EndpointHealth(policy: policy.ejection, start: now)))
  }

  private mutating func newID() -> Int {
    nextID += 1
    return nextID
  }

  mutating func count(_ change: (inout ChannelCounts) -> Void) { change(&counts) }

  // MARK: Calls

  /// Chooses for one call.
  ///
  /// - Parameters:
  ///   - call: its number, should it have to wait.
  ///   - avoiding: members that it has tried; they are taken when there is no other.
  mutating func pick(
    call: Int, avoiding: [Int] = [], now: CallInstant
  ) -> (pick: Pick, actions: [Action]) {
    guard !isClosed else { return (.fail(.channelClosed), []) }
    let actions = begin(now: now)
    // Who waits was here first.
    if line.isEmpty, let lease = take(avoiding: avoiding, now: now) {
      return (.use(lease), actions)
    }
    guard hasHope(now: now) else { return (.fail(hopeless), actions) }
    guard line.count < policy.maximumWaitingCalls else {
      counts.waitRefusals += 1
      return (
        .fail(.unavailable("\(line.count) calls wait for a server", wasProcessed: false)), actions
      )
    }
    counts.waits += 1
    line.append((call, avoiding))
    return (.wait, actions)
  }

  /// Chooses for a hedge: another member than those, in good standing, or none.
  mutating func pickOther(than avoiding: [Int], now: CallInstant) -> Lease? {
    guard !isClosed, line.isEmpty else { return nil }
    let index = picker.pick(among: members.count) { index in
      guard let cost = members[index].cost(avoiding: avoiding, now: now), cost.standing == 0
      else { return nil }
      return cost
    }
    return index.flatMap { take($0, now: now) }
  }

  /// A call does not wait any more.
  ///
  /// - Returns: false when it was given a place, or refused, before.
  mutating func giveUp(call: Int, wasTooLong: Bool) -> Bool {
    guard let index = line.firstIndex(where: { $0.call == call }) else { return false }
    line.remove(at: index)
    if wasTooLong { counts.waitRefusals += 1 }
    return true
  }

  /// A call has left its place.
  mutating func finished(
    _ lease: Lease, _ outcome: CallOutcome, now: CallInstant,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    guard let index = members.firstIndex(where: { $0.id == lease.member }) else { return [] }
    members[index].callsUnderWay -= 1
    if let place = members[index].connections.firstIndex(where: { $0.id == lease.connection }) {
      members[index].connections[place].callsUnderWay -= 1
    }
    let mayEject =
      members[index].health.isServing && outcome == .failure ? mayEjectAnother : true
    let change = members[index].health.record(
      outcome, isProbe: lease.isProbe, mayEject: mayEject, now: now, using: &random)
    switch change {
    case .ejected:
      counts.ejections += 1
      doubt(index)
    case .returned: counts.returns += 1
    case nil: break
    }
    return line.isEmpty ? [] : settle(now: now)
  }

  private var mayEjectAnother: Bool {
    let ejected = members.count { !$0.health.isServing }
    return (ejected + 1) * 100 <= members.count * policy.ejection.maximumPercent
  }

  /// Perhaps the service lives elsewhere now.
  mutating func doubt(_ index: Int) {
    if let name = members[index].name { names[name].doubt() }
  }

  // MARK: Choosing

  /// A place on the best connection there is.
  private mutating func take(avoiding: [Int], now: CallInstant) -> Lease? {
    let index = picker.pick(among: members.count) { members[$0].cost(avoiding: avoiding, now: now) }
    return index.flatMap { take($0, now: now) }
  }

  private mutating func take(_ index: Int, now: CallInstant) -> Lease? {
    guard let place = members[index].roomiest(),
      let link = members[index].connections[place].link
    else { return nil }
    let isProbe = members[index].health.isDue(now: now)
    if isProbe { try? members[index].health.beginProbe(now: now) }
    counts.attempts += 1
    members[index].callsUnderWay += 1
    members[index].connections[place].callsUnderWay += 1
    return Lease(
      member: members[index].id, connection: members[index].connections[place].id, link: link,
      isProbe: isProbe)
  }

  /// What is due whenever a call comes: names to ask for, connections to make, health to ask for.
  private mutating func begin(now: CallInstant) -> [Action] {
    var actions: [Action] = []
    for index in names.indices where names[index].ask(now: now) {
      actions.append(.resolve(name: index, names[index].endpoint))
    }
    for index in members.indices {
      if members[index].wantsConnection(
        maximum: policy.maximumConnectionsPerEndpoint, now: now)
      {
        let id = newID()
        members[index].connections.append(PoolConnection(id: id))
        actions.append(
          .connect(member: members[index].id, connection: id, members[index].backend))
      }
      if policy.asksForHealth, members[index].health.isDue(now: now),
        let lease = take(index, now: now)
      {
        counts.attempts -= 1
        actions.append(.askForHealth(lease))
      }
    }
    return actions
  }

  /// Serves the line after something has changed, as far as that goes.
  mutating func settle(now: CallInstant) -> [Action] {
    guard !line.isEmpty, !isClosed else { return [] }
    var actions = begin(now: now)
    var served = 0
    for (call, avoiding) in line {
      guard let lease = take(avoiding: avoiding, now: now) else { break }
      actions.append(.give(call: call, lease))
      served += 1
    }
    line.removeFirst(served)
    // Those that got a place may have taken the last one.
    if !line.isEmpty { actions += begin(now: now) }
    if !line.isEmpty, !hasHope(now: now) {
      for (call, _) in line { actions.append(.refuse(call: call, hopeless)) }
      line = []
    }
    return actions
  }

  /// Whether a place may become free without anybody doing anything.
  private func hasHope(now: CallInstant) -> Bool {
    members.contains { !$0.connections.isEmpty } || names.contains(where: \.isAsking)
  }

  private var hopeless: RPCError {
    var error = lastError ?? .unavailable("no server can be reached")
    error.wasNotProcessed = true
    return error
  }
}

extension PoolState.Lease: Sendable where Link: Sendable {}
extension PoolState.Pick: Sendable where Link: Sendable {}
extension PoolState.Action: Sendable where Link: Sendable {}
