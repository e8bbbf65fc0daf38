// What can go wrong with a listener itself, or below HTTP/2. Calls fail with `RPCError`.

/// A listener that could not be started, was used after its end, or was lost; a connection that
/// could not be made secure.
public struct TransportError: Error, Sendable, CustomStringConvertible {
  public enum Code: Sendable, Hashable {
    /// Another program listens there.
    case addressInUse
    /// The address is not one of this machine, or may not be used.
    case addressUnavailable
    /// The address cannot be read.
    case invalidAddress
    /// The listener was started before, or has ended.
    case invalidState
    /// The system has closed the listener while it served.
    case listenerLost
    /// A connection could not be made secure, or what secures it has broken it off.
    case notSecure
  }

  public let code: Code
  public let message: String
  public let cause: (any Error)?

  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  public var description: String { message }
}
