internal import CommonMessages
internal import EntryAPI
internal import RPC
internal import ServiceAPI
internal import Storage
internal import TalentMessages
internal import TestSupport
internal import Testing

struct EntryCallsTests {
  @Test(arguments: Engine.allCases)
  func `an entry is created, read, corrected and deleted`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let entry = try await fixture.create(APIFixture.training("甲班", people: "185名"))
      let header = try #require(entry.header)
      #expect(header.revision == 1 && header.etag == "\"r1\"" && !header.deleted)
      #expect(header.recordedBy == "administrator.450000" && !header.recordTime.isEmpty)
      #expect(header.provenance == APIFixture.source)
      #expect(try await fixture.get(header.id) == entry)

      var changed = entry
      changed.content = APIFixture.training("甲班", people: "186名").content
      let next = try await fixture.update(changed)
      #expect(next.header?.revision == 2 && next.training?.people?.text == "186")
      #expect(next.header?.createTime == header.createTime)
      #expect(try await fixture.get(header.id, asOf: header.recordTime) == entry)
      #expect(
        await code { _ = try await fixture.get(header.id, asOf: "2000-01-01T00:00:00Z") }
          == .notFound)
      #expect(await code { try await fixture.delete(entry) } == .aborted)
      try await fixture.delete(next)
      #expect(await code { _ = try await fixture.get(header.id) } == .notFound)
      let revisions = try await fixture.desk.revisions(
        ListEntryRevisionsRequest(id: header.id),
        fixture.call(Methods.listEntryRevisions.info, as: nil))
      #expect(revisions.map { $0.header?.revision } == [2, 1])
      #expect(revisions.map { $0.header?.deleted } == [true, false])
    }
  }

  @Test(arguments: Engine.allCases)
  func `errors have codes, paths and both languages`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let invalid = await failure {
        _ = try await fixture.createAnswer(
          Entry(content: .grantTally(GrantTally(title: "x", place: "45", period: "2016"))))
      }
      #expect(invalid?.code == .invalidArgument)
      #expect(invalid?.broken == ["entry.place place.code", "entry.people required"])
      let unknown = await failure {
        _ = try await fixture.createAnswer(APIFixture.tally("450000", "40人"))
      }
      #expect(unknown?.broken == ["entry.title reference.unknown"])
      #expect(unknown?.violations.first?.value == "master")
      #expect(
        await failure { _ = try await fixture.createAnswer(nil) }?.broken
          == ["entry.content required"])
      let first = try await fixture.create(APIFixture.master)
      #expect(await code { try await fixture.create(APIFixture.master) } == .alreadyExists)
      try await fixture.create(APIFixture.tally("450000", "40人"))
      #expect(await code { try await fixture.delete(first) } == .failedPrecondition)
      for asOf in ["yesterday", "2013", "2013-12-31"] {
        let error = await failure { _ = try await fixture.get(first.id, asOf: asOf) }
        #expect(error?.broken == ["as_of time.format"], "\(asOf)")
      }
      for id in ["", "x", String(repeating: "a", count: 100_000)] {
        #expect(await code { _ = try await fixture.get(id) } == .notFound)
      }
      #expect(await code { _ = try await fixture.get("a\u{0}b") } == .invalidArgument)
    }
  }

  @Test(arguments: Engine.allCases)
  func `what is outside of the caller's places is refused`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      #expect(
        await code { try await fixture.create(APIFixture.training("甲"), as: "450900") }
          == .permissionDenied)
      #expect(
        await code { try await fixture.create(APIFixture.master, as: "450900") }
          == .permissionDenied)
      let entry = try await fixture.create(
        APIFixture.training("乙", place: "450923"), as: "450900")
      #expect(await code { try await fixture.delete(entry, as: "450100") } == .permissionDenied)
      #expect(
        await code { _ = try await fixture.updateAnswer(entry, as: "450100") } == .permissionDenied)
      try await fixture.delete(entry, as: "450923")
    }
  }

  @Test(arguments: Engine.allCases)
  func `an update changes what its mask names`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let entry = try await fixture.create(
        APIFixture.training("甲班", people: "185名", qualified: "100名"))
      var change = Entry(
        header: EntryHeader(id: entry.id, etag: "\"r1\""),
        content: .training(Training(people: Quantity(text: "190人"), venues: ["南宁"])))
      let masked = try await fixture.update(change, mask: ["people", "qualified"])
      #expect(masked.training?.people?.text == "190" && masked.training?.qualified == nil)
      #expect(masked.training?.name == "甲班" && masked.training?.venues == [])
      #expect(masked.header?.provenance == APIFixture.source)

      change.header?.etag = "\"r2\""
      change.header?.provenance = Provenance(document: "总结")
      let source = try await fixture.update(change, mask: ["provenance"])
      #expect(source.header?.provenance == Provenance(document: "总结"))
      #expect(source.training == masked.training)

      change.header?.etag = "\"r3\""
      for unknown in ["header", "id", "training.people", "", "people "] {
        let error = await failure { try await fixture.update(change, mask: [unknown]) }
        #expect(error?.broken == ["update_mask update_mask.unknown"], "\(unknown)")
      }
      let empty = await failure { try await fixture.update(change, mask: ["name"]) }
      #expect(empty?.broken == ["entry.name required"])
      // Another kind is another entry.
      var other = APIFixture.tally("450000", "40人")
      other.header?.id = entry.id
      other.header?.etag = "\"r3\""
      #expect(
        await failure { try await fixture.update(other) }?.broken == ["entry.content entry.kind"])
      // Without a mask all is replaced.
      var whole = APIFixture.training("甲班")
      whole.header?.id = entry.id
      whole.header?.etag = "\"r3\""
      #expect(try await fixture.update(whole).training?.people == nil)
      whole.header?.etag = ""
      #expect(await failure { try await fixture.update(whole) }?.broken == ["entry.etag required"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `a masked update leaves an open doubt alone or answers it`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let entry = try await fixture.create(APIFixture.training("甲班", people: "1 85名"))
      #expect(entry.header?.quarantineIds.count == 1)
      var change = APIFixture.training("甲班", people: "185名", qualified: "100名")
      change.header = entry.header
      let first = try await fixture.update(change, mask: ["qualified"])
      #expect(first.header?.quarantineIds == entry.header?.quarantineIds)
      change.header = first.header
      let second = try await fixture.update(change, mask: ["people"])
      #expect(second.header?.quarantineIds == [] && second.training?.people?.text == "185")
      #expect(try await fixture.doubts().isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func `validation stores nothing and says what would be`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let doubtful = APIFixture.training("甲班", people: "100人", qualified: "200人")
      let dry = try await fixture.createAnswer(doubtful, id: "r1", validateOnly: true)
      #expect(dry.warnings.count == 1 && dry.warnings[0].contains("合格人数200人大于人数100人"))
      #expect(try await fixture.list(ListEntriesRequest(kind: "training")).isEmpty)
      #expect(try await fixture.doubts().isEmpty)
      // A dry run is not remembered under its request_id.
      let wet = try await fixture.createAnswer(doubtful, id: "r1")
      #expect(wet.warnings == dry.warnings)
      var entry = try #require(wet.entry)
      entry.content = APIFixture.training("甲班", people: "300人", qualified: "200人").content
      let update = try await fixture.updateAnswer(entry, validateOnly: true)
      #expect(update.warnings.isEmpty && update.entry?.header?.revision == 2)
      #expect(try await fixture.get(entry.id).header?.revision == 1)
      #expect(try await fixture.doubts().count == 1)
      #expect(
        await code { _ = try await fixture.createAnswer(doubtful, validateOnly: true) }
          == .alreadyExists)
    }
  }

  @Test(arguments: Engine.allCases)
  func `a repeated request gets the same answer`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let entry = APIFixture.training("甲班", people: "185名")
      let first = try await fixture.createAnswer(entry, id: "r1")
      let again = try await fixture.createAnswer(entry, id: "r1")
      #expect(again == first)
      #expect(
        await code {
          _ = try await fixture.createAnswer(APIFixture.training("乙班"), id: "r1")
        } == .alreadyExists)
      var change = try #require(first.entry)
      change.content = APIFixture.training("甲班", people: "186名").content
      let updated = try await fixture.updateAnswer(change, id: "r2")
      #expect(try await fixture.updateAnswer(change, id: "r2") == updated)
      let record = try #require(updated.entry)
      try await fixture.delete(record, id: "r3")
      try await fixture.delete(record, id: "r3")
      #expect(await code { try await fixture.delete(record, id: "r4") } == .notFound)
    }
  }

  @Test(arguments: Engine.allCases)
  func `lists are filtered, searched and paged`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      for number in 1...5 {
        let place = number.isMultiple(of: 2) ? "450923" : "450100"
        try await fixture.create(
          APIFixture.training("班\(number)", place: place, people: "\(number)人"))
      }
      func names(_ request: ListEntriesRequest) async throws -> [String] {
        var request = request
        request.kind = "training"
        return try await fixture.list(request).compactMap(\.training?.name)
      }
      #expect(try await names(ListEntriesRequest()) == ["班1", "班2", "班3", "班4", "班5"])
      #expect(try await names(ListEntriesRequest(placeCode: "450900")) == ["班2", "班4"])
      #expect(try await names(ListEntriesRequest(period: "2013")).count == 5)
      #expect(try await names(ListEntriesRequest(period: "..2012")) == [])
      #expect(try await names(ListEntriesRequest(filter: "name=班3&place=450100")) == ["班3"])
      #expect(try await names(ListEntriesRequest(textContains: "班4")) == ["班4"])
      let error = await failure { _ = try await fixture.list(ListEntriesRequest(kind: "x")) }
      #expect(error?.broken == ["kind entry.kind"])
      #expect(
        await failure { _ = try await fixture.list(ListEntriesRequest()) }?.broken
          == ["kind required"])
      for (request, broken) in [
        (ListEntriesRequest(placeCode: "45"), "place_code place.code"),
        (ListEntriesRequest(period: "13"), "period time.format"),
        (ListEntriesRequest(filter: "x=1"), "filter filter.field"),
        (ListEntriesRequest(filter: "place=45"), "filter place.code"),
        (
          ListEntriesRequest(textContains: String(repeating: "字", count: 201)),
          "text_contains text.length"
        ),
        (ListEntriesRequest(asOf: "x"), "as_of time.format"),
        (ListEntriesRequest(pageToken: "x"), "page_token page_token.foreign"),
      ] {
        #expect(await failure { _ = try await names(request) }?.broken == [broken])
      }

      let context = fixture.call(Methods.listEntries.info, as: nil)
      var request = ListEntriesRequest(pageSize: 2, kind: "training")
      var sizes: [Int] = []
      var found: [String] = []
      repeat {
        let page = try await fixture.desk.list(request, context)
        #expect(page.total == 5)
        sizes.append(page.entries.count)
        found += page.entries.compactMap(\.training?.name)
        request.pageToken = page.nextToken
      } while !request.pageToken.isEmpty
      #expect(sizes == [2, 2, 1] && found == ["班1", "班2", "班3", "班4", "班5"])
      // A token belongs to its query.
      let token = try await fixture.desk.list(
        ListEntriesRequest(pageSize: 2, kind: "training"), context
      ).nextToken
      let foreign = await failure {
        _ = try await fixture.list(
          ListEntriesRequest(pageSize: 2, pageToken: token, kind: "training", filter: "name=班1"))
      }
      #expect(foreign?.broken == ["page_token page_token.foreign"])
    }
  }
}
