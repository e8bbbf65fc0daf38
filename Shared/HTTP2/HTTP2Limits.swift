// Every bound of a session, by name, each with a test: floods in `FloodTests`, header blocks in
// `HeaderLimitTests`, clocks in `PrefaceAndClockTests`, windows in `FlowControlTests`, slots in
// `StreamSlotTests`.

/// What one connection may cost us. The defaults suit a service behind a load balancer or next to
/// its peers; a listener that faces strangers may lower them.
public struct HTTP2Limits: Hashable, Sendable {
  // MARK: Streams and windows

  /// Streams that the peer may have open at once, cancelled ones whose handler still runs
  /// included. Announced in the first flight.
  public var maxConcurrentStreams: UInt32 = 256

  /// Bytes of body that one stream may send before we consume any.
  public var streamWindowBytes: UInt32 = 262_144

  /// Bytes of body that all streams together may send before we consume any: the bound of unread
  /// memory for one connection.
  public var connectionWindowBytes: UInt32 = 1_048_576

  /// `sendData` answers "no room" once a stream holds this many unsent bytes.
  public var sendBufferHighWaterBytes: Int = 65_536

  /// DATA frames leave their streams until the output that nobody has taken yet holds this many
  /// bytes. What waits beyond that stays countable in its stream (`bodyBytes`).
  public var outputBytes: Int = 65_536

  /// Requests that a client may queue before the peer's SETTINGS are known.
  public var assumedPeerConcurrentStreams: UInt32 = 100

  // MARK: Header blocks

  /// Sum of name + value + 32 over one header block (RFC 9113, 6.5.2); over it, `headersTooLarge`.
  public var maxHeaderBytes: Int = 16_384

  /// Fields in one header block; over it, `headersTooLarge`.
  public var maxHeaderFields: Int = 100

  /// The same sum over everything that one block decodes to, kept or not (HPACK bombs: a few bytes
  /// that stand for many fields); over it, the connection ends.
  public var decodedHeaderBytes: Int = 131_072

  /// CONTINUATION frames after one HEADERS frame; over it, the connection ends.
  public var maxContinuations: Int = 8

  /// Bytes of our HPACK encoder's and of our decoder's dynamic table.
  public var headerTableBytes: UInt32 = 4_096

  // MARK: Floods. Each ends the connection with ENHANCE_YOUR_CALM.

  /// PING frames, acknowledgements included.
  public var pings = RateLimit(burst: 100, perSecond: 10)

  /// SETTINGS frames, acknowledgements included.
  public var settings = RateLimit(burst: 32, perSecond: 2)

  /// Entries in one SETTINGS frame.
  public var maxSettingsEntries: Int = 32

  /// PRIORITY and PRIORITY_UPDATE frames, which we otherwise ignore.
  public var priorities = RateLimit(burst: 200, perSecond: 20)

  /// WINDOW_UPDATE frames. Each DATA frame that we send earns 16 more, so that a peer that reads
  /// in small pieces is not taken for a flood.
  public var windowUpdates = RateLimit(burst: 2_000, perSecond: 200)

  /// DATA frames without content that do not end their stream.
  public var emptyData = RateLimit(burst: 100, perSecond: 10)

  /// Frames of types that we do not know.
  public var unknownFrames = RateLimit(burst: 100, perSecond: 10)

  /// Payload bytes of frames that we do not know.
  public var unknownBytes = RateLimit(burst: 262_144, perSecond: 16_384)

  /// GOAWAY frames. A peer needs two to say goodbye.
  public var goAways = RateLimit(burst: 32, perSecond: 1)

  /// Server: RST_STREAM frames from the peer (rapid reset, CVE-2023-44487). A client takes any
  /// number: refusing streams is how a busy server asks for patience.
  public var resetsReceived = RateLimit(burst: 1_000, perSecond: 100)

  /// RST_STREAM frames that the peer made us send by breaking the rules on a stream, and malformed
  /// messages (MadeYouReset, CVE-2025-8671). Resets that our owner asked for do not count.
  public var resetsProvoked = RateLimit(burst: 200, perSecond: 20)

  /// Requests refused because `maxConcurrentStreams` slots were taken.
  public var refusals = RateLimit(burst: 2_000, perSecond: 500)

  // MARK: Clocks, looked at by `checkTimeouts`

  /// From the start of the session until the peer's preface and SETTINGS are complete.
  public var prefaceSeconds: Double = 10

  /// From the first to the last byte of one header block.
  public var headerBlockSeconds: Double = 10

  /// Without a byte of a request body that we are ready to take; the stream is reset.
  public var bodyProgressSeconds: Double = 30

  /// With bytes to send on a stream and no window from the peer; the stream is reset.
  public var stalledWriteSeconds: Double = 60

  public init() {}
}

/// A limit that a peer has come up against, by its name in `HTTP2Limits`.
public enum HTTP2Limit: String, Hashable, Sendable, CaseIterable {
  case maxConcurrentStreams
  case maxHeaderBytes
  case maxHeaderFields
  case decodedHeaderBytes
  case maxContinuations
  case maxSettingsEntries
  case pings
  case settings
  case priorities
  case windowUpdates
  case emptyData
  case unknownFrames
  case unknownBytes
  case goAways
  case resetsReceived
  case resetsProvoked
  case refusals
  /// nghttp2's own bound on PING and SETTINGS that wait to be acknowledged.
  case acknowledgements
  case prefaceSeconds
  case headerBlockSeconds
  case bodyProgressSeconds
  case stalledWriteSeconds
}
