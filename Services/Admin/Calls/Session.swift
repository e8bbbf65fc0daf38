// What a command works with: a console, the way to the services, and who is asking.

internal import GatewayMessages
internal import RPC
internal import RegistryMessages
internal import StatisticsMessages

/// One run of a command.
struct Session: Sendable {
  let console: Console
  let channels: any Channels
  /// Sent with every call; nil for an anonymous caller.
  let token: String?
  /// How long one call may take.
  let timeout: Duration

  var language: Language { console.language }

  /// Options for one call.
  func options(timeout: Duration? = nil) throws -> CallOptions {
    var options = CallOptions(timeout: timeout ?? self.timeout)
    if let token {
      do {
        try options.metadata.set("Bearer \(token)", for: "authorization")
      } catch {
        throw Failure(
          .permission, "令牌里有不能发送的字符，请检查 --token 或 LIANSHE_TOKEN",
          "the token has characters that cannot be sent; check --token or LIANSHE_TOKEN")
      }
    }
    return options
  }

  func registry() throws -> RegistryServiceClient {
    RegistryServiceClient(channel: try channels.channel(to: .registry))
  }

  func statistics() throws -> StatisticsServiceClient {
    StatisticsServiceClient(channel: try channels.channel(to: .statistics))
  }

  func texts() throws -> TemplateServiceClient {
    TemplateServiceClient(channel: try channels.channel(to: .gateway))
  }

  func publications() throws -> PublicationServiceClient {
    PublicationServiceClient(channel: try channels.channel(to: .gateway))
  }

  func reports() throws -> ReportServiceClient {
    ReportServiceClient(channel: try channels.channel(to: .gateway))
  }

  /// Runs calls of one service; what they throw ends the command with that service's name.
  func calling<Value>(
    _ service: ServiceName, _ body: () async throws -> Value
  ) async throws -> Value {
    do {
      return try await body()
    } catch let error as RPCError {
      if error.code == .canceled, Task.isCancelled { throw CancellationError() }
      throw Failure(error, target: channels.target(service))
    }
  }

  /// An id for a change that may be sent twice and happens once.
  static func newRequestID() -> String { RequestID.make() }
}
