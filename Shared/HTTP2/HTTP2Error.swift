// Why a command was refused. Commands never trap: a stream may have been closed by the peer a
// microsecond before the owner speaks of it.

/// A command that could not be carried out. The session itself stays usable unless `code` is
/// `sessionFailed`.
public struct HTTP2Error: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    /// No such stream, or it is already closed or released.
    case streamClosed
    /// The command does not fit the stream's state: a second response, data before the head or
    /// after the end.
    case invalidState
    /// A GOAWAY was sent or received: no new stream on this connection.
    case goingAway
    /// All 2^30 stream numbers of this connection are used: open another connection.
    case streamIDsExhausted
    /// The fields are empty, too many, or too long for one header block.
    case invalidHeaders
    /// The connection has ended with an error.
    case sessionFailed
    /// nghttp2 is out of memory or refused for a reason that is ours; `message` has its words.
    case `internal`
  }

  public let code: Code
  public let message: String

  public init(code: Code, message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { "\(code): \(message)" }
}
