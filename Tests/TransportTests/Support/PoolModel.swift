// A pool without sockets, on the test's own clock.

internal import RPC

@testable internal import Transport

/// A pool with connections that are mere names, and a record of what it wants done.
final class PoolModel {
  typealias Pool = PoolState<String>

  let start = CallInstant.now
  var now: CallInstant
  var pool: Pool
  var random = SeededRandom(7)
  var connects: [(member: Int, connection: Int, backend: Backend)] = []
  var questions: [Int] = []
  var given: [Int: Pool.Lease] = [:]
  var refused: [Int: RPCError] = [:]
  var shutDown: [String] = []
  var health: [Pool.Lease] = []
  private var calls = 0

  init(
    _ endpoints: [String], _ change: (inout HTTP2ChannelOptions) -> Void = { _ in }
  ) throws {
    var options = HTTP2ChannelOptions()
    change(&options)
    now = start
    pool = Pool(endpoints: try endpoints.map { try Endpoint($0) }, policy: options.pool, now: start)
  }

  func pass(_ duration: Duration) { now = now.advanced(by: duration) }

  func note(_ actions: [Pool.Action]) {
    for action in actions {
      switch action {
      case .connect(let member, let connection, let backend):
        connects.append((member, connection, backend))
      case .resolve(let name, _): questions.append(name)
      case .give(let call, let lease): given[call] = lease
      case .refuse(let call, let error): refused[call] = error
      case .shutDown(let link): shutDown.append(link)
      case .askForHealth(let lease): health.append(lease)
      }
    }
  }

  /// Makes a call; gives its number and what became of it at once.
  func call(avoiding: [Int] = []) -> (number: Int, pick: Pool.Pick) {
    calls += 1
    let (pick, actions) = pool.pick(call: calls, avoiding: avoiding, now: now)
    note(actions)
    return (calls, pick)
  }

  func lease(avoiding: [Int] = []) -> Pool.Lease? {
    if case .use(let lease) = call(avoiding: avoiding).pick { return lease }
    return nil
  }

  func end(_ lease: Pool.Lease?, _ outcome: CallOutcome = .success) {
    guard let lease else { return }
    note(pool.finished(lease, outcome, now: now, using: &random))
  }

  /// Has the connections that were asked for made; they are called by their addresses.
  func connect(streams: Int? = 100) {
    let wanted = connects
    connects = []
    for (member, connection, backend) in wanted {
      note(
        pool.connected(
          member: member, connection: connection, "\(backend.endpoint)", now: now))
      if let streams {
        note(
          pool.learned(
            member: member, connection: connection, maximumStreams: streams, now: now))
      }
    }
  }

  func refuse(_ message: String = "no") {
    let wanted = connects
    connects = []
    for (member, connection, _) in wanted {
      note(
        pool.failed(
          member: member, connection: connection, RPCError(.unavailable, message), now: now,
          using: &random))
    }
  }

  func lose(_ lease: Pool.Lease, hasServed: Bool = true) {
    note(
      pool.lost(
        member: lease.member, connection: lease.connection, hasServed: hasServed, now: now,
        using: &random))
  }

  func quiet(_ lease: Pool.Lease, _ isQuiet: Bool = true) {
    note(
      pool.heard(
        member: lease.member, connection: lease.connection, isQuiet: isQuiet, now: now))
  }

  func resolve(_ hosts: [String]) throws {
    note(try pool.resolved(name: questions.removeFirst(), hosts, now: now))
  }

  /// A pool whose endpoints are connected, with no calls.
  static func ready(
    _ endpoints: [String], streams: Int = 100,
    _ change: (inout HTTP2ChannelOptions) -> Void = { _ in }
  ) throws -> PoolModel {
    let model = try PoolModel(endpoints, change)
    let (number, _) = model.call()
    model.connect(streams: streams)
    model.end(model.given.removeValue(forKey: number))
    return model
  }
}
