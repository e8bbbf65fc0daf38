// Files that are of no use, and how that is said.

internal import Foundation
internal import RPC
internal import TLS
internal import Testing

struct FileTests {
  private let workshop: Workshop
  private let authority: Authority

  init() throws {
    workshop = try Workshop()
    authority = try workshop.authority()
  }

  private func problem(_ files: TLSFiles, limits: TLSLimits = TLSLimits()) -> TLSError? {
    var options = TLSServerOptions(files: files)
    options.limits = limits
    return #expect(throws: TLSError.self) { try TLSServer(options) }
  }

  @Test func eachFileIsNamedThatCannotBeRead() throws {
    let good = try authority.server(clients: authority)
    let missing = workshop.path("missing")
    for path in [\TLSFiles.certificate, \.key, \.authorities] {
      var files = good
      files[keyPath: path] = missing
      let error = problem(files)
      #expect(error?.code == .unreadable)
      #expect(error?.path == missing)
      #expect(error?.description.contains("No such file") == true)
      files[keyPath: path] = workshop.folder.path
      #expect(problem(files)?.english == "is not a file")
    }
  }

  @Test func eachFileIsNamedThatHoldsNothingOfUse() throws {
    let good = try authority.server(clients: authority)
    let text = workshop.path("text")
    try Data("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8).write(
      to: URL(fileURLWithPath: text))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: text)
    for path in [\TLSFiles.certificate, \.key, \.authorities] {
      var files = good
      files[keyPath: path] = text
      let error = problem(files)
      #expect(error?.code == .malformed)
      #expect(error?.path == text)
    }
  }

  @Test func aKeyOfAnotherCertificateIsRefused() throws {
    var files = try authority.server()
    files.key = try authority.server().key
    let error = problem(files)
    #expect(error?.code == .mismatched)
    #expect(error?.path == files.key)
  }

  @Test func anExpiredCertificateIsRefused() throws {
    let files = try authority.server(isExpired: true)
    let error = problem(files)
    #expect(error?.code == .expired)
    #expect(error?.path == files.certificate)
  }

  @Test func aKeyThatEverybodyMayReadIsRefused() throws {
    let files = try authority.server()
    let key = try #require(files.key)
    for (mode, isTaken) in [(0o644, false), (0o602, false), (0o640, true), (0o400, true)] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: key)
      if isTaken {
        _ = try TLSServer(TLSServerOptions(files: files))
      } else {
        #expect(problem(files)?.code == .exposed)
      }
    }
  }

  @Test func aFileOverTheLimitIsRefused() throws {
    let files = try authority.server()
    let certificate = try #require(files.certificate)
    var limits = TLSLimits()
    limits.maximumFileBytes = try Data(contentsOf: URL(fileURLWithPath: certificate)).count
    var options = TLSServerOptions(files: files)
    options.limits = limits
    _ = try TLSServer(options)
    limits.maximumFileBytes -= 1
    #expect(problem(files, limits: limits)?.code == .unreadable)
  }

  @Test func halvesOfAPairAreRefused() throws {
    var files = try authority.server()
    files.key = nil
    #expect(problem(files)?.code == .incomplete)
    files = TLSFiles(key: try authority.server().key)
    #expect(problem(files)?.code == .incomplete)
    #expect(problem(TLSFiles())?.code == .incomplete)
    let options = TLSServerOptions(files: try authority.server(), clientNames: [.init("a")])
    let error = #expect(throws: TLSError.self) { try TLSServer(options) }
    #expect(error?.code == .incomplete)
    #expect(throws: TLSError.self) {
      try TLSClient(TLSClientOptions(files: TLSFiles(certificate: workshop.path("ca.pem"))))
    }
  }

  @Test func theEndOfACertificateIsKnown() throws {
    let server = try TLSServer(TLSServerOptions(files: authority.server()))
    let day = 86_400.0
    let left = Double(try #require(server.expiry)) - Date().timeIntervalSince1970
    #expect(left > day - 3_600 && left <= day)
    #expect(try TLSClient(TLSClientOptions(files: authority.anonymous)).expiry == nil)
  }
}
