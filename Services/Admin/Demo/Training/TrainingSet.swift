// A set of data to learn and to try things on: large enough to look like work, and invented from end
// to end. Every name says 示例, every row names its document as synthetic.

/// The training set: the same bytes every time.
struct TrainingSet: Sendable {
  static let title = Phrase(
    "训练数据（示例市，合成，非真实记录）", "Training data (an invented city; synthetic, no records)")
  static let years = [firstYear, firstYear + 1, lastYear]
  static let firstYear = 2018
  static let lastYear = 2020
  /// Chosen once; another one would be another city.
  static let seed: UInt64 = 2018_2020

  /// In the order in which they build on each other.
  let files: [TrainingFile]

  init(seed: UInt64 = seed) {
    // Each part draws from a sequence of its own.
    func numbers(_ stream: Int) -> SplitMix64 { SplitMix64(seed: seed, stream: stream) }
    let firms = TrainingFirms.make(numbers(0))
    let people = TrainingPeople.make(firms, numbers(1))
    files =
      TrainingPlaces.files + TrainingFirms.files(firms)
      + TrainingUndertakings.files(firms, numbers(2))
      + TrainingExhibitions.files(firms, people, numbers(3))
      + TrainingPeople.files(people, numbers(4))
      + TrainingReports.files(firms, numbers(5))
  }

  /// `manifest.json` of a folder with these files.
  var manifest: String {
    let lines = files.map { "    { \"file\": \"\($0.name)\", \"kind\": \"\($0.kind)\" }" }
    return "{\n  \"title\": \"\(Self.title.zh)\",\n  \"files\": [\n"
      + lines.joined(separator: ",\n") + "\n  ]\n}\n"
  }
}
