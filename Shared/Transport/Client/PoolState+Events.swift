// What connections and names tell the pool. What comes from something that is not there any more is
// no mistake: it was on its way when the pool let go of it.

internal import RPC

extension PoolState {
  /// A connection is made. It gets calls once the server has spoken on it.
  mutating func connected(
    member: Int, connection: Int, _ link: Link, now: CallInstant
  ) -> [Action] {
    guard let (index, place) = find(member, connection),
      members[index].connections[place].link == nil
    else { return [.shutDown(link)] }
    members[index].connections[place].link = link
    // The server's SETTINGS may have overtaken this.
    return settle(now: now)
  }

  /// A connection could not be made.
  mutating func failed(
    member: Int, connection: Int, _ error: RPCError, now: CallInstant,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    lastError = error
    guard let (index, place) = find(member, connection) else { return [] }
    members[index].connections.remove(at: place)
    pause(index, now: now, using: &random)
    return settle(now: now)
  }

  /// The server has said how many streams it allows.
  mutating func learned(
    member: Int, connection: Int, maximumStreams: Int, now: CallInstant
  ) -> [Action] {
    guard let (index, place) = find(member, connection) else { return [] }
    members[index].connections[place].maximumStreams = max(0, maximumStreams)
    members[index].pauseEnds = nil
    members[index].backoff.succeeded()
    return settle(now: now)
  }

  /// Nothing is heard of a server on whose answers calls wait, or something is again.
  mutating func heard(
    member: Int, connection: Int, isQuiet: Bool, now: CallInstant
  ) -> [Action] {
    guard let (index, place) = find(member, connection) else { return [] }
    members[index].connections[place].isQuiet = isQuiet
    return settle(now: now)
  }

  /// A connection takes no more calls. Those under way may still finish.
  ///
  /// - Parameter hasServed: whether a server ever spoke HTTP/2 on it. One that never did was a
  ///   failed attempt, whatever TCP says.
  mutating func lost(
    member: Int, connection: Int, hasServed: Bool, error: RPCError? = nil, now: CallInstant,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    guard let (index, place) = find(member, connection) else { return [] }
    members[index].connections.remove(at: place)
    doubt(index)
    if !hasServed {
      lastError =
        error
        ?? .unavailable(
          "\(members[index].backend.endpoint): what listens there does not speak HTTP/2")
      pause(index, now: now, using: &random)
    }
    return settle(now: now)
  }

  private mutating func pause(
    _ index: Int, now: CallInstant, using random: inout some RandomNumberGenerator
  ) {
    members[index].pauseEnds = now.advanced(by: members[index].backoff.failed(using: &random))
    doubt(index)
  }

  private func find(_ member: Int, _ connection: Int) -> (Int, Int)? {
    guard let index = members.firstIndex(where: { $0.id == member }),
      let place = members[index].connections.firstIndex(where: { $0.id == connection })
    else { return nil }
    return (index, place)
  }

  // MARK: Names

  /// The addresses of a name are known. Those that were known before keep their connections.
  ///
  /// - Throws: when nothing was asked.
  mutating func resolved(
    name: Int, _ hosts: [String], now: CallInstant
  ) throws(IllegalMove) -> [Action] {
    guard !isClosed, names.indices.contains(name) else { return [] }
    guard !hosts.isEmpty else {
      return try resolveFailed(
        name: name, .unavailable("\(names[name].endpoint) has no address"), now: now)
    }
    try names[name].resolved()
    let endpoint = names[name].endpoint
    var fresh: [Backend] = []
    for host in hosts {
      let backend = Backend(
        endpoint: Endpoint(host: host, port: endpoint.port, isSecure: endpoint.isSecure),
        named: endpoint)
      if !fresh.contains(backend) { fresh.append(backend) }
    }
    var actions: [Action] = []
    members.removeAll { member in
      guard member.name == name, !fresh.contains(member.backend) else { return false }
      for case let link? in member.connections.map(\.link) { actions.append(.shutDown(link)) }
      return true
    }
    for backend in fresh
    where !members.contains(where: { $0.name == name && $0.backend == backend }) {
      add(backend, name: name, now: now)
    }
    return actions + settle(now: now)
  }

  /// The addresses of a name could not be found. What is known of it stays in use.
  ///
  /// - Throws: when nothing was asked.
  mutating func resolveFailed(
    name: Int, _ error: RPCError, now: CallInstant
  ) throws(IllegalMove) -> [Action] {
    guard !isClosed, names.indices.contains(name) else { return [] }
    try names[name].failed()
    lastError = error
    return settle(now: now)
  }

  // MARK: The end

  /// Takes no more calls: shuts all connections down and refuses who waits.
  mutating func close() -> [Action] {
    isClosed = true
    var actions: [Action] = []
    for member in members {
      for case let link? in member.connections.map(\.link) { actions.append(.shutDown(link)) }
    }
    for (call, _) in line { actions.append(.refuse(call: call, .channelClosed)) }
    members = []
    line = []
    return actions
  }

  // MARK: Looking on

  func endpoints(now: CallInstant) -> [EndpointStatistics] {
    members.map { member in
      EndpointStatistics(
        endpoint: member.backend.endpoint, state: member.state(now: now),
        callsUnderWay: member.callsUnderWay, connections: member.connections.count)
    }
  }
}

extension RPCError {
  static var channelClosed: RPCError { .unavailable("the channel is closed", wasProcessed: false) }
}
