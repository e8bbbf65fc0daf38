// From bytes to text: UTF-8 with or without a byte order mark, or GB18030 as Chinese spreadsheets
// still write it. Conversion is the C library's.

internal import Glibc

/// The text of a file and how it was written.
struct FileText {
  enum Encoding: String {
    case utf8 = "UTF-8"
    case gb18030 = "GB18030"
  }

  var text: String
  var encoding: Encoding

  /// The text of a file, or what is wrong with it.
  static func decode(_ bytes: [UInt8]) -> Result<FileText, ImportFinding> {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let hasMark = bytes.starts(with: mark)
    let content = hasMark ? bytes.dropFirst(mark.count) : bytes[...]
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return .failure(
        ImportFinding(
          rule: "file.encoding", zh: "文件是UTF-16编码；请另存为UTF-8或GB18030的CSV",
          en: "the file is UTF-16; save it as CSV in UTF-8 or GB18030"))
    }
    if let position = content.firstIndex(of: 0) {
      return .failure(
        ImportFinding(
          line: line(of: position, in: bytes), rule: "file.nul", zh: "文件含有NUL字节，不是文本文件",
          en: "the file contains a NUL byte; it is not a text file"))
    }
    if let text = String(validating: content, as: UTF8.self) {
      return .success(FileText(text: text, encoding: .utf8))
    }
    let flaws = UTF8Flaws(content)
    // Almost any bytes are *some* GB18030 text, so a damaged UTF-8 file must not be taken for one.
    if hasMark || flaws.isMostlyUTF8 {
      return .failure(
        ImportFinding(
          line: line(of: flaws.first, in: bytes), rule: "file.encoding",
          zh: "文件是UTF-8编码，但这一行有损坏的字节", en: "the file is UTF-8, but this line has damaged bytes"))
    }
    if let text = converted(content) {
      return .success(FileText(text: text, encoding: .gb18030))
    }
    return .failure(
      ImportFinding(
        rule: "file.encoding", zh: "文件既不是UTF-8也不是GB18030编码",
        en: "the file is neither UTF-8 nor GB18030"))
  }

  private static func line(of position: Int, in bytes: [UInt8]) -> Int {
    bytes[..<position].reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
  }

  private static func converted(_ bytes: ArraySlice<UInt8>) -> String? {
    guard let converter = iconv_open("UTF-8", "GB18030"), Int(bitPattern: converter) != -1 else {
      return nil
    }
    defer { iconv_close(converter) }
    // A GB18030 character of one byte stays one, of two bytes becomes three, of four at most four.
    var output = [CChar](repeating: 0, count: bytes.count * 2 + 16)
    var input = bytes.map { CChar(bitPattern: $0) }
    let written: Int? = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        var from = source.baseAddress
        var fromCount = source.count
        var to = target.baseAddress
        var toCount = target.count
        let result = iconv(converter, &from, &fromCount, &to, &toCount)
        // (size_t) -1 stands for bytes that are no GB18030; Swift reads size_t as Int.
        guard result != -1, fromCount == 0 else { return nil }
        return target.count - toCount
      }
    }
    guard let written else { return nil }
    return String(validating: output[..<written].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// What speaks for and against UTF-8 in bytes that are not wholly UTF-8.
private struct UTF8Flaws {
  /// Index of the first byte that is wrong.
  private(set) var first = 0
  private var goodSequences = 0
  private var badBytes = 0

  /// Of Chinese text in GB18030 about one character in six looks like UTF-8 by chance.
  var isMostlyUTF8: Bool { goodSequences > badBytes }

  init(_ bytes: ArraySlice<UInt8>) {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] < 0x80 {
        index += 1
        continue
      }
      let length = Self.length(of: bytes[index])
      let end = index + length
      if length > 0, end <= bytes.endIndex,
        String(validating: bytes[index..<end], as: UTF8.self) != nil
      {
        goodSequences += 1
        index = end
      } else {
        if badBytes == 0 { first = index }
        badBytes += 1
        index += 1
      }
    }
  }

  /// Bytes of a sequence that begins with this byte; 0 when none does.
  private static func length(of byte: UInt8) -> Int {
    switch byte {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 0
    }
  }
}
