internal import Foundation
internal import Synchronization
internal import Testing

@testable internal import Access

@Suite struct KeyFileTests {
  private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? NSNumber).intValue
  }

  @Test func aPrivateKeyIsForItsOwnerOnlyAndIsNeverOverwritten() async throws {
    let folder = try Folder()
    let path = folder.file("operator.pem")
    let key = SigningKey()
    try key.write(to: path)
    #expect(try mode(path) == 0o600)
    #expect(try SigningKey(file: path).keyID == key.keyID)
    #expect(await refusal { try SigningKey().write(to: path) } == .keyFile)
    #expect(try SigningKey(file: path).keyID == key.keyID)
  }

  @Test func aPrivateKeyThatOthersMayReadIsNotUsed() async throws {
    let folder = try Folder()
    let path = folder.file("operator.pem")
    try SigningKey().write(to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    #expect(await refusal { try SigningKey(file: path) } == .keyFile)
  }

  @Test func theKeyIDIsTheThumbprintOfTheKey() throws {
    // The key of RFC 8037, appendix A.1, and its thumbprint from appendix A.3.
    let seed = try #require(Base64URL.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A".utf8))
    let key = try SigningKey(rawPrivateKey: seed)
    #expect(key.keyID == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
  }

  @Test func aSetIsReadBackAsWritten() throws {
    let folder = try Folder()
    let path = folder.file("jwks.json")
    var set = PublicKeySet()
    for _ in 0..<3 { set.add(SigningKey()) }
    try set.write(to: path)
    #expect(try mode(path) == 0o644)
    #expect(try PublicKeySet(file: path).keyIDs == set.keyIDs)
    try PublicKeySet().write(to: path)
    #expect(try PublicKeySet(file: path).keyIDs == [])
  }

  @Test(arguments: [
    "", "{", "[]", #"{"keys":7}"#, #"{"keys":[{"kty":"OKP"}]"#,
    #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"AAAA"}]}"#,
    #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}]}"#,
    #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
  ])
  func aWrongSetIsRefused(text: String) async {
    #expect(await refusal { try PublicKeySet(json: Array(text.utf8), name: "x") } == .keyFile)
  }

  @Test func keysOfOtherKindsAreLeftOut() throws {
    let text = """
      {"keys":[{"kty":"RSA","kid":"r","n":"AQAB","e":"AQAB"},
       {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
       {"kty":"OKP","crv":"Ed25519","kid":"good","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}
      """
    #expect(try PublicKeySet(json: Array(text.utf8), name: "x").keyIDs == ["good"])
  }

  @Test func aSetHasLimits() async throws {
    let folder = try Folder()
    let large = folder.file("large.json")
    let padding = String(repeating: " ", count: PublicKeySet.maximumFileBytes)
    try ("{\"keys\":[]}" + padding).write(toFile: large, atomically: true, encoding: .utf8)
    #expect(await refusal { try PublicKeySet(file: large) } == .keyFile)
    let many = folder.file("many.json")
    var set = PublicKeySet()
    for _ in 0...PublicKeySet.maximumKeys { set.add(SigningKey()) }
    try set.write(to: many)
    #expect(await refusal { try PublicKeySet(file: many) } == .keyFile)
  }
}

@Suite struct RotationTests {
  @Test func aNewKeyCountsWithoutARestartAndARetiredOneNoMore() async throws {
    let keys = try Keys()
    let verifier = try keys.verifier()
    let old = try await keys.issuer.issue(.holding([.clerk]), lifetime: .seconds(60))
    let next = SigningKey()
    let new = try await TokenIssuer(key: next).issue(.holding([.clerk]), lifetime: .seconds(60))
    #expect(await refusal { try await verifier.verify(new) } == .tokenUnknownKey)

    var set = try PublicKeySet(file: keys.jwks)
    set.add(next)
    try set.write(to: keys.jwks)
    _ = try await verifier.verify(old)
    _ = try await verifier.verify(new)

    let removed = [set.remove(keyID: keys.key.keyID), set.remove(keyID: keys.key.keyID)]
    #expect(removed == [true, false])
    try set.write(to: keys.jwks)
    #expect(await refusal { try await verifier.verify(old) } == .tokenUnknownKey)
    _ = try await verifier.verify(new)
  }

  @Test func aBrokenFileKeepsTheKeysLastReadAndIsReportedOnce() async throws {
    let keys = try Keys()
    let failures = Mutex(0)
    let verifier = try TokenVerifier(
      jwksFile: keys.jwks, lookInterval: .zero,
      onReloadFailure: { _ in failures.withLock { $0 += 1 } })
    let token = try await keys.issuer.issue(.holding([.clerk]), lifetime: .seconds(60))
    try "{".write(toFile: keys.jwks, atomically: true, encoding: .utf8)
    for _ in 0..<3 { _ = try await verifier.verify(token) }
    #expect(failures.withLock { $0 } == 1)
    try FileManager.default.removeItem(atPath: keys.jwks)
    for _ in 0..<3 { _ = try await verifier.verify(token) }
    #expect(failures.withLock { $0 } == 2)
  }

  @Test func aSetWithoutKeysIsReported() async throws {
    let keys = try Keys()
    let token = try await keys.issuer.issue(.holding([.clerk]), lifetime: .seconds(60))
    let set = try PublicKeySet(file: keys.jwks)
    try PublicKeySet().write(to: keys.jwks)
    let told = Mutex<[String]>([])
    let verifier = try TokenVerifier(
      jwksFile: keys.jwks, lookInterval: .zero,
      onReloadFailure: { error in told.withLock { $0.append(error.messageChinese) } })
    #expect(told.withLock { $0 }.count == 1, "at the start")
    #expect(told.withLock { $0 }.first?.contains("所有写入都会被拒绝") == true)
    #expect(await refusal { try await verifier.verify(token) } == .tokenUnknownKey)
    try set.write(to: keys.jwks)
    _ = try await verifier.verify(token)
    #expect(told.withLock { $0 }.count == 1)
    try PublicKeySet().write(to: keys.jwks)
    #expect(await refusal { try await verifier.verify(token) } == .tokenUnknownKey)
    #expect(told.withLock { $0 }.count == 2, "and when it loses them")
  }

  @Test func aFileThatIsNotThereAtTheStartIsAnError() async throws {
    let folder = try Folder()
    #expect(
      await refusal { try TokenVerifier(jwksFile: folder.file("nowhere.json")) } == .keyFile)
  }

  @Test func theFileIsLookedAtNoMoreOftenThanTheInterval() async throws {
    let keys = try Keys()
    let verifier = try TokenVerifier(jwksFile: keys.jwks, lookInterval: .seconds(3600))
    let token = try await keys.issuer.issue(.holding([.clerk]), lifetime: .seconds(60))
    try PublicKeySet().write(to: keys.jwks)
    _ = try await verifier.verify(token)
  }
}
