// A small server on the channel for tests that attack a process of its own, with the limits that the
// command line names. Serves until its standard input ends, so that it never outlives its test.
//
//   ChannelTarget [LIMIT=VALUE …]        durations in milliseconds, sizes in bytes
//
// Prints the port that it listens on.

internal import FixtureMessages
internal import Foundation
internal import RPC
internal import Transport

/// Limits by the names of `TransportLimits`.
enum LimitArguments {
  private static var durations: [String: WritableKeyPath<TransportLimits, Duration>] {
    [
      "prefaceTimeout": \.prefaceTimeout, "headersTimeout": \.headersTimeout,
      "bodyProgressTimeout": \.bodyProgressTimeout, "idleTimeout": \.idleTimeout,
      "keepaliveInterval": \.keepaliveInterval, "keepaliveTimeout": \.keepaliveTimeout,
      "stalledWriteTimeout": \.stalledWriteTimeout, "lingerTimeout": \.lingerTimeout,
    ]
  }

  private static var sizes: [String: WritableKeyPath<TransportLimits, Int>] {
    [
      "maximumConnections": \.maximumConnections, "maximumStreams": \.maximumStreams,
      "maximumListenerStreams": \.maximumListenerStreams,
      "streamBufferBytes": \.streamBufferBytes, "connectionBufferBytes": \.connectionBufferBytes,
      "listenerBufferBytes": \.listenerBufferBytes, "maximumHeaderFields": \.maximumHeaderFields,
    ]
  }

  /// Nil when an argument is not understood.
  static func read(_ arguments: some Sequence<String>) -> TransportLimits? {
    var limits = TransportLimits()
    for argument in arguments {
      let parts = argument.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let value = Int(parts[1]) else { return nil }
      let name = String(parts[0])
      if let duration = durations[name] {
        limits[keyPath: duration] = .milliseconds(value)
      } else if let size = sizes[name] {
        limits[keyPath: size] = value
      } else {
        return nil
      }
    }
    return limits
  }
}

guard let limits = LimitArguments.read(CommandLine.arguments.dropFirst()) else {
  FileHandle.standardError.write(Data("usage: ChannelTarget [LIMIT=VALUE …]\n".utf8))
  exit(64)
}
let target = Target()
var router = Router()
router.registerEchoService(target)
let server = ChannelServer(router: router, limits: limits)
target.isServed(by: server)
do {
  let address = try await server.start(Endpoint(host: "127.0.0.1", port: 0))
  try FileHandle.standardOutput.write(contentsOf: Data("\(address.port)\n".utf8))
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(1)
}
Thread.detachNewThread {
  // The far end of the pipe is the test; it closes when the test's process is gone, however.
  _ = try? FileHandle.standardInput.readToEnd()
  exit(0)
}
try await server.run()
