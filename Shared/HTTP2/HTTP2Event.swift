// What a session tells its owner. Events are plain values: they are queued by `receive`,
// `takeOutput`, `checkTimeouts` and `connectionLost`, and taken with `popEvent`.

/// Something that happened on the connection, in the order in which it happened.
public enum HTTP2Event: Hashable, Sendable {
  /// Server: a request head. The owner must call `release` once for each, when its handler ended.
  case request(StreamID, [HeaderField], endStream: Bool)

  /// Client: the final response head. Informational (1xx) heads are dropped.
  case responseHead(StreamID, [HeaderField], endStream: Bool)

  /// Body bytes. They stay charged to the flow-control windows until `consume`. `endStream` may
  /// come with zero bytes.
  case data(StreamID, [UInt8], endStream: Bool)

  /// Trailer fields; they always end the peer's side of the stream.
  case trailers(StreamID, [HeaderField])

  /// A head or trailer block over `maxHeaderBytes` or `maxHeaderFields`. A server answers 431 and
  /// releases; a client resets and releases. Body bytes of this stream are dropped.
  case headersTooLarge(StreamID, endStream: Bool)

  /// The stream is over: `noError` after a full exchange, otherwise the code of the reset.
  /// `refusedStream` on a client means that the request was not processed and may be sent again.
  case streamClosed(StreamID, HTTP2ErrorCode)

  /// Everything that this stream had buffered is in the output, after `sendData` had answered that
  /// there was no room: the producer may go on.
  case windowAvailable(StreamID)

  /// The peer's SETTINGS came or changed.
  case remoteSettings(RemoteSettings)

  /// The peer will process no stream above `lastStream`; those get `streamClosed(refusedStream)`.
  case remoteGoAway(lastStream: StreamID, HTTP2ErrorCode)

  /// The answer to `ping`.
  case pingAcknowledged(UInt64)

  /// Server: the first bytes are not the HTTP/2 preface (an HTTP/1.1 request, TLS, noise).
  /// `prefix` holds at most the first 256 bytes. The session has failed and sends nothing; the
  /// owner may answer in the peer's language and must close.
  case notHTTP2(prefix: [UInt8])

  /// The connection is over. Every open stream has got its `streamClosed` before. The owner writes
  /// what `takeOutput` gives (the GOAWAY) and closes.
  case connectionError(HTTP2ErrorCode, reason: String)
}

/// The part of the peer's SETTINGS that an owner acts on.
public struct RemoteSettings: Hashable, Sendable {
  /// How many streams this side may have open at once.
  public var maxConcurrentStreams: UInt32
  /// The window that the peer gives to each new stream.
  public var initialWindowSize: UInt32
  /// The largest header list that the peer says it takes, by the count of RFC 9113, 6.5.2.
  public var maxHeaderListSize: UInt32

  public init(maxConcurrentStreams: UInt32, initialWindowSize: UInt32, maxHeaderListSize: UInt32) {
    self.maxConcurrentStreams = maxConcurrentStreams
    self.initialWindowSize = initialWindowSize
    self.maxHeaderListSize = maxHeaderListSize
  }
}
