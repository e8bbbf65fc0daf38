// Names of JSON, and the fields that have them.

internal import CProtobufC
internal import CWireFacts

extension FieldSchema {
  /// Whether null is a value of the field, and not its absence.
  var readsNull: Bool {
    if isNullValue { return true }
    return message?.facts.pointee.shape == WIRE_SHAPE_VALUE
  }
}

extension MessageSchema {
  /// The place of the field of a JSON name, or of a name of the proto file.
  ///
  /// - Parameter hint: where to look first; members mostly come in order.
  func index(ofJSONName name: UnsafeRawBufferPointer, hint: Int) -> Int? {
    let count = fieldCount
    guard count > 0, let fields = facts.pointee.fields,
      let byJSONName = facts.pointee.fields_by_json_name,
      let descriptors = descriptor.pointee.fields,
      let byName = descriptor.pointee.fields_sorted_by_name
    else { return nil }
    if hint < count, Self.compare(name, fields[hint].json_name) == 0 { return hint }
    return search(name, count) { place in
      let index = Int(byJSONName[place])
      return (index, fields[index].json_name)
    }
      ?? search(name, count) { place in
        let index = Int(byName[place])
        return (index, descriptors[index].name)
      }
  }

  private func search(
    _ name: UnsafeRawBufferPointer, _ count: Int,
    candidate: (Int) -> (index: Int, name: UnsafePointer<CChar>)
  ) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      let (index, candidate) = candidate(middle)
      let order = Self.compare(name, candidate)
      if order == 0 { return index }
      if order > 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// The order of bytes and a C string, as `strcmp` tells it.
  static func compare(_ name: UnsafeRawBufferPointer, _ other: UnsafePointer<CChar>) -> Int {
    for (index, byte) in name.enumerated() {
      let against = UInt8(bitPattern: other[index])
      // Also where the other one ends: its NUL is less than any byte of a name.
      if byte != against { return byte < against ? -1 : 1 }
    }
    return other[name.count] == 0 ? 0 : -1
  }
}
