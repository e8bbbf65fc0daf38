// Asks a server for its health, the way it asks everybody to: `grpc.health.v1.Health/Check`.

internal import FoundationEssentials
internal import RPC

enum HealthQuestion {
  private struct Answer: Decodable {
    var status: String?
  }

  private static let path = "/grpc.health.v1.Health/Check"
  private static let maximumBytes = 1_024

  /// Whether the server says that it serves.
  static func ask(_ link: ClientLink, timeout: Duration) async -> Bool {
    let request = RawRequest(
      path: path,
      fields: [
        .init("content-type", "application/json"), .init("connect-protocol-version", "1"),
      ],
      body: Array("{}".utf8), deadline: CallInstant.now.advanced(by: timeout))
    guard case .success(let answer) = await link.unary(request, maximumBytes: maximumBytes),
      answer.head.status == 200,
      let said = try? JSONDecoder().decode(Answer.self, from: Data(answer.body))
    else { return false }
    return said.status == "SERVING"
  }
}
