// A handler's way to its stream. Handlers run on the loop unless they chose otherwise; both work.

internal import NIOCore
internal import RPC
internal import Synchronization

/// Stands for one wait for room, so that a cancelled wait can be found.
final class WriterToken: Sendable {
  private let cancelled = Atomic<Bool>(false)

  var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
  func cancel() { cancelled.store(true, ordering: .releasing) }
}

final class StreamSink: ResponseSink {
  private let loop: any EventLoop
  private let stream: NIOLoopBound<ServerStream>

  init(_ stream: ServerStream) {
    loop = stream.connection.loop
    self.stream = NIOLoopBound(stream, eventLoop: stream.connection.loop)
  }

  func writeHead(_ head: ResponseHead) async throws {
    try await onLoop { stream in try stream.sendHead(head) }
  }

  func write(_ bytes: [UInt8]) async throws {
    let hasRoom = try await onLoop { stream in try stream.send(bytes) }
    if !hasRoom { try await waitForRoom() }
  }

  private func waitForRoom() async throws {
    let token = WriterToken()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        perform { stream in stream.addWriter(token, continuation) }
      }
    } onCancel: {
      // The token is marked first: whichever of the two reaches the loop first, the wait ends.
      token.cancel()
      perform { stream in stream.cancelWriter(token) }
    }
  }

  private func onLoop<Value: Sendable>(
    _ body: @escaping @Sendable (ServerStream) throws -> Value
  ) async throws -> Value {
    if loop.inEventLoop { return try body(stream.value) }
    return try await loop.submit { [stream] in try body(stream.value) }.get()
  }

  private func perform(_ body: @escaping @Sendable (ServerStream) -> Void) {
    if loop.inEventLoop {
      body(stream.value)
    } else {
      loop.execute { [stream] in body(stream.value) }
    }
  }
}
