internal import Access
internal import CommonMessages
internal import RPC
internal import RegistryAPI
internal import RegistryMessages
internal import ServiceAPI
internal import Storage
internal import Synchronization
internal import TestSupport
internal import Testing
internal import Wire

/// A copy of the register as a consumer keeps it: entities by id with their newest revision, and
/// the cursor that goes with them.
struct RegisterCopy: Sendable {
  private(set) var entities: [String: [UInt8]] = [:]
  private var revisions: [String: Int64] = [:]
  private(set) var cursor = ""
  private(set) var isWhole = false

  mutating func apply(_ message: WatchChangesResponse) throws {
    switch message.kind {
    case .snapshot: try put(message)
    case .upsert: try put(message)
    case .snapshotEnd: isWhole = true
    case .delete:
      let (id, _) = try Self.entity(message)
      if message.revision > revisions[id] ?? 0 {
        revisions[id] = message.revision
        entities[id] = nil
      }
    case .heartbeat, .unspecified, .unrecognized: break
    }
    if !message.cursor.isEmpty { cursor = message.cursor }
  }

  private mutating func put(_ message: WatchChangesResponse) throws {
    let (id, bytes) = try Self.entity(message)
    guard message.revision > revisions[id] ?? 0 else { return }
    revisions[id] = message.revision
    entities[id] = bytes
  }

  private static func entity(_ message: WatchChangesResponse) throws -> (String, [UInt8]) {
    switch message.entity {
    case .place(let place): ("place \(place.id)", try place.protobufBytes())
    case .federation(let federation):
      ("federation \(federation.id)", try federation.protobufBytes())
    case .enterprise(let enterprise):
      ("enterprise \(enterprise.id)", try enterprise.protobufBytes())
    case .membership(let membership):
      ("membership \(membership.id)", try membership.protobufBytes())
    case nil: ("", [])
    }
  }
}

/// Ends a stream from the consumer's side.
private struct Cut: Error {}

/// Tells the writers to stop.
private final class Flag: Sendable {
  private let raised = Atomic(false)

  var isRaised: Bool { raised.load(ordering: .relaxed) }

  func raise() { raised.store(true, ordering: .relaxed) }
}

struct ChangeFeedTests {
  /// Reads a feed into a copy until `stop` says so.
  func follow(
    _ fixture: APIFixture, _ copy: RegisterCopy,
    until stop: @escaping @Sendable (Int, WatchChangesResponse) -> Bool
  ) async throws -> RegisterCopy {
    let state = Mutex((copy: copy, count: 0))
    let writer = ResponseWriter<WatchChangesResponse> { message in
      let isEnough = try state.withLock { state in
        try state.copy.apply(message)
        state.count += 1
        return stop(state.count, message)
      }
      if isEnough { throw Cut() }
    }
    do {
      try await fixture.api.watchChanges(
        WatchChangesRequest(cursor: copy.cursor), responses: writer,
        context: fixture.call(RegistryServiceMethods.watchChanges.info, as: nil))
    } catch is Cut {}
    return state.withLock { $0.copy }
  }

  @Test(arguments: Engine.allCases)
  func aSnapshotIsFollowedByChangesAndHeartbeats(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      let kinds = Mutex<[ChangeKind]>([])
      let copy = try await follow(fixture, RegisterCopy()) { _, message in
        kinds.withLock { $0.append(message.kind) }
        return message.kind == .heartbeat
      }
      let told = kinds.withLock { $0 }
      #expect(told.prefix(13) == Array(repeating: .snapshot, count: 12) + [.snapshotEnd])
      // Changes that the snapshot has already may come again.
      #expect(told.dropFirst(13).dropLast().allSatisfy { $0 == .upsert })
      #expect(copy.entities.count == 12)
      _ = try await fixture.createEnterprise(Enterprise(name: "甲", placeCode: "450923"))
      // What the snapshot has already may come again before it.
      let next = try await follow(fixture, copy) { _, message in
        if case .enterprise = message.entity { true } else { false }
      }
      #expect(next.entities.count == 13)
    }
  }

  @Test(arguments: Engine.allCases)
  func aBadCursorIsToldApart(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let malformed = await code {
        let copy = Mutex(RegisterCopy())
        try await fixture.api.watchChanges(
          WatchChangesRequest(cursor: "rubbish"),
          responses: ResponseWriter { message in try copy.withLock { try $0.apply(message) } },
          context: fixture.call(RegistryServiceMethods.watchChanges.info))
      }
      #expect(malformed == .invalidArgument)
      let copy = try await follow(fixture, RegisterCopy()) { _, message in
        message.kind == .snapshotEnd
      }
      try await fixture.database.renewFeed()
      let expired = await code {
        _ = try await follow(fixture, copy) { _, _ in true }
      }
      #expect(expired == .outOfRange)
    }
  }

  /// Writers of every kind of record run while the consumer is cut off a hundred times at random;
  /// at the end its copy is the register.
  @Test(arguments: Engine.allCases)
  func aHundredCutsLoseNothing(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      let done = Flag()
      try await withThrowingTaskGroup { group in
        for writer in 0..<4 {
          group.addTask {
            try await self.write(fixture, writer, until: done)
          }
        }
        var copy = RegisterCopy()
        for _ in 0..<100 {
          let limit = Int.random(in: 1...25)
          let next = try await follow(fixture, copy) { count, _ in count >= limit }
          // A snapshot that was cut off is begun again.
          copy = next.isWhole ? next : RegisterCopy()
        }
        done.raise()
        try await group.waitForAll()
        // One more change, later than all: when it comes, everything before it has come.
        let last = try await fixture.createEnterprise(
          Enterprise(name: "最后一家", placeCode: "450923"))
        let final = try await follow(fixture, copy) { _, message in
          if case .enterprise(let enterprise) = message.entity {
            enterprise.id == last.id
          } else {
            false
          }
        }
        let source = try await follow(fixture, RegisterCopy()) { _, message in
          message.kind == .snapshotEnd
        }
        #expect(final.entities.count == source.entities.count)
        #expect(final.entities == source.entities)
        #expect(source.entities.count > 12)
      }
    }
  }

  private func write(
    _ fixture: APIFixture, _ writer: Int, until done: Flag
  ) async throws {
    var number = 0
    while !done.isRaised, number < 400 {
      number += 1
      let enterprise = try await fixture.createEnterprise(
        Enterprise(name: "厂\(writer)-\(number)", placeCode: "450923"))
      let changed = try await fixture.api.updateEnterprise(
        UpdateEnterpriseRequest(
          enterprise: Enterprise(
            id: enterprise.id, sector: "编织", validTo: number % 5 == 0 ? "2020" : "",
            etag: enterprise.etag)),
        context: fixture.call(RegistryServiceMethods.updateEnterprise.info)
      ).enterprise
      #expect(changed?.revision == 2)
      if number % 3 == 0 {
        let applied = try await fixture.api.applyMembership(
          ApplyMembershipRequest(
            federationCode: "450923", enterpriseId: enterprise.id, date: "2013"),
          context: fixture.call(RegistryServiceMethods.applyMembership.info)
        ).membership
        _ = try await fixture.api.admitMember(
          AdmitMemberRequest(
            membershipId: applied?.id ?? "", etag: applied?.etag ?? "", date: "2014"),
          context: fixture.call(RegistryServiceMethods.admitMember.info))
      }
      if number % 7 == 0 {
        // Every writer renames one place; those who come late try again next time.
        let place = try await fixture.api.getPlace(
          GetPlaceRequest(code: "450981"),
          context: fixture.call(RegistryServiceMethods.getPlace.info)
        ).place
        _ = await code {
          _ = try await fixture.api.updatePlace(
            UpdatePlaceRequest(
              place: Place(code: "450981", name: "北流\(writer)-\(number)", etag: place?.etag ?? "")),
            context: fixture.call(RegistryServiceMethods.updatePlace.info))
        }
      }
    }
  }
}
