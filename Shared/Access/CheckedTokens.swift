// Callers send the same token with each call. Its signature is checked once; what may change between
// two calls, the clock and the key set, is looked at each time.

/// The holder of a token whose signature and claims were found right, and for how long.
struct CheckedToken: Sendable {
  let holder: PrincipalBox
  /// Seconds since 1970, leeway included.
  let begins: Double
  let ends: Double
}

/// Tokens by the header that carried them: a fixed number of places, and a newer token takes the
/// place of an older one. Only tokens that were found right get in, so nobody fills it with noise.
struct CheckedTokens {
  /// How many are kept at most: with the longest token 2 MiB.
  static let maximumCount = 512

  private var places: [(header: String, token: CheckedToken)?] = []

  func token(_ header: String) -> CheckedToken? {
    guard !places.isEmpty, let (known, token) = places[Self.place(header)],
      Self.isSame(known, header)
    else { return nil }
    return token
  }

  mutating func keep(_ token: CheckedToken, _ header: String) {
    if places.isEmpty { places = Array(repeating: nil, count: Self.maximumCount) }
    places[Self.place(header)] = (header, token)
  }

  mutating func removeAll() { places = [] }

  /// By the end of the signature, which is as good as random.
  private static func place(_ header: String) -> Int {
    var sum = 0
    let bytes = header.utf8.span
    for index in max(0, bytes.count - 4)..<bytes.count { sum = sum &* 64 &+ Int(bytes[index]) }
    return sum & (maximumCount - 1)
  }

  /// Looks at every byte whatever differs: how long a guess takes must not tell how good it was.
  private static func isSame(_ known: String, _ given: String) -> Bool {
    let (known, given) = (known.utf8.span, given.utf8.span)
    guard known.count == given.count else { return false }
    var difference: UInt8 = 0
    for index in known.indices { difference |= known[index] ^ given[index] }
    return difference == 0
  }
}
