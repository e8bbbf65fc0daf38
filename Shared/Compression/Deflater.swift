// Owner of one zlib state for writing.

private import CZlib

/// Compresses messages one after another.
///
/// `@unchecked Sendable`: a deflater is used by whoever took it out of the pool, and by nobody else
/// until it is put back.
final class Deflater: @unchecked Sendable {
  // zlib keeps a pointer back to its z_stream, so the struct may not move: it lives on the heap.
  private let stream: UnsafeMutablePointer<z_stream>

  init(level: Int) throws(CompressionError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard lianshe_gzip_deflate_init(stream, Int32(clamping: level)) == Z_OK else {
      stream.deallocate()
      throw CompressionError(.internal, "compression could not be set up")
    }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  func compress(_ bytes: [UInt8]) throws(CompressionError) -> [UInt8] {
    guard deflateReset(stream) == Z_OK, let inputCount = UInt32(exactly: bytes.count) else {
      throw CompressionError(.internal, "the message is too large to compress")
    }
    let bound = Int(deflateBound(stream, UInt(inputCount)))
    guard let outputCount = UInt32(exactly: bound) else {
      throw CompressionError(.internal, "the message is too large to compress")
    }
    var status = Z_OK
    let output = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      bytes.withUnsafeBufferPointer { input in
        // zlib declares its input mutable but only reads it.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = inputCount
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = outputCount
        status = deflate(stream, Z_FINISH)
        count = bound - Int(stream.pointee.avail_out)
        stream.pointee.next_in = nil
        stream.pointee.next_out = nil
      }
    }
    guard status == Z_STREAM_END else {
      throw CompressionError(.internal, "compression failed")
    }
    return output
  }
}
