internal import Wire

extension Console {
  /// One message as one line of JSON.
  func printJSON(_ message: some WireMessage) throws {
    try write(try message.jsonUTF8() + [UInt8(ascii: "\n")])
  }
}
