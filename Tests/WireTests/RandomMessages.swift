// Messages made by chance from a seed, so that a failure comes back on every run.

internal import FixtureMessages
internal import Wire

/// SplitMix64, by Steele, Lea and Flood.
struct Chance: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func one(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

  mutating func integer<Value: FixedWidthInteger>() -> Value {
    switch Int.random(in: 0..<5, using: &self) {
    case 0: 0
    case 1: .max
    case 2: .min
    case 3: 1
    default: Value(truncatingIfNeeded: next())
    }
  }

  /// Finite, and no negative zero: the C library drops it where there is no presence.
  mutating func double() -> Double {
    let value = Double(bitPattern: next())
    return value.isFinite && value != 0 ? value : 0
  }

  mutating func float() -> Float {
    let value = Float(bitPattern: UInt32(truncatingIfNeeded: next()))
    return value.isFinite && value != 0 ? value : 0
  }

  mutating func string() -> String {
    let samples = [
      "", "六堡茶", "a\"\\/\n\u{1}", "😀", "\u{7F}\u{80}\u{10FFFF}", "450900", "\u{FEFF}x",
    ]
    return (0..<Int.random(in: 0...3, using: &self)).map { _ in
      samples.randomElement(using: &self) ?? ""
    }.joined()
  }

  mutating func bytes() -> [UInt8] {
    (0..<Int.random(in: 0...20, using: &self)).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  mutating func color() -> Color {
    one(in: 4) ? .unrecognized(1234) : Color.allKnownCases.randomElement(using: &self) ?? .red
  }

  mutating func maybe<Value>(_ make: (inout Chance) -> Value) -> Value? {
    one(in: 2) ? make(&self) : nil
  }

  mutating func several<Value>(_ make: (inout Chance) -> Value) -> [Value] {
    (0..<Int.random(in: 0...4, using: &self)).map { _ in make(&self) }
  }

  mutating func pairs<Key: Hashable, Value>(
    _ key: (inout Chance) -> Key, _ value: (inout Chance) -> Value
  ) -> [Key: Value] {
    Dictionary(several { (key(&$0), value(&$0)) }, uniquingKeysWith: { first, _ in first })
  }
}

extension Chance {
  mutating func scalars() -> Scalars {
    Scalars(
      doubleValue: double(), floatValue: float(), int32Value: integer(), int64Value: integer(),
      uint32Value: integer(), uint64Value: integer(), sint32Value: integer(),
      sint64Value: integer(), fixed32Value: integer(), fixed64Value: integer(),
      sfixed32Value: integer(), sfixed64Value: integer(), boolValue: one(in: 2),
      stringValue: string(), bytesValue: bytes(), colorValue: color())
  }

  mutating func optionals() -> Optionals {
    Optionals(
      doubleValue: maybe { $0.double() }, floatValue: maybe { $0.float() },
      int32Value: maybe { $0.integer() }, int64Value: maybe { $0.integer() },
      uint32Value: maybe { $0.integer() }, uint64Value: maybe { $0.integer() },
      sint32Value: maybe { $0.integer() }, sint64Value: maybe { $0.integer() },
      fixed32Value: maybe { $0.integer() }, fixed64Value: maybe { $0.integer() },
      sfixed32Value: maybe { $0.integer() }, sfixed64Value: maybe { $0.integer() },
      boolValue: maybe { $0.one(in: 2) }, stringValue: maybe { $0.string() },
      bytesValue: maybe { $0.bytes() }, colorValue: maybe { $0.color() },
      scalarsValue: maybe { $0.scalars() })
  }

  mutating func repeated() -> Repeated {
    Repeated(
      doubleValues: several { $0.double() }, floatValues: several { $0.float() },
      int32Values: several { $0.integer() }, int64Values: several { $0.integer() },
      uint32Values: several { $0.integer() }, uint64Values: several { $0.integer() },
      sint32Values: several { $0.integer() }, sint64Values: several { $0.integer() },
      fixed32Values: several { $0.integer() }, fixed64Values: several { $0.integer() },
      sfixed32Values: several { $0.integer() }, sfixed64Values: several { $0.integer() },
      boolValues: several { $0.one(in: 2) }, stringValues: several { $0.string() },
      bytesValues: several { $0.bytes() }, colorValues: several { $0.color() },
      scalarsValues: several { $0.scalars() }, unpackedValues: several { $0.integer() })
  }

  mutating func maps() -> Maps {
    Maps(
      byInt32: pairs({ $0.integer() }, { $0.string() }),
      byInt64: pairs({ $0.integer() }, { $0.string() }),
      byUint32: pairs({ $0.integer() }, { $0.string() }),
      byUint64: pairs({ $0.integer() }, { $0.string() }),
      byBool: pairs({ $0.one(in: 2) }, { $0.string() }),
      byString: pairs({ $0.string() }, { $0.string() }),
      scalars: pairs({ $0.string() }, { $0.scalars() }),
      colors: pairs({ $0.string() }, { $0.color() }),
      bytesValues: pairs({ $0.string() }, { $0.bytes() }),
      doubles: pairs({ $0.string() }, { $0.double() }),
      bySint32: pairs({ $0.integer() }, { $0.one(in: 2) }),
      byFixed64: pairs({ $0.integer() }, { $0.integer() }))
  }

  mutating func choice() -> Choice {
    let kinds: [Choice.Kind?] = [
      nil, .doubleValue(double()), .floatValue(float()), .int32Value(integer()),
      .int64Value(integer()), .uint32Value(integer()), .uint64Value(integer()),
      .boolValue(one(in: 2)), .stringValue(string()), .bytesValue(bytes()), .colorValue(color()),
      .scalarsValue(scalars()), .nodeValue(node(depth: 2)),
    ]
    let others: [Choice.Other?] = [nil, .text(string()), .number(integer())]
    return Choice(
      before: string(), kind: kinds.randomElement(using: &self) ?? nil, between: string(),
      other: others.randomElement(using: &self) ?? nil)
  }

  mutating func node(depth: Int = 0) -> Node {
    guard depth < 5 else { return Node(name: string()) }
    let links: [Node.Link?] = [
      nil, .next(node(depth: depth + 2)), .detour(Detour(back: node(depth: depth + 2))),
    ]
    return Node(
      name: string(), child: maybe { $0.node(depth: depth + 1) },
      children: several { $0.node(depth: depth + 2) },
      named: pairs({ $0.string() }, { $0.node(depth: depth + 3) }),
      link: links.randomElement(using: &self) ?? nil, maybe: maybe { $0.node(depth: depth + 2) })
  }
}
