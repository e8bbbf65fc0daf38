// Which call the current task serves, so that every line logged on its behalf carries its trace.

internal import Logging
internal import RPC

enum CallScope {
  /// Set around each handler by `TelemetryInterceptor`. The context makes its trace only when a
  /// line asks for it.
  @TaskLocal static var current: CallContext?

  static let metadataProvider = Logger.MetadataProvider {
    guard let trace = current?.trace else { return [:] }
    return [
      JSONLogHandler.traceKey: .string(trace.traceID),
      JSONLogHandler.spanKey: .string(trace.spanID),
    ]
  }
}
