// How generated code takes values out of a C struct. Fields are named by their place in the order of
// field numbers; offsets come from the descriptor to which the struct points.

internal import CProtobufC

/// Reads the fields of one C struct. The caller names the type that the field has.
public struct MessageReader {
  private let message: UnsafeRawPointer

  public init(_ message: UnsafeRawPointer) {
    self.message = message
  }

  private func field(_ index: Int) -> UnsafePointer<ProtobufCFieldDescriptor> {
    let message = message.assumingMemoryBound(to: ProtobufCMessage.self)
    return message.pointee.descriptor.pointee.fields + index
  }

  private func load<Value: BitwiseCopyable>(_ index: Int, as type: Value.Type) -> Value {
    message.load(fromByteOffset: Int(field(index).pointee.offset), as: type)
  }

  // MARK: - Singular fields

  public func int32(_ index: Int) -> Int32 { load(index, as: Int32.self) }
  public func int64(_ index: Int) -> Int64 { load(index, as: Int64.self) }
  public func uint32(_ index: Int) -> UInt32 { load(index, as: UInt32.self) }
  public func uint64(_ index: Int) -> UInt64 { load(index, as: UInt64.self) }
  public func float(_ index: Int) -> Float { load(index, as: Float.self) }
  public func double(_ index: Int) -> Double { load(index, as: Double.self) }
  public func bool(_ index: Int) -> Bool { load(index, as: protobuf_c_boolean.self) != 0 }

  public func string(_ index: Int) -> String {
    Self.string(load(index, as: UnsafePointer<CChar>?.self))
  }

  public func bytes(_ index: Int) -> [UInt8] {
    Self.bytes(load(index, as: ProtobufCBinaryData.self))
  }

  @inlinable
  public func enumeration<Value: WireEnum>(_ index: Int, as type: Value.Type = Value.self) -> Value
  {
    Value(rawValue: int32(index))
  }

  /// A message field; nil where it is absent.
  @inlinable
  public func message<Value: WireMessage>(
    _ index: Int, as type: Value.Type = Value.self
  ) throws(WireError) -> Value? {
    guard let message = messagePointer(index) else { return nil }
    return try Value(reading: message)
  }

  /// The number of the member that is present in the oneof of a field; 0 where none is.
  public func oneofCase(_ index: Int) -> UInt32 {
    message.load(fromByteOffset: Int(field(index).pointee.quantifier_offset), as: UInt32.self)
  }

  /// Whether an `optional` field is present.
  public func has(_ index: Int) -> Bool { oneofCase(index) == field(index).pointee.id }

  @usableFromInline
  func messagePointer(_ index: Int) -> UnsafeRawPointer? {
    load(index, as: UnsafeRawPointer?.self)
  }

  // MARK: - Repeated fields

  public func int32s(_ index: Int) -> [Int32] { array(index) }
  public func int64s(_ index: Int) -> [Int64] { array(index) }
  public func uint32s(_ index: Int) -> [UInt32] { array(index) }
  public func uint64s(_ index: Int) -> [UInt64] { array(index) }
  public func floats(_ index: Int) -> [Float] { array(index) }
  public func doubles(_ index: Int) -> [Double] { array(index) }

  public func bools(_ index: Int) -> [Bool] {
    elements(index, as: protobuf_c_boolean.self).map { $0 != 0 }
  }

  public func strings(_ index: Int) -> [String] {
    elements(index, as: UnsafePointer<CChar>?.self).map(Self.string)
  }

  public func bytesList(_ index: Int) -> [[UInt8]] {
    elements(index, as: ProtobufCBinaryData.self).map(Self.bytes)
  }

  @inlinable
  public func enumerations<Value: WireEnum>(
    _ index: Int, as type: Value.Type = Value.self
  ) -> [Value] {
    int32s(index).map(Value.init(rawValue:))
  }

  @inlinable
  public func messages<Value: WireMessage>(
    _ index: Int, as type: Value.Type = Value.self
  ) throws(WireError) -> [Value] {
    let pointers = messagePointers(index)
    var values: [Value] = []
    values.reserveCapacity(pointers.count)
    for pointer in pointers { values.append(try Value(reading: pointer)) }
    return values
  }

  /// A map field. Of entries with the same key the last one counts. Two keys that only differ in how
  /// Unicode composes them cannot stand in one dictionary: they are refused, so that none is lost.
  @inlinable
  public func map<Key: WireMapKey, Value>(
    _ index: Int, entry: (MessageReader) throws(WireError) -> (Key, Value)
  ) throws(WireError) -> [Key: Value] {
    let pointers = messagePointers(index)
    var values: [Key: Value] = [:]
    values.reserveCapacity(pointers.count)
    for pointer in pointers {
      let (key, value) = try entry(MessageReader(pointer))
      let count = values.count
      values[key] = value
      if values.count == count, let known = values.index(forKey: key),
        !values.keys[known].isIdentical(to: key)
      {
        throw WireError(
          .unsupported, "two keys of the map differ only in how Unicode composes them")
      }
    }
    return values
  }

  @usableFromInline
  func messagePointers(_ index: Int) -> UnsafeBufferPointer<UnsafeRawPointer> {
    elements(index, as: UnsafeRawPointer.self)
  }

  private func array<Element: BitwiseCopyable>(_ index: Int) -> [Element] {
    Array(elements(index, as: Element.self))
  }

  private func elements<Element: BitwiseCopyable>(
    _ index: Int, as type: Element.Type
  ) -> UnsafeBufferPointer<Element> {
    let field = field(index)
    let count = message.load(
      fromByteOffset: Int(field.pointee.quantifier_offset), as: Int.self)
    let start = message.load(
      fromByteOffset: Int(field.pointee.offset), as: UnsafeRawPointer?.self)
    return UnsafeBufferPointer(
      start: start?.assumingMemoryBound(to: Element.self), count: start == nil ? 0 : count)
  }

  private static func string(_ text: UnsafePointer<CChar>?) -> String {
    guard let text, text.pointee != 0 else { return "" }
    return String(cString: text)
  }

  private static func bytes(_ data: ProtobufCBinaryData) -> [UInt8] {
    Array(UnsafeBufferPointer(start: data.data, count: data.data == nil ? 0 : data.len))
  }
}
