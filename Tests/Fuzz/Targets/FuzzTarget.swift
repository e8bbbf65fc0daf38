// The targets by name, and what they share: reading an input, and saying that a rule was broken.

internal import Memory

enum FuzzTarget: String, CaseIterable {
  case session
  case message
  case json
  case query
  case envelope
  case head

  func run(_ input: [UInt8]) {
    switch self {
    case .session: fuzzSession(input)
    case .message: fuzzMessage(input)
    case .json: fuzzJSON(input)
    case .query: fuzzQuery(input)
    case .envelope: fuzzEnvelope(input)
    case .head: fuzzHead(input)
    }
  }
}

/// Ends the process with words that libFuzzer keeps beside the input. Optimised builds keep it.
func require(
  _ holds: Bool, _ rule: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  if !holds { fatalError("broken: \(rule())", file: file, line: line) }
}

/// An input as a series of choices and bytes. At its end every choice is zero.
struct Choices {
  private let input: [UInt8]
  private var place = 0

  init(_ input: [UInt8]) { self.input = input }

  var isAtEnd: Bool { place == input.count }

  mutating func byte() -> UInt8 {
    guard place < input.count else { return 0 }
    defer { place += 1 }
    return input[place]
  }

  /// Up to so many bytes.
  mutating func bytes(_ count: Int) -> [UInt8] {
    let end = min(input.count, place + count)
    defer { place = end }
    return Array(input[place..<end])
  }

  mutating func rest() -> [UInt8] { bytes(input.count) }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int(byte()) % elements.count]
  }
}

/// The most bytes that a body held on the heap above what was held before it.
func heapPeak(_ body: () throws -> Void) rethrows -> Int {
  memory_reset_peak()
  let before = memory_live()
  try body()
  return memory_peak() - before
}
