// Typed facts beside an error: which field, which rule, when to try again.

public import Wire

/// One detail of an error: any message, with its type's name.
public struct ErrorDetail: Sendable, Equatable {
  /// The full name of the message, `google.rpc.BadRequest`, without any URL before it.
  public let typeName: String
  /// The message in protobuf's binary form.
  public let value: [UInt8]

  public init(typeName: String, value: [UInt8]) {
    self.typeName = typeName
    self.value = value
  }

  public init<Message: WireMessage>(_ message: Message) throws(WireError) {
    typeName = Message.schema.name
    value = try message.protobufBytes()
  }

  /// The detail as a message; nil when it is of another type.
  public func decode<Message: WireMessage>(
    _ type: Message.Type
  ) throws(WireError) -> Message? {
    guard typeName == type.schema.name else { return nil }
    return try Message(protobuf: value)
  }
}
