// Where RPC meets the codec library: its errors become RPC errors here and nowhere else.

internal import Compression

extension ContentCoding {
  /// Compresses an outgoing message.
  static func deflate(_ bytes: [UInt8]) throws(RPCError) -> [UInt8] {
    do {
      return try Gzip.compress(bytes)
    } catch {
      throw RPCError(.internal, "a message could not be compressed", cause: error)
    }
  }

  /// Decompresses a received message. Zero bytes are an empty message whatever the coding says.
  func inflate(_ bytes: [UInt8], limit: Int) throws(RPCError) -> [UInt8] {
    switch self {
    case .identity: return bytes
    case .gzip:
      if bytes.isEmpty { return bytes }
      do {
        return try Gzip.decompress(bytes, limit: limit)
      } catch {
        switch error.code {
        case .tooLarge:
          throw RPCError(.resourceExhausted, error.message, cause: error)
        case .internal:
          throw RPCError(.internal, "a message could not be decompressed", cause: error)
        case .malformed, .truncated, .trailingGarbage:
          throw RPCError(.invalidArgument, error.message, cause: error)
        }
      }
    }
  }
}
