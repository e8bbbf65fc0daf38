internal import GatewayDomain
internal import Foundation
internal import GatewayAPI
internal import GatewayClients
internal import GatewayStorage
internal import GatewaySupport
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdTesting
internal import NIOCore
internal import Storage
internal import Testing

/// The HTTP face over services in memory.
struct Face {
  let registry: FakeChannel
  let statistics: FakeChannel
  let exhibitions: FakeChannel
  let talent: FakeChannel
  let face: HTTPFace
  let books: Books
  let desk: PublicationDesk

  init(
    registry: FakeChannel = Sample.registry.channel(),
    statistics: FakeChannel = Sample.statistics.channel(),
    exhibitions: FakeChannel = MemoryEntries(.exhibitions).channel(),
    talent: FakeChannel = MemoryEntries(.talent).channel(), limits: HTTPLimits = HTTPLimits()
  ) async throws {
    self.registry = registry
    self.statistics = statistics
    self.exhibitions = exhibitions
    self.talent = talent
    books = try await Books()
    let backends = Backends(
      registry: registry, statistics: statistics, exhibitions: exhibitions, talent: talent)
    var readerLimits = ReaderLimits()
    readerLimits.reserve = .milliseconds(50)
    let reports = ReportReader(
      backends: backends, texts: books.library, limits: readerLimits,
      now: { "2026-01-02T03:04:05Z" })
    desk = PublicationDesk(database: books.database, reports: reports)
    face = HTTPFace(
      backends: backends, reports: reports, library: books.library, desk: desk, limits: limits)
  }

  /// One GET request, through router and middleware.
  func get(
    _ uri: String, accept: String? = nil, headers: [String: String] = [:],
    method: HTTPRequest.Method = .get
  ) async throws -> Reply {
    var fields = HTTPFields()
    if let accept { fields[.accept] = accept }
    for (name, value) in headers {
      fields[try #require(HTTPField.Name(name))] = value
    }
    let sent = fields
    return try await Application(router: face.router()).test(.router) { client in
      try await client.execute(uri: uri, method: method, headers: sent) { response in
        Reply(
          status: response.status.code, headers: response.headers,
          body: Data(buffer: response.body))
      }
    }
  }
}

/// What the gateway keeps, in a file that goes away with the test.
final class Books: Sendable {
  let database: Database
  let library: ReportLibrary
  private let folder: String

  init() async throws {
    folder = NSTemporaryDirectory() + "lianshe-gateway-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    database = try await Database.open(try DatabaseURL("sqlite:\(folder)/gateway.sqlite"))
    try await database.migrate(GatewayMigrations.all)
    library = ReportLibrary(database: database)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }
}

/// An answer of the face.
struct Reply: Sendable {
  let status: Int
  let headers: HTTPFields
  let body: Data

  var text: String { String(decoding: body, as: UTF8.self) }
  var contentType: String { headers[.contentType] ?? "" }

  func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

  func object() throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: body)
    return try #require(value as? [String: Any])
  }
}

extension Data {
  fileprivate init(buffer: ByteBuffer) { self.init(buffer.readableBytesView) }
}
