// Why bytes could not be compressed or decompressed.

/// A failure of the gzip codec. The message is safe to send.
public struct CompressionError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: Sendable, Hashable {
    /// The decompressed size is over the limit.
    case tooLarge
    /// The input ends inside the stream.
    case truncated
    /// The input is not gzip, or its checksum or length does not fit.
    case malformed
    /// A complete stream is followed by bytes that are not another.
    case trailingGarbage
    /// zlib has no memory, or was handed more than it can count.
    case `internal`
  }

  public let code: Code
  public let message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}
