internal import CommonMessages
internal import Entries
internal import EntryAPI
internal import EntryStorage
internal import Measures
internal import RPC
internal import Storage
internal import TalentMessages
internal import Testing
internal import Wire

/// Between the message of a service and what an entry says.
struct EntryWireTests {
  static let wire = EntryWire<Entry>(TestKinds.register)

  private static func draft(_ content: Entry.Content) throws -> EntryDraft {
    try wire.draft(APIFixture.entry(content)).draft
  }

  private static func broken(_ content: Entry.Content) -> [String] {
    do {
      _ = try draft(content)
      return []
    } catch let error as EntryError {
      return error.violations.map { "\($0.field) \($0.rule)" }
    } catch {
      return ["\(error)"]
    }
  }

  private static func people(_ quantity: CommonMessages.Quantity) -> Entry.Content {
    .studioTarget(StudioTarget(place: "450000", period: "2016", studios: quantity))
  }

  @Test func `a full entry comes back as it went`() throws {
    var training = Training(
      organiser: "联社", name: "培训", place: "450923", period: "2013-12-25",
      partners: ["甲、乙", "\"丙\""], venues: ["南宁"])
    training.sessions = Quantity(text: "2期")
    training.people = Quantity(text: "近200名")
    training.personTimes = Quantity(text: "634人次")
    training.qualified = Quantity(text: "185")
    training.income = Quantity(text: "229万元")
    let draft = try Self.draft(.training(training))
    #expect(draft.content.values.count == TestKinds.training.fields.count && draft.unread.isEmpty)
    #expect(draft.source.document == "示例文件" && draft.source.note == "照录")
    var record = EntryRecord(
      kind: "training", id: "018e-x", content: draft.content, source: draft.source)
    record.revision = 3
    record.createTime = 1_388_448_000_000_000
    record.recordTime = 1_388_448_000_000_001
    record.recordedBy = "li.si"
    record.doubtIDs = ["d1", "d2"]
    let message = try Self.wire.message(record)
    let again = try Entry(protobuf: Self.wire.payload(record))
    #expect(again == message)
    let header = try #require(message.header)
    #expect(header.id == "018e-x" && header.revision == 3 && header.etag == "\"r3\"")
    #expect(header.createTime == "2013-12-31T00:00:00.000000Z")
    #expect(header.recordTime == "2013-12-31T00:00:00.000001Z")
    #expect(header.recordedBy == "li.si" && header.quarantineIds == ["d1", "d2"])
    #expect(!header.deleted && header.provenance == APIFixture.source)
    #expect(message.training?.partners == ["甲、乙", "\"丙\""])
    #expect(message.training?.income?.text == "229万")
    #expect(message.training?.income?.unit == "元")
    #expect(message.training?.income?.nature == .actual)
    let back = try Self.wire.draft(message)
    #expect(back.draft.content == draft.content && back.kind.name == "training")
    #expect(back.header.id == "018e-x" && back.header.etag == "\"r3\"")
  }

  @Test func `an entry without content is refused, naming what there is`() throws {
    for message in [nil, Entry(), Entry(header: EntryHeader(provenance: APIFixture.source))] {
      let error = #expect(throws: EntryError.self) { try Self.wire.draft(message) }
      #expect(error?.violations.map(\.rule) == ["required"])
      #expect(error?.en.contains("grant_tally") == true)
    }
    // A kind of the message that this register does not have.
    let other = #expect(throws: EntryError.self) {
      try Self.draft(.person(Person(code: "a", name: "李四")))
    }
    #expect(other?.violations.map(\.field) == ["content"])
  }

  @Test func `two contents are impossible`() throws {
    #expect(throws: (any Error).self) {
      try Entry(
        jsonUTF8: Array(#"{"title":{"code":"a"},"batch":{"code":"b"}}"#.utf8))
    }
    // In bytes, the last one counts.
    let both =
      try Entry(content: .title(Title(code: "a"))).protobufBytes()
      + Entry(content: .batch(Batch(code: "b"))).protobufBytes()
    let message = try Entry(protobuf: both)
    #expect(message == Entry(content: .batch(Batch(code: "b"))))
  }

  @Test func `every broken field is told at once`() {
    let broken = Self.broken(
      .training(
        Training(
          organiser: "a\u{1}b", name: "", place: "45", period: "13",
          people: Quantity(text: "2l人"), income: Quantity(text: "229"),
          partners: [String(repeating: "字", count: 201)],
          venues: (0...50).map { "\($0)" })))
    #expect(
      broken == [
        "organiser text.control_character", "name required", "place place.code",
        "period time.format", "people quantity.letter_in_number", "income quantity.unit_missing",
        "partners text.length", "venues list.length",
      ])
  }

  @Test func `choices and numbers of the wire are checked`() {
    #expect(
      Self.broken(
        .title(Title(code: "a", name: "甲", ladder: .unspecified, level: .unrecognized(99))))
        == ["ladder required", "level choice"])
    // A choice that this register does not have, though the message has it.
    #expect(
      Self.broken(.title(Title(code: "a", name: "甲", ladder: .post, level: .city)))
        == ["ladder choice"])
    let batch = Batch(code: "a", title: "master", number: 10_000, name: "甲", period: "2016")
    #expect(Self.broken(.batch(batch)) == ["number number.range"])
  }

  @Test(arguments: [
    // Text, value, unit → what is stored, or the rule.
    ("百家", nil, "", "百家"), ("100", nil, "", "100家"), ("100", nil, "家", "100家"),
    ("100家", 100, "家", "100家"), ("", 100, "", "100家"), ("", 100, "家", "100家"),
    ("100家", 101, "家", "! quantity.disagrees"), ("近100家", 80, "", "! quantity.disagrees"),
    ("", 100, "人", "! quantity.unit_mismatch"), ("100", nil, "人", "! quantity.unit_mismatch"),
    ("100", nil, "鳖", "! quantity.unit"), ("", 100, "万家", "! quantity.empty"),
    ("", -1, "", "! quantity.negative"), ("", nil, "家", "! required"),
    ("1 00家", 100, "家", "? 1 00家"), ("1 00", nil, "家", "? 1 00家"), ("1 00", nil, "", "? 1 00"),
  ])
  func `a quantity counts by its text`(
    text: String, value: Int64?, unit: String, expected: String
  ) throws {
    var quantity = CommonMessages.Quantity(text: text, unit: unit)
    quantity.value = value.map { CommonMessages.Decimal(unscaled: $0) }
    let found: String
    do {
      let draft = try Self.draft(Self.people(quantity))
      let field = try #require(TestKinds.studioTarget.field("studios"))
      found =
        draft.content.quantity(field)?.printed ?? "? \(draft.unread.first?.printed ?? "")"
    } catch let error as EntryError {
      found = "! " + (error.violations.first?.rule ?? "")
    }
    #expect(found == expected || found == expected.replacing("unit_mismatch", with: "not_a_number"))
  }

  @Test func `a nature is that of the field`() throws {
    for nature in [CommonMessages.Nature.unspecified, .plan] {
      let draft = try Self.draft(Self.people(Quantity(text: "100家", nature: nature)))
      let field = try #require(TestKinds.studioTarget.field("studios"))
      #expect(draft.content.quantity(field)?.nature == .plan)
    }
    for nature in [CommonMessages.Nature.actual, .claimed, .unrecognized(77)] {
      #expect(
        Self.broken(Self.people(Quantity(text: "100家", nature: nature)))
          == ["studios quantity.nature"])
    }
  }

  @Test(arguments: [
    CommonMessages.Quantity(value: Decimal(unscaled: 1, scale: 19)),
    CommonMessages.Quantity(value: Decimal(unscaled: .max, scale: UInt32.max)),
    CommonMessages.Quantity(value: Decimal(unscaled: .min)),
    CommonMessages.Quantity(text: "100家", low: Decimal(unscaled: 200)),
    CommonMessages.Quantity(low: Decimal(unscaled: 1), high: Decimal(unscaled: 2)),
    CommonMessages.Quantity(text: String(repeating: "9", count: 10_000)),
    CommonMessages.Quantity(text: "\u{1}"),
  ])
  func `hostile quantities are refused`(quantity: CommonMessages.Quantity) {
    let broken = Self.broken(Self.people(quantity))
    #expect(broken.count == 1, "\(quantity)")
    #expect(broken.first?.hasPrefix("studios ") == true, "\(broken)")
  }

  @Test func `only the fields that are asked for are read`() throws {
    let entry = Entry(
      content: .training(Training(name: "", place: "45", people: Quantity(text: "185名"))))
    let draft = try Self.wire.draft(entry, fields: ["people"]).draft
    #expect(Array(draft.content.values.keys) == ["people"])
  }

  @Test func `kinds are told with all that a caller needs`() throws {
    let message = TestKinds.training.message
    #expect(message.name == "training" && message.titleZh == "培训")
    #expect(message.fields.map(\.name) == TestKinds.training.fields.map(\.name))
    let income = try #require(message.fields.first { $0.name == "income" })
    #expect(income.type == .quantity && income.unit == "元" && income.nature == .actual)
    let tally = TestKinds.grantTally.message
    #expect(tally.fields.first?.referenceKind == "title" && tally.fields.first?.key == true)
    #expect(message.fields.last?.repeatedValues == true)
    let title = TestKinds.title.message
    #expect(title.fields[2].choices.map(\.code) == ["honour", "professional", "skill"])
    #expect(title.fields.map(\.type) == [.code, .text, .choice, .choice, .text])
    #expect(TestKinds.batch.message.fields.map(\.type)[2...] == [.number, .text, .time, .place])
  }
}
