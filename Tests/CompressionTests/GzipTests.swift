// Gzip of messages: round trips, the borders of the limit, and every way in which input is broken.

internal import Foundation
internal import Testing

@testable internal import Compression

struct GzipTests {
  /// Bytes that look random but are the same in every run.
  static func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
  }

  @Test(arguments: [0, 1, 2, 100, 1_024, 32_767, 32_768, 32_769, 100_000, 1_000_000])
  func whatIsCompressedComesBack(count: Int) throws {
    for bytes in [Self.noise(count), [UInt8](repeating: 7, count: count)] {
      let packed = try Gzip.compress(bytes)
      #expect(try Gzip.decompress(packed, limit: count) == bytes)
    }
  }

  @Test(arguments: 1...9)
  func everyLevelComesBack(level: Int) throws {
    let bytes = Array(String(repeating: "玉林市 6.4 亿元 ", count: 500).utf8)
    let packed = try Gzip.compress(bytes, level: level)
    #expect(packed.count < bytes.count / 10)
    #expect(try Gzip.decompress(packed, limit: bytes.count) == bytes)
  }

  @Test(arguments: [1, 1_000, 32_767, 32_768, 65_536, 300_000])
  func exactlyTheLimitPassesAndOneByteMoreDoesNot(count: Int) throws {
    let packed = try Gzip.compress(Self.noise(count))
    #expect(try Gzip.decompress(packed, limit: count).count == count)
    let error = #expect(throws: CompressionError.self) {
      try Gzip.decompress(packed, limit: count - 1)
    }
    #expect(error?.code == .tooLarge)
  }

  @Test func aBombStopsAtTheLimit() throws {
    let honest = Self.noise(300_000)
    var bomb = try Gzip.compress(honest)
    // Whoever reads on to the end finds it spoilt: noise does not shrink, so a place in the packed
    // bytes is about the same place in the message.
    for index in bomb.indices.suffix(100_000) { bomb[index] = 0xFF }
    let all = #expect(throws: CompressionError.self) {
      try Gzip.decompress(bomb, limit: honest.count)
    }
    #expect(all?.code == .malformed)
    for limit in [0, 1, 32_767, 32_768, 100_000, 150_000] {
      let error = #expect(throws: CompressionError.self) {
        try Gzip.decompress(bomb, limit: limit)
      }
      #expect(error?.code == .tooLarge)
    }
    let zeros = try Gzip.compress([UInt8](repeating: 0, count: 64 << 20), level: 9)
    #expect(zeros.count < 100_000)
    let error = #expect(throws: CompressionError.self) {
      try Gzip.decompress(zeros, limit: 100_000)
    }
    #expect(error?.code == .tooLarge)
  }

  @Test func limitsMayBeAsLargeAndAsSmallAsNumbersAre() throws {
    let packed = try Gzip.compress([1, 2, 3])
    #expect(try Gzip.decompress(packed, limit: .max) == [1, 2, 3])
    let error = #expect(throws: CompressionError.self) {
      try Gzip.decompress(packed, limit: .min)
    }
    #expect(error?.code == .tooLarge)
    #expect(try Gzip.decompress(try Gzip.compress([]), limit: -1) == [])
  }

  @Test func manyMembersAreOneMessage() throws {
    let parts = (0..<5).map { Self.noise(10_000, seed: $0) }
    let packed = try parts.flatMap { try Gzip.compress($0) }
    #expect(try Gzip.decompress(packed, limit: 50_000) == parts.flatMap { $0 })
    let error = #expect(throws: CompressionError.self) {
      try Gzip.decompress(packed, limit: 49_999)
    }
    #expect(error?.code == .tooLarge)
  }

  @Test func everyTruncationIsNoticed() throws {
    let packed = try Gzip.compress(Array("the statistics of 2013".utf8))
    for count in 0..<packed.count {
      let error = #expect(throws: CompressionError.self) {
        try Gzip.decompress(Array(packed[..<count]), limit: 1_000)
      }
      #expect(error?.code == .truncated, "cut at \(count)")
    }
  }

  @Test func bytesAfterTheEndAreRefused() throws {
    let packed = try Gzip.compress([1, 2, 3])
    for tail: [UInt8] in [[0], [0x1E, 0x8B], Array("garbage".utf8)] {
      let error = #expect(throws: CompressionError.self) {
        try Gzip.decompress(packed + tail, limit: 100)
      }
      #expect(error?.code == .trailingGarbage)
    }
    // What looks like another member must be one.
    let error = #expect(throws: CompressionError.self) {
      try Gzip.decompress(packed + [0x1F, 0x00], limit: 100)
    }
    #expect(error?.code == .malformed)
  }

  @Test func aFlippedBitNeverChangesTheContentUnnoticed() throws {
    let bytes = Self.noise(200)
    let packed = try Gzip.compress(bytes)
    var noticed = 0
    for index in packed.indices {
      for bit in 0..<8 {
        var broken = packed
        broken[index] ^= 1 << bit
        // Some bits mean nothing: the time in the header, the padding of a block.
        do {
          #expect(try Gzip.decompress(broken, limit: 1_000) == bytes, "byte \(index)")
        } catch {
          noticed += 1
        }
      }
    }
    #expect(noticed > 200 * 8)
  }

  @Test func otherFormatsAreRefused() {
    for bytes: [UInt8] in [[0x78, 0x9C, 0x03, 0x00, 0, 0, 0, 1], Array("{}".utf8), [0, 0, 0, 0]] {
      let error = #expect(throws: CompressionError.self) {
        try Gzip.decompress(bytes, limit: 100)
      }
      #expect(error?.code == .malformed)
    }
  }

  @Test func noiseNeverTraps() {
    for seed in 0..<2_000 {
      var bytes = Self.noise(seed % 97, seed: UInt64(seed))
      if seed % 2 == 0, bytes.count > 3 { bytes.replaceSubrange(0..<3, with: [0x1F, 0x8B, 8]) }
      _ = try? Gzip.decompress(bytes, limit: 10_000)
    }
  }

  @Test func aStateThatFailedServesTheNextMessage() throws {
    let good = try Gzip.compress([9, 9, 9])
    for _ in 0..<20 {
      _ = try? Gzip.decompress([0x1F, 0x8B, 8, 0, 1], limit: 10)
      #expect(try Gzip.decompress(good, limit: 3) == [9, 9, 9])
    }
  }

  @Test func manyThreadsDoNotMixUpTheirMessages() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for seed in 0..<16 {
        group.addTask {
          for round in 0..<20 {
            let bytes = Self.noise(5_000 + round, seed: UInt64(seed))
            let back = try Gzip.decompress(try Gzip.compress(bytes), limit: bytes.count)
            #expect(back == bytes)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func theSystemsOwnGunzipReadsWhatWeWrite() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-dc"]
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    input.fileHandleForWriting.write(Data(try Gzip.compress(Array("独立的解压".utf8))))
    try input.fileHandleForWriting.close()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(String(decoding: said, as: UTF8.self) == "独立的解压")
  }
}
