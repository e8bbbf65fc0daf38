// Makes authorities and certificates for one test, in a folder that goes with it.

internal import Foundation
internal import Synchronization
internal import TLS

/// A folder with certificates made by the command `openssl`.
final class Workshop: Sendable {
  let folder: URL
  private let serial = Atomic<Int>(0)

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "lianshe-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let configuration = "[req]\ndistinguished_name = name\nprompt = no\n[name]\nCN = test\n"
    try Data(configuration.utf8).write(to: folder.appendingPathComponent("openssl.cnf"))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private static let keyType = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

  /// Makes an authority.
  func authority(_ name: String = "ca") throws -> Authority {
    try run(
      ["req", "-x509", "-config", path("openssl.cnf")] + Self.keyType + [
        "-keyout", path("\(name).key"), "-out", path("\(name).pem"), "-days", "2",
        "-subj", "/CN=authority \(name)", "-addext", "basicConstraints=critical,CA:TRUE",
        "-addext", "keyUsage=critical,keyCertSign",
      ])
    return Authority(workshop: self, name: name)
  }

  /// A certificate and its key.
  ///
  /// - Parameters:
  ///   - names: as openssl writes them: `DNS:localhost`, `IP:127.0.0.1`, `URI:spiffe://a/b`.
  ///   - isExpired: the certificate ended yesterday.
  fileprivate func issue(
    _ authority: String, _ names: [String], isExpired: Bool
  ) throws -> TLSFiles {
    let name = "leaf\(serial.add(1, ordering: .relaxed).newValue)"
    let (key, certificate) = (path("\(name).key"), path("\(name).pem"))
    try run(
      ["req", "-new", "-config", path("openssl.cnf")] + Self.keyType + [
        "-keyout", key, "-out", path("\(name).csr"), "-subj", "/CN=localhost",
      ])
    let extensions = names.isEmpty ? "" : "subjectAltName=\(names.joined(separator: ","))\n"
    try Data((extensions + "basicConstraints=CA:FALSE\n").utf8).write(
      to: URL(fileURLWithPath: path("\(name).ext")))
    try run([
      "x509", "-req", "-in", path("\(name).csr"), "-CA", path("\(authority).pem"),
      "-CAkey", path("\(authority).key"), "-set_serial",
      "\(name.utf8.reduce(1) { $0 * 31 + Int($1) } & 0xFFFF_FFFF)",
      "-days", isExpired ? "-1" : "1", "-extfile", path("\(name).ext"), "-out", certificate,
    ])
    return TLSFiles(certificate: certificate, key: key)
  }

  private func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw WorkshopError(text: String(decoding: text, as: UTF8.self))
    }
  }
}

struct WorkshopError: Error {
  let text: String
}

/// An authority of a workshop.
struct Authority: Sendable {
  let workshop: Workshop
  let name: String

  var path: String { workshop.path("\(name).pem") }

  /// What a server on this machine needs, and the authority for its clients where it asks for them.
  func server(
    _ names: [String] = ["DNS:localhost", "IP:127.0.0.1"], clients: Authority? = nil,
    isExpired: Bool = false
  ) throws -> TLSFiles {
    var files = try workshop.issue(name, names, isExpired: isExpired)
    files.authorities = clients?.path
    return files
  }

  /// What a client needs that trusts a server of this authority, and shows a certificate of its own.
  func client(
    _ names: [String] = ["URI:spiffe://test/client", "DNS:client.test"],
    trusting authority: Authority? = nil, isExpired: Bool = false
  ) throws -> TLSFiles {
    var files = try workshop.issue(name, names, isExpired: isExpired)
    files.authorities = (authority ?? self).path
    return files
  }

  /// What a client needs that shows no certificate.
  var anonymous: TLSFiles { TLSFiles(authorities: path) }
}

/// Puts other certificates and another key where the first ones are, as a tool that renews them does.
func replace(_ files: TLSFiles, with others: TLSFiles) throws {
  for (old, new) in [
    (files.certificate, others.certificate), (files.key, others.key),
    (files.authorities, others.authorities),
  ] {
    guard let old, let new, old != new else { continue }
    let temporary = old + ".new"
    try? FileManager.default.removeItem(atPath: temporary)
    try FileManager.default.copyItem(atPath: new, toPath: temporary)
    guard rename(temporary, old) == 0 else { throw WorkshopError(text: "rename \(old)") }
  }
}
