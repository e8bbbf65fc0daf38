// The header block that came before. Most clients say the same with each request of a connection, so a
// block is compared with its predecessor, place by place, before anything is made of it.

internal import CNghttp2
internal import Glibc

/// Collects the fields of the block under way, and remembers those of the one before. A block that
/// repeats it is its array, without a copy. What is remembered belongs to one connection.
struct LastBlock: ~Copyable {
  /// What stood at one place. The buffers are kept alive, so that their addresses cannot come to mean
  /// anything else; without buffers nothing is remembered.
  private struct Place {
    var name: OpaquePointer?
    var value: OpaquePointer?
    var nameBytes = 0
    var valueBytes = 0
    var field = HeaderField("", "")
  }

  /// Nothing is remembered of later places, of longer fields, and of values that are not ASCII, whose
  /// strings and buffers are longer than what came.
  private static let maximumPlaces = 32
  private static let maximumFieldBytes = 1_024
  /// All places together. nghttp2's buffers may take as much again and more for Huffman codes.
  private static let maximumBytes = 4_096

  private var places: [Place] = []
  /// The fields of the first places, while these stay as they were.
  private var whole: [HeaderField] = []
  private var isWhole = false
  private var bytes = 0

  // The block under way
  private var count = 0
  /// Empty while the block repeats the one before.
  private var collected: [HeaderField] = []
  private var differs = false
  private var isRemembered = true

  mutating func begin() {
    count = 0
    if differs { collected = [] }
    differs = false
    isRemembered = true
  }

  /// The sizes of the next field, if it is the very one that was at its place.
  func known(_ name: OpaquePointer, _ value: OpaquePointer) -> (name: Int, value: Int)? {
    guard count < places.count, places[count].name == name, places[count].value == value else {
      return nil
    }
    return (places[count].nameBytes, places[count].valueBytes)
  }

  /// Whether the next field says what was said at its place, in a buffer of its own.
  func repeats(_ name: OpaquePointer, _ value: nghttp2_vec) -> Bool {
    guard count < places.count, places[count].name == name,
      places[count].valueBytes == value.len, places[count].value != nil
    else { return false }
    return places[count].field.value.utf8.withContiguousStorageIfAvailable { known in
      // Of bytes that are not UTF-8 the string has more than came.
      guard known.count == value.len else { return false }
      guard let old = known.baseAddress, let new = value.base else { return value.len == 0 }
      return memcmp(old, new, value.len) == 0
    } ?? false
  }

  /// Takes the field that was at this place before.
  mutating func repeatField() {
    if differs { collected.append(places[count].field) }
    count += 1
  }

  /// Takes another field than before.
  mutating func append(
    _ field: HeaderField, _ name: OpaquePointer, _ nameBytes: Int, _ value: OpaquePointer,
    _ valueBytes: Int
  ) {
    if !differs {
      differs = true
      collected.reserveCapacity(max(12, whole.count))
      for place in places[..<count] { collected.append(place.field) }
    }
    collected.append(field)
    if mayRemember(field, nameBytes + valueBytes) {
      nghttp2_rcbuf_incref(name)
      nghttp2_rcbuf_incref(value)
      remember(
        Place(
          name: name, value: value, nameBytes: nameBytes, valueBytes: valueBytes, field: field))
    } else {
      isRemembered = false
      if count < places.count { remember(Place()) }
    }
    count += 1
  }

  private func mayRemember(_ field: HeaderField, _ fieldBytes: Int) -> Bool {
    let old = count < places.count ? places[count].nameBytes + places[count].valueBytes : 0
    return count < Self.maximumPlaces && count <= places.count
      && fieldBytes <= Self.maximumFieldBytes && bytes - old + fieldBytes <= Self.maximumBytes
      && field.value.utf8.allSatisfy { $0 < 0x80 }
  }

  private mutating func remember(_ place: Place) {
    isWhole = false
    bytes += place.nameBytes + place.valueBytes
    if count == places.count {
      places.append(place)
    } else {
      forget(count)
      places[count] = place
    }
  }

  private mutating func forget(_ index: Int) {
    bytes -= places[index].nameBytes + places[index].valueBytes
    if let name = places[index].name { nghttp2_rcbuf_decref(name) }
    if let value = places[index].value { nghttp2_rcbuf_decref(value) }
  }

  /// All fields of the block.
  mutating func take() -> [HeaderField] {
    if !differs {
      if !isWhole || whole.count != count {
        whole = places[..<count].map(\.field)
        isWhole = true
      }
      return whole
    }
    let fields = collected
    collected = []
    differs = false
    isWhole = isRemembered
    whole = isRemembered ? fields : []
    return fields
  }

  mutating func removeAll() {
    for index in places.indices { forget(index) }
    places = []
  }
}
