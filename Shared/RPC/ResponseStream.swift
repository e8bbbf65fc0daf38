// The caller's end of a server stream.

internal import Synchronization
public import Wire

/// The messages of a server-streaming answer, in order.
///
/// Iterating takes messages as fast as the loop body does; the server is slowed down to that. The
/// sequence ends when the server ended it well and throws an `RPCError` otherwise. It can be
/// iterated once. Letting go of it, or cancelling the task that iterates, cancels the call.
public struct ResponseStream<Message: WireMessage>: AsyncSequence, Sendable {
  public typealias Element = Message

  private let source: any ResponseStreamSource<Message>

  /// A stream over a source of one's own, for channels other than this package's.
  public init(source: some ResponseStreamSource<Message>) {
    self.source = source
  }

  /// The headers of the answer.
  public var headers: Metadata { source.headers }

  /// The trailers of the answer; empty until the stream has ended.
  public var trailers: Metadata { source.trailers }

  /// Stops the call. A waiting iterator throws `canceled`.
  public func cancel() { source.cancel() }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source) }

  public struct AsyncIterator: AsyncIteratorProtocol {
    private let source: any ResponseStreamSource<Message>

    fileprivate init(source: any ResponseStreamSource<Message>) { self.source = source }

    public mutating func next() async throws -> Message? {
      try await source.next()
    }

    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws -> Message? {
      try await source.next()
    }
  }
}

/// Where the messages of a `ResponseStream` come from. Releasing the source cancels the call.
public protocol ResponseStreamSource<Message>: AnyObject, Sendable {
  associatedtype Message: WireMessage
  var headers: Metadata { get }
  var trailers: Metadata { get }
  /// The next message, or nil at the end. Called by one task at a time.
  func next() async throws -> Message?
  func cancel()
}
