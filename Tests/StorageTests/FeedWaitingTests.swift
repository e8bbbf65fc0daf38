// Waiting for changes costs one look per interval, however many wait, and misses nothing.

@testable internal import Storage
internal import Synchronization
internal import TestSupport
internal import Testing

private final class Counter: Sendable {
  private let value = Atomic<Int>(0)

  var count: Int { value.load(ordering: .relaxed) }

  func rise() { value.add(1, ordering: .relaxed) }
}

/// Counts the transactions that a database begins.
private final class CountingBackend: EngineBackend {
  private let inner: any EngineBackend
  private let begun = Counter()

  init(_ inner: any EngineBackend) { self.inner = inner }

  var reads: Int { begun.count }

  var dialect: Dialect { inner.dialect }
  var readLeases: LeaseQueue { inner.readLeases }
  var writeLeases: LeaseQueue { inner.writeLeases }
  var rehearsalLeases: LeaseQueue { inner.rehearsalLeases }
  var isNew: Bool { inner.isNew }
  var failure: StorageError? { inner.failure }

  func read<T>(
    _ control: OperationControl, _ body: (any EngineSession) throws -> T
  ) throws -> T {
    begun.rise()
    return try inner.read(control, body)
  }

  func write<T>(
    _ isolation: Isolation, _ control: OperationControl,
    _ body: (any EngineSession) throws -> T
  ) throws -> T {
    try inner.write(isolation, control, body)
  }

  func rehearse<T>(
    _ control: OperationControl, _ body: (any EngineSession) throws -> T
  ) throws -> T {
    try inner.rehearse(control, body)
  }

  func close() { inner.close() }
}

private final class Tally: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .relaxed) }
  func raise() { count.add(1, ordering: .relaxed) }
}

@Suite(.timeLimit(.minutes(5))) struct FeedWaitingTests {
  private static let watchers = 5

  private static func tip(_ seq: Int64, epoch: String = "e") -> FeedTip {
    FeedTip(epoch: epoch, position: FeedPosition(xid: 0, seq: seq))
  }

  @Test(arguments: Engine.allCases)
  func anIdleFeedCostsOneReadPerInterval(engine: Engine) async throws {
    try await withTestDatabase(engine) { original in
      try await FeedTests.emit("a", 1, original)
      try await Samples.settle(original)
      var options = DatabaseOptions()
      options.feedPollInterval = .milliseconds(20)
      let backend = CountingBackend(original.backend)
      // The backend is closed with the original.
      let database = Storage.Database(
        url: original.url, options: options, backend: backend,
        threads: WorkerThreads(name: "counted", maximum: 8))
      let cursor = try await database.read { try $0.feedCursor() }
      let before = backend.reads
      let start = ContinuousClock.now
      let patience = Duration.seconds(60)
      // Until somebody has looked more often than each of them comes and leaves, however slow the
      // machine is.
      try await withThrowingTaskGroup { group in
        for _ in 0..<Self.watchers {
          group.addTask {
            try await database.waitForChanges(after: cursor, until: start + patience)
          }
        }
        while backend.reads - before <= 4 * Self.watchers,
          ContinuousClock.now - start < patience
        {
          try await Task.sleep(for: options.feedPollInterval)
        }
        group.cancelAll()
        while let found = await group.nextResult() {
          if case .success(let found) = found { #expect(!found) }
        }
      }
      let looks = Int((ContinuousClock.now - start) / options.feedPollInterval)
      // Each watcher reads when it comes and when it leaves.
      #expect(backend.reads - before <= looks + 2 * Self.watchers + 1)
      #expect(backend.reads - before > 4 * Self.watchers, "somebody looks")
      database.feedSignal.close()
      database.threads.close()
      database.workers.close()
    }
  }

  /// The change that falls between a waiter's own read and the first look.
  @Test func theFirstLookWakesWhoSawAnotherTip() async throws {
    let signal = FeedSignal()
    try await signal.wait(
      after: signal.turn, seen: Self.tip(1), until: ContinuousClock.now + .seconds(60),
      polling: .milliseconds(1)
    ) { { Self.tip(2) } }
    try await signal.wait(
      after: signal.turn, seen: Self.tip(2, epoch: "before"),
      until: ContinuousClock.now + .seconds(60), polling: .milliseconds(1)
    ) { { Self.tip(2) } }
  }

  @Test func aLookThatFindsNothingNewWakesNobodyAndALaterChangeWakesAll() async throws {
    let signal = FeedSignal()
    let (looks, changed) = (AsyncStream<Void>.makeStream(), Flag(true))
    let woken = Tally()
    try await withThrowingTaskGroup { group in
      for _ in 0..<Self.watchers {
        group.addTask {
          try await signal.wait(
            after: signal.turn, seen: Self.tip(1),
            until: ContinuousClock.now + .seconds(60), polling: .milliseconds(1)
          ) {
            {
              looks.continuation.yield()
              return Self.tip(changed.isUp ? 1 : 2)
            }
          }
          woken.raise()
        }
      }
      var seen = 0
      for await _ in looks.stream {
        seen += 1
        if seen == 20 { break }
      }
      #expect(woken.value == 0)
      changed.lower()
      try await group.waitForAll()
    }
    #expect(woken.value == Self.watchers)
  }

  @Test func aFailedLookWakesAll() async throws {
    let signal = FeedSignal()
    try await signal.wait(
      after: signal.turn, seen: Self.tip(1), until: ContinuousClock.now + .seconds(60),
      polling: .milliseconds(1)
    ) { { throw StorageError(.unavailable, "away") } }
  }

  /// `--renew-feed` beside a running service.
  @Test(arguments: Engine.allCases)
  func aFeedRenewedByAnotherProcessEndsTheWaiting(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      let other = try await Storage.Database.open(database.url)
      let cursor = try await database.read { try $0.feedCursor() }
      let waiter = Task {
        try await database.waitForChanges(
          after: cursor, until: ContinuousClock.now + .seconds(60))
      }
      try await other.renewFeed()
      #expect(await storageError { try await waiter.value }?.code == .outOfRange)
      await other.close()
    }
  }
}
