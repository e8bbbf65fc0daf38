internal import Foundation
internal import GatewayAPI
internal import GatewayClients
internal import GatewaySupport
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdTesting
internal import NIOCore
internal import Testing

/// The HTTP face over services in memory.
struct Face {
  let registry: FakeChannel
  let statistics: FakeChannel
  let face: HTTPFace

  init(
    registry: FakeChannel = Sample.registry.channel(),
    statistics: FakeChannel = Sample.statistics.channel(), limits: HTTPLimits = HTTPLimits()
  ) {
    self.registry = registry
    self.statistics = statistics
    let backends = Backends(registry: registry, statistics: statistics)
    var readerLimits = ReaderLimits()
    readerLimits.reserve = .milliseconds(50)
    let reports = ReportReader(
      backends: backends, limits: readerLimits, now: { "2026-01-02T03:04:05Z" })
    face = HTTPFace(backends: backends, reports: reports, limits: limits)
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
