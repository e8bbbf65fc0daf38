// What the connections of one listener share.

internal import HTTP2
internal import Logging
internal import NIOCore
internal import RPC
internal import Synchronization

/// Reached from every loop of a listener.
final class ServerHost: Sendable {
  let server: RPCServer
  let limits: TransportLimits
  let logger: Logger
  let connections: ConnectionTable
  let memory: MemoryWatermark
  /// The streams that all connections hold.
  let streams = Atomic<Int>(0)
  /// Of those, the ones whose answers are streamed.
  private let watches = Atomic<Int>(0)
  let reached = LimitCounts()
  private let paths = Mutex<[ObjectIdentifier: NIOLoopBound<PathCache>]>([:])

  init(server: RPCServer, limits: TransportLimits, logger: Logger) {
    self.server = server
    self.limits = limits
    self.logger = logger
    connections = ConnectionTable(maximum: limits.maximumConnections)
    memory = MemoryWatermark(limit: limits.listenerBufferBytes)
  }

  var hasRoomForStream: Bool {
    streams.load(ordering: .relaxed) < limits.maximumListenerStreams
  }

  /// Takes a place for a streamed answer; false when all are taken.
  func takeWatch() -> Bool {
    let before = watches.add(1, ordering: .relaxed).oldValue
    guard before >= limits.maximumListenerWatches else { return true }
    leaveWatch()
    reached.reach(.maximumListenerWatches)
    return false
  }

  func leaveWatch() { watches.subtract(1, ordering: .relaxed) }

  /// What the connections of a loop share of paths. Called on the loop.
  func paths(of loop: any EventLoop) -> PathCache {
    paths.withLock { known in
      let id = ObjectIdentifier(loop)
      let bound = known[id] ?? NIOLoopBound(PathCache(), eventLoop: loop)
      known[id] = bound
      return bound
    }.value
  }
}

/// Counts the bytes that all connections hold, against one limit.
final class MemoryWatermark: Sendable {
  private let bytes = Atomic<Int>(0)
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  var isFull: Bool { bytes.load(ordering: .relaxed) > limit }

  func change(by difference: Int) {
    bytes.add(difference, ordering: .relaxed)
  }
}

/// The connections of a listener that are open or whose handlers still run.
final class ConnectionTable: Sendable {
  private struct State {
    var connections: [ObjectIdentifier: NIOLoopBound<ServerConnection>] = [:]
    var isDraining = false
    var whenEmpty: [CheckedContinuation<Void, Never>] = []
  }

  private let maximum: Int
  private let state = Mutex(State())

  init(maximum: Int) { self.maximum = maximum }

  var count: Int { state.withLock { $0.connections.count } }

  /// Takes a connection in; false when there is no room for it, or the listener drains.
  func add(_ connection: ServerConnection) -> Bool {
    let bound = NIOLoopBound(connection, eventLoop: connection.loop)
    let id = ObjectIdentifier(connection)
    return state.withLock { state in
      guard !state.isDraining, state.connections.count < maximum else { return false }
      state.connections[id] = bound
      return true
    }
  }

  func remove(_ connection: ServerConnection) {
    let id = ObjectIdentifier(connection)
    let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      guard state.connections.removeValue(forKey: id) != nil, state.connections.isEmpty else {
        return []
      }
      defer { state.whenEmpty = [] }
      return state.whenEmpty
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Takes no more connections, and gives those there are.
  func beginDrain() -> [NIOLoopBound<ServerConnection>] {
    state.withLock { state in
      state.isDraining = true
      return Array(state.connections.values)
    }
  }

  var all: [NIOLoopBound<ServerConnection>] {
    state.withLock { Array($0.connections.values) }
  }

  /// Ends the waiting for connections whose handlers do not stop.
  func stopWaiting() {
    let waiting = state.withLock { state in
      defer { state.whenEmpty = [] }
      return state.whenEmpty
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Returns when no connection is open and no handler runs, or the waiting is ended.
  func waitUntilEmpty() async {
    await withCheckedContinuation { continuation in
      let isEmpty = state.withLock { state in
        if !state.connections.isEmpty { state.whenEmpty.append(continuation) }
        return state.connections.isEmpty
      }
      if isEmpty { continuation.resume() }
    }
  }
}
