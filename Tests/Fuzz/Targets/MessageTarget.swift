// Binary messages: pre-scan, unpack, write, and read what was written.

@testable internal import Wire

func fuzzMessage(_ input: [UInt8]) {
  var choices = Choices(input)
  let type = choices.pick(schemas)
  readBinary(choices.rest(), as: type)
}

private func readBinary<Message: WireMessage>(_ bytes: [UInt8], as type: Message.Type) {
  var message: Message?
  let peak = heapPeak { message = try? Message(protobuf: bytes, limits: narrowLimits) }
  require(
    peak <= 4 * narrowLimits.maximumAllocation + 64 * bytes.count,
    "reading \(bytes.count) bytes held \(peak)")
  guard let message else {
    // What is refused for its cost alone must be right otherwise, and the other way round: no
    // limit may be what makes the reader safe.
    _ = try? Message(protobuf: bytes)
    return
  }
  checkProjection(bytes, as: type)
  let binary = written(message)
  guard let again = try? Message(protobuf: binary) else {
    fatalError("broken: \(type) does not read what it wrote")
  }
  // A message that holds NaN equals no other, though it may equal itself: an array is compared with
  // itself by its address.
  let twin = try? Message(protobuf: bytes)
  require(again == message || twin != message, "\(type) reads another message than it wrote")
  require(written(again) == binary, "\(type) is written in two ways")
  checkJSON(message, binary: binary)
}

/// What the pre-scan projects is enough for the C library: a smaller arena would refuse what the
/// limits allow.
private func checkProjection<Message: WireMessage>(_ bytes: [UInt8], as type: Message.Type) {
  var limits = narrowLimits
  limits.maximumAllocation = projection(bytes, Message.schema)
  require(
    (try? Message(protobuf: bytes, limits: limits)) != nil,
    "\(limits.maximumAllocation) bytes were projected, and that is not enough")
}

private func projection(_ bytes: [UInt8], _ schema: MessageSchema) -> Int {
  bytes.withUnsafeBytes { bytes in
    var scan = PreScan(limits: narrowLimits)
    do throws(WireError) {
      try scan.scan(bytes, schema: schema)
    } catch {
      fatalError("broken: the scan refuses what was read: \(error)")
    }
    return scan.projected
  }
}

func written(_ message: some WireMessage) -> [UInt8] {
  do {
    return try message.protobufBytes()
  } catch {
    fatalError("broken: what was read cannot be written: \(error)")
  }
}
