internal import Access
internal import Foundation
internal import Testing

@testable internal import Admin

@Suite struct KeyFolderTests {
  private let clerk = Principal(
    subject: "zhang.san", name: "张三", organisation: "450900", roles: [.clerk])

  @Test func aNewFolderHoldsAPrivateKeyForItsOwnerAndAPublicOneForAll() throws {
    let folder = try Folder()
    let keys = KeyFolder(path: "\(folder.path)/keys")
    let id = try keys.generate(replacing: false)
    #expect(try PublicKeySet(file: keys.publicKeys).keyIDs == [id])
    let attributes = try FileManager.default.attributesOfItem(atPath: keys.privateKey)
    #expect(attributes[.posixPermissions] as? NSNumber == 0o600)
  }

  @Test func aKeyIsReplacedOnlyWhenAskedAndTheOldOneStaysListed() async throws {
    let folder = try Folder()
    let keys = KeyFolder(path: folder.path)
    let first = try keys.generate(replacing: false)
    #expect(try await failure { _ = try keys.generate(replacing: false) }?.exitCode == .conflict)
    let old = try await keys.issue(clerk, lifetime: .seconds(60))
    let second = try keys.generate(replacing: true)
    #expect(try PublicKeySet(file: keys.publicKeys).keyIDs == [first, second].sorted())
    let verifier = try TokenVerifier(jwksFile: keys.publicKeys, lookInterval: .zero)
    _ = try await verifier.verify(old)
    #expect(try await verifier.verify(keys.issue(clerk, lifetime: .seconds(60))) == clerk)
    try keys.retire(first)
    await #expect(throws: AccessError.self) { try await verifier.verify(old) }
    #expect(try await failure { try keys.retire(first) }?.exitCode == .notFound)
  }

  @Test func aTokenIsDescribedInBothLanguages() async throws {
    let folder = try Folder()
    let keys = KeyFolder(path: folder.path)
    _ = try keys.generate(replacing: false)
    let token = try await keys.issue(clerk, lifetime: .seconds(60))
    let chinese = try await keys.describe(token, language: .zh).joined(separator: "\n")
    for part in ["zhang.san", "张三", "450900", "clerk 录入员", "有效"] {
      #expect(chinese.contains(part))
    }
    let later = Date().addingTimeInterval(3600)
    let english = try await keys.describe(token, language: .en, now: later)
      .joined(separator: "\n")
    #expect(english.contains("expired"))
    #expect(
      try await failure { _ = try await keys.describe("x", language: .en) }?.exitCode == .invalid)
  }

  @Test func withoutAKeyIssuingSaysHowToMakeOne() async throws {
    let folder = try Folder()
    let failure = try await failure {
      _ = try await KeyFolder(path: folder.path).issue(clerk, lifetime: .seconds(60))
    }
    #expect(failure?.exitCode == .notFound)
    #expect(failure?.english.contains("token keygen") == true)
  }

  @Test(arguments: [
    Principal(subject: "", name: "", organisation: "450900", roles: [.clerk]),
    Principal(subject: "x", name: "", organisation: "4509", roles: [.clerk]),
  ])
  func whatNoServerWouldTakeIsNotIssued(principal: Principal) async throws {
    let folder = try Folder()
    let keys = KeyFolder(path: folder.path)
    _ = try keys.generate(replacing: false)
    let failure = try await failure {
      _ = try await keys.issue(principal, lifetime: .seconds(60))
    }
    #expect(failure?.exitCode == .invalid)
  }

  @Test func rolesAreReadFromAList() async throws {
    #expect(try RoleNames.read("clerk,reader") == [.clerk, .reader])
    #expect(try RoleNames.read("clerk， statistician") == [.clerk, .statistician])
    for text in ["", " ", "emperor", "clerk,emperor"] {
      #expect(try await failure { _ = try RoleNames.read(text) }?.exitCode == .invalid)
    }
  }
}

@Suite struct TokenSourceTests {
  private func source(
    flag: String? = nil, file: String? = nil, environment: [String: String] = [:],
    defaultFile: String = "/nowhere"
  ) -> TokenSource {
    TokenSource(
      flag: flag, fileFlag: file, environment: environment, defaultFile: defaultFile)
  }

  @Test func theOptionWinsThenTheVariableThenTheFile() throws {
    let folder = try Folder()
    let file = try folder.file("operator.token", "from-file\n")
    let console = Screen().console()
    let environment = ["LIANSHE_TOKEN": "from-variable"]
    #expect(
      try source(flag: " given ", file: file, environment: environment).token(console: console)
        == "given")
    #expect(
      try source(file: file, environment: environment).token(console: console) == "from-variable")
    #expect(try source(file: file).token(console: console) == "from-file")
    #expect(try source(defaultFile: file).token(console: console) == "from-file")
    #expect(try source().token(console: console) == nil)
  }

  @Test func aNamedFileThatIsNotThereIsAnError() async throws {
    let failure = try await failure {
      _ = try source(file: "/nowhere/x.token").token(console: Screen().console())
    }
    #expect(failure?.exitCode == .invalid)
  }

  @Test func anExpiredTokenThatNobodyNamedStaysAtHomeWithANote() async throws {
    let folder = try Folder()
    let keys = KeyFolder(path: folder.path)
    _ = try keys.generate(replacing: false)
    let token = try await keys.issue(
      Principal(subject: "x", name: "", organisation: "450000", roles: []), lifetime: .seconds(60))
    let file = try folder.file("operator.token", token)
    let later = Date().addingTimeInterval(3600)
    let screen = Screen()
    #expect(try source(defaultFile: file).token(console: screen.console(), now: later) == nil)
    #expect(screen.notes.contains("已过期"))
    // One that somebody named is sent, and the service says what is wrong with it.
    #expect(try source(file: file).token(console: screen.console(), now: later) == token)
    #expect(try source(defaultFile: file).token(console: screen.console()) == token)
  }
}
