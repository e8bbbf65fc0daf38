// Messages in JSON: read, write, and read what was written, by way of the binary form too.

@testable internal import Wire

func fuzzJSON(_ input: [UInt8]) {
  var choices = Choices(input)
  let type = choices.pick(schemas)
  readJSON(choices.rest(), as: type)
}

private func readJSON<Message: WireMessage>(_ text: [UInt8], as type: Message.Type) {
  var message: Message?
  let peak = heapPeak {
    message = try? Message(jsonUTF8: text, limits: narrowLimits, types: knownTypes)
  }
  // The keys of unknown members and of maps are remembered beside the arena.
  require(
    peak <= 4 * narrowLimits.maximumAllocation + 128 * text.count,
    "reading \(text.count) bytes of JSON held \(peak)")
  guard let message else {
    _ = try? Message(jsonUTF8: text, types: knownTypes)
    return
  }
  let binary = written(message)
  require(checkJSON(message, binary: binary), "\(type) cannot be written as the JSON that it was")
  guard let again = try? Message(protobuf: binary) else {
    fatalError("broken: \(type) does not read the binary form of what came as JSON")
  }
  require(written(again) == binary, "\(type) is written in two ways")
}

/// Holds the JSON of a message against its binary form.
///
/// - Returns: false when the message has no JSON: times out of range, values that hold nothing.
@discardableResult
func checkJSON<Message: WireMessage>(_ message: Message, binary: [UInt8]) -> Bool {
  guard let text = try? message.jsonUTF8(types: knownTypes) else { return false }
  let again: Message
  do {
    again = try Message(jsonUTF8: text, types: knownTypes)
  } catch {
    fatalError("broken: \(Message.self) does not read its own JSON: \(error)")
  }
  // JSON has one NaN, one null and one form of what an Any holds, where the binary form has many.
  if text.holds("\"NaN\"") || text.holds("null") || text.holds("@type") {
    guard let second = try? again.jsonUTF8(types: knownTypes),
      let third = try? Message(jsonUTF8: second, types: knownTypes)
    else {
      fatalError("broken: \(Message.self) loses its JSON")
    }
    require(
      (try? third.jsonUTF8(types: knownTypes)) == second,
      "\(Message.self) is written as JSON in two ways")
  } else {
    require(written(again) == binary, "\(Message.self) comes back from JSON as another message")
  }
  return true
}
