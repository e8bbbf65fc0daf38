internal import RegistryDomain
internal import Testing

struct CreditCodeTests {
  @Test(arguments: ["91450923MA5TE5T15M", "91450881198000013G", "12450000498500079R"])
  func acceptsCodesWithBothCheckCharactersRight(code: String) throws {
    #expect(try CreditCode(code).text == code)
  }

  @Test func readsSmallLettersAsCapitals() throws {
    #expect(try CreditCode("91450923ma5te5t15m").text == "91450923MA5TE5T15M")
  }

  @Test func tellsThePlaceOfTheRegisteringAuthority() throws {
    #expect(try CreditCode("91450923MA5TE5T15M").placeDigits == "450923")
  }

  @Test(arguments: [
    ("91110000600037341N", "uscc.check_character"),
    ("91450923MA5TE5T15N", "uscc.check_character"),
    ("91450923MA5TE5T25M", "uscc.organisation_check"),
    ("91450923MA5TE5T15", "uscc.length"),
    ("91450923MA5TE5T15MM", "uscc.length"),
    ("", "uscc.length"),
    ("9145A923MA5TE5T15M", "uscc.place"),
    ("91450923MI5TE5T15M", "uscc.alphabet"),
    ("91450923MO5TE5T15M", "uscc.alphabet"),
    ("91450923MS5TE5T15M", "uscc.alphabet"),
    ("91450923MV5TE5T15M", "uscc.alphabet"),
    ("91450923MZ5TE5T15M", "uscc.alphabet"),
    ("B1450923MA5TE5T15M", "uscc.authority"),
    ("９1450923MA5TE5T15M", "uscc.length"),
    ("91450923 A5TE5T15M", "uscc.alphabet"),
  ])
  func refusesWithTheRuleThatIsBroken(code: String, rule: String) {
    let violation = #expect(throws: RegistryError.Violation.self) { try CreditCode(code) }
    #expect(violation?.rule == rule)
    #expect(violation?.value == code)
  }

  /// Every single wrong character is found: 31 is prime and no weight is 0 modulo 31.
  @Test(arguments: ["91450923MA5TE5T15M", "91450881198000013G", "12450000498500079R"])
  func findsEverySingleWrongCharacter(code: String) {
    let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY")
    for position in 0..<18 {
      for symbol in alphabet where symbol != Array(code)[position] {
        var symbols = Array(code)
        symbols[position] = symbol
        #expect(throws: RegistryError.Violation.self) { try CreditCode(String(symbols)) }
      }
    }
  }

  /// Two neighbours exchanged, the commonest slip after a single wrong character.
  @Test(arguments: ["91450923MA5TE5T15M", "91450881198000013G", "12450000498500079R"])
  func findsNeighboursExchanged(code: String) {
    for position in 0..<17 {
      var symbols = Array(code)
      guard symbols[position] != symbols[position + 1] else { continue }
      symbols.swapAt(position, position + 1)
      #expect(throws: RegistryError.Violation.self) { try CreditCode(String(symbols)) }
    }
  }
}
