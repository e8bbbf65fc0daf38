internal import Entries
internal import Testing

struct FigureKeyTests {
  private static func key(_ text: String) throws -> EntryFigureKey {
    try EntryFigureKey(parsing: text, in: Samples.register)
  }

  @Test(arguments: [
    "samples/award_tally/entries/450000/2016", "samples/award_tally/awards/450000/..2016",
    "samples/award_tally/awards/450000/2016?level=national&grade=gold",
    "samples/award_tally/distinct-editions/000000/all",
    "samples/training/ratio-qualified-people/450900/2013-H1",
    "samples/training/people/450000/2013?name=a=b",
    "samples/award_tally/awards/450000/2016?editions=fair-51&place=450900&period=2016-05",
  ])
  func `a canonical key prints as it was read`(text: String) throws {
    #expect(try Self.key(text).text == text)
  }

  @Test(arguments: [
    (
      "samples/award_tally/awards/450000/2013-01/2013-12",
      "figure_key.form"
    ),
    ("samples/award_tally/awards/450000", "figure_key.form"),
    ("samples/award_tally/awards/450000/2016/", "figure_key.form"),
    ("", "figure_key.form"), ("total/450000/bureau/gross_output/2013", "figure_key.form"),
    ("talent/award_tally/awards/450000/2016", "figure_key.form"),
    ("samples/prizes/awards/450000/2016", "figure_key.kind"),
    ("samples/award_tally/prizes/450000/2016", "figure_key.measure"),
    ("samples/award_tally/place/450000/2016", "figure_key.measure"),
    ("samples/award_tally//450000/2016", "figure_key.measure"),
    ("samples/award_tally/distinct-awards/450000/2016", "figure_key.measure"),
    ("samples/award_tally/distinct-/450000/2016", "figure_key.measure"),
    ("samples/award_tally/ratio-awards/450000/2016", "figure_key.measure"),
    ("samples/award_tally/ratio-awards-place/450000/2016", "figure_key.measure"),
    ("samples/training/people+person_times/450000/2016", "figure_key.measure"),
    ("samples/award_tally/awards/45/2016", "figure_key.place"),
    ("samples/award_tally/awards/广西/2016", "figure_key.place"),
    ("samples/award_tally/awards/450000/16", "figure_key.time"),
    ("samples/person/entries/450000/all", "figure_key.no_place"),
    ("samples/award_tally/awards/450000/2016?prize=gold", "filter.field"),
    ("samples/award_tally/awards/450000/2016?awards=12个", "filter.field"),
    ("samples/award_tally/awards/450000/2016?grade", "filter.field"),
    ("samples/award_tally/awards/450000/2016?grade=gold&", "filter.field"),
    ("samples/award_tally/awards/450000/2016?grade=", "filter.value"),
    ("samples/award_tally/awards/450000/2016?level=", "required"),
    ("samples/award_tally/awards/450000/2016?grade=platinum", "choice"),
    ("samples/award_tally/awards/450000/2016?place=45", "place.code"),
    ("samples/award_tally/awards/450000/2016?period=..2016", "time.format"),
    ("samples/award_tally/awards/450000/2016?editions=Fair", "code.format"),
  ])
  func `what is wrong with a key is told`(text: String, rule: String) throws {
    let error = #expect(throws: EntryError.self) { try Self.key(text) }
    #expect(error?.code == .invalid)
    #expect(error?.violations.map(\.rule) == [rule], "\(text)")
    #expect(error?.violations.allSatisfy { !$0.zh.isEmpty && !$0.en.isEmpty } == true)
  }

  @Test func `errors name what there is`() {
    let kind = #expect(throws: EntryError.self) { try Self.key("samples/x/entries/450000/all") }
    #expect(kind?.zh.contains("award_tally") == true)
    let measure = #expect(throws: EntryError.self) {
      try Self.key("samples/training/x/450000/all")
    }
    #expect(measure?.en.contains("entries, people, person_times, qualified") == true)
    let field = #expect(throws: EntryError.self) {
      try Self.key("samples/award_tally/entries/450000/all?x=1")
    }
    #expect(field?.zh.contains("editions, place, period, level, grade") == true)
  }

  @Test func `keys have at most 500 characters and 8 filters`() throws {
    let path = "samples/training/people/450000/2013?name="
    let name = String(repeating: "a", count: 200)
    #expect(throws: Never.self) { try Self.key(path + name) }
    let long = #expect(throws: EntryError.self) {
      try Self.key(path + String(repeating: "a", count: 500))
    }
    #expect(long?.violations.map(\.rule) == ["figure_key.length"])
    #expect((long?.violations.first?.value.count ?? 0) <= 200)
    let filters = Array(repeating: "grade=gold", count: 8).joined(separator: "&")
    let keys = "samples/award_tally/awards/450000/2016?"
    #expect(try Self.key(keys + filters).filters.count == 8)
    let many = #expect(throws: EntryError.self) { try Self.key(keys + filters + "&grade=gold") }
    #expect(many?.violations.map(\.rule) == ["filter.count"])
  }

  @Test func `values of filters are canonical`() throws {
    let key = try Self.key("samples/award_tally/awards/450000/2016年?level=国家级&grade=金奖")
    #expect(key.text == "samples/award_tally/awards/450000/2016?level=national&grade=gold")
    #expect(try Self.key("samples/award_tally/awards/450000/2016?").text.hasSuffix("/2016"))
  }
}
