// The streams of a connection by their numbers. Each request is looked up several times, so this is
// a flat table with linear probing; numbers of one peer grow by two and spread by themselves.

internal import HTTP2

/// Entries of one run stand in the order of their homes (Robin Hood hashing). So a removal may stop
/// at the first entry that is at home, which among consecutive numbers is the next one.
struct StreamMap<Value: AnyObject> {
  private typealias Bucket = (id: Int32, value: Value?)

  private var buckets: [Bucket]
  private(set) var count = 0

  init() { buckets = Array(repeating: (0, nil), count: 16) }

  var isEmpty: Bool { count == 0 }

  /// The values in no particular order, as they are now.
  var values: [Value] { buckets.compactMap(\.value) }

  subscript(id: StreamID) -> Value? {
    find(id.rawValue).flatMap { buckets[$0].value }
  }

  mutating func insert(_ value: Value, for id: StreamID) {
    if let index = find(id.rawValue) {
      buckets[index].value = value
      return
    }
    // Half full at most: probes stay short, and there is always an empty bucket to end them.
    if (count + 1) * 2 > buckets.count { grow() }
    place((id.rawValue, value))
    count += 1
  }

  mutating func remove(_ id: StreamID) {
    guard var hole = find(id.rawValue) else { return }
    count -= 1
    let mask = buckets.count - 1
    var next = (hole + 1) & mask
    while buckets[next].value != nil, distance(next) > 0 {
      buckets[hole] = buckets[next]
      hole = next
      next = (next + 1) & mask
    }
    buckets[hole] = (0, nil)
  }

  private func find(_ id: Int32) -> Int? {
    var index = home(id)
    while buckets[index].value != nil {
      if buckets[index].id == id { return index }
      index = (index + 1) & (buckets.count - 1)
    }
    return nil
  }

  private func home(_ id: Int32) -> Int {
    Int(truncatingIfNeeded: id &>> 1) & (buckets.count - 1)
  }

  /// How far the entry of a bucket stands from its home.
  private func distance(_ index: Int) -> Int {
    (index - home(buckets[index].id)) & (buckets.count - 1)
  }

  private mutating func place(_ bucket: Bucket) {
    var bucket = bucket
    var index = home(bucket.id)
    var travelled = 0
    while buckets[index].value != nil {
      let resident = distance(index)
      if resident < travelled {
        swap(&buckets[index], &bucket)
        travelled = resident
      }
      index = (index + 1) & (buckets.count - 1)
      travelled += 1
    }
    buckets[index] = bucket
  }

  private mutating func grow() {
    let old = buckets
    buckets = Array(repeating: (0, nil), count: old.count * 2)
    for bucket in old where bucket.value != nil { place(bucket) }
  }
}
