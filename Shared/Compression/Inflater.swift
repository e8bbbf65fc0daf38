// Owner of one zlib state for reading.

private import CZlib

/// Decompresses messages one after another.
///
/// `@unchecked Sendable`: an inflater is used by whoever took it out of the pool, and by nobody else
/// until it is put back.
final class Inflater: @unchecked Sendable {
  /// How much is inflated at a time.
  private static let chunkBytes = 32_768

  // zlib keeps a pointer back to its z_stream, so the struct may not move: it lives on the heap.
  private let stream: UnsafeMutablePointer<z_stream>
  private let chunk: UnsafeMutableBufferPointer<UInt8>

  init() throws(CompressionError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    chunk = .allocate(capacity: Self.chunkBytes)
    guard lianshe_gzip_inflate_init(stream) == Z_OK else {
      stream.deallocate()
      chunk.deallocate()
      throw CompressionError(.internal, "decompression could not be set up")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    chunk.deallocate()
  }

  func decompress(_ bytes: [UInt8], limit: Int) throws(CompressionError) -> [UInt8] {
    let limit = max(limit, 0)
    guard let inputCount = UInt32(exactly: bytes.count) else {
      throw CompressionError(.internal, "the message is too large to decompress")
    }
    guard inflateReset(stream) == Z_OK else {
      throw CompressionError(.internal, "decompression could not be set up")
    }
    var output: [UInt8] = []
    // The guess of fourfold is only a start; what the peer claims is never reserved.
    output.reserveCapacity(min(max(bytes.count, 64) * 4, Self.chunkBytes, limit))
    let failure: CompressionError? = bytes.withUnsafeBufferPointer { input in
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.pointee.avail_in = inputCount
      defer {
        stream.pointee.next_in = nil
        stream.pointee.next_out = nil
      }
      return inflateMembers(of: input, into: &output, limit: limit)
    }
    if let failure { throw failure }
    return output
  }

  /// Inflates until the input is used up at the end of a member. RFC 1952, 2.2: a file is a series
  /// of members, and its content is theirs one after another.
  private func inflateMembers(
    of input: UnsafeBufferPointer<UInt8>, into output: inout [UInt8], limit: Int
  ) -> CompressionError? {
    while true {
      // One byte beyond the limit, to see that there is one.
      let room = min(Self.chunkBytes - 1, limit - output.count) + 1
      stream.pointee.next_out = chunk.baseAddress
      stream.pointee.avail_out = UInt32(clamping: room)
      let status = inflate(stream, Z_NO_FLUSH)
      let produced = room - Int(stream.pointee.avail_out)
      output.append(contentsOf: chunk[..<produced])
      guard output.count <= limit else {
        return CompressionError(.tooLarge, "the decompressed message is over \(limit) bytes")
      }
      let unread = Int(stream.pointee.avail_in)
      switch status {
      case Z_STREAM_END where unread == 0:
        return nil
      case Z_STREAM_END:
        guard input[input.count - unread] == 0x1F else {
          return CompressionError(.trailingGarbage, "bytes follow the end of the gzip stream")
        }
        guard inflateReset(stream) == Z_OK else {
          return CompressionError(.internal, "decompression could not be set up")
        }
      case Z_OK:
        continue
      // No progress possible: the input has ended before the stream did.
      case Z_BUF_ERROR:
        return CompressionError(.truncated, "the gzip stream is cut short")
      case Z_MEM_ERROR:
        return CompressionError(.internal, "no memory to decompress")
      default:
        return CompressionError(.malformed, "the gzip stream is malformed")
      }
    }
  }
}
