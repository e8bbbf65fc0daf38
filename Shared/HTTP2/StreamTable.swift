// The streams of one connection. Looked up several times per request, so it is a flat array with
// a free list and an open-addressing index instead of a dictionary.

/// What the session knows of one stream, beside what nghttp2 knows.
struct StreamSlot {
  /// Zero in a free slot.
  var id: Int32 = 0

  // Life cycle. A slot is freed when it is closed and released; see README.md for the table.
  /// The owner has heard of the stream, so it will hear of the end and must release.
  var isAnnounced = false
  var isClosed = false
  var isReleased = false

  // Receiving
  /// The (final) head of the peer was delivered; a further block is trailers.
  var hasRemoteHead = false
  var hasRemoteEnded = false
  /// Body bytes are given back to the connection's window at once and not delivered.
  var discardsInput = false
  /// Bytes delivered to the owner and not yet consumed by it.
  var unconsumed = 0
  var receiveProgress = HTTP2Instant(nanoseconds: 0)

  // Sending
  var hasSubmittedHead = false
  /// The HEADERS frame is in the output: nothing of ours is lent to nghttp2 any more.
  var hasSentHead = false
  /// Lent to nghttp2 until then.
  var preparedFields: PreparedFields?
  /// The owner has given the last byte.
  var endIsQueued = false
  /// END_STREAM is in the output.
  var hasLocalEnded = false
  /// nghttp2 waits for `resume` before it asks for bytes again.
  var isDeferred = false
  /// `sendData` has answered that there is no room.
  var owesWindowAvailable = false
  /// Our owner asked for the reset: it is not the peer's fault.
  var isResetByOwner = false
  var sendProgress = HTTP2Instant(nanoseconds: 0)
  private(set) var outgoing: [UInt8] = []
  private(set) var outgoingHead = 0

  /// Whether the owner may still give commands for it.
  var isCommandable: Bool { !isClosed && !isReleased && !isResetByOwner }

  /// Whether a reset would come too late.
  var isFinal: Bool { isClosed || isResetByOwner || (hasLocalEnded && hasRemoteEnded) }

  var bufferedBytes: Int { outgoing.count - outgoingHead }

  /// Whether something waits for the peer's window. nghttp2 sends an END_STREAM without bytes only
  /// while there is a window, though it needs none.
  var isSending: Bool { bufferedBytes > 0 || (endIsQueued && hasSentHead && !hasLocalEnded) }

  /// Takes the array as it is when nothing waits, which is the whole cost of a small response.
  mutating func appendOutgoing(_ bytes: [UInt8]) {
    if outgoingHead == outgoing.count {
      outgoing = bytes
      outgoingHead = 0
      return
    }
    if outgoingHead > outgoing.count / 2 {
      outgoing.removeFirst(outgoingHead)
      outgoingHead = 0
    }
    outgoing.append(contentsOf: bytes)
  }

  /// Moves the next `count` bytes to the end of `output`; fewer when fewer wait.
  mutating func moveOutgoing(_ count: Int, to output: inout [UInt8]) {
    let end = outgoingHead + min(count, bufferedBytes)
    if outgoingHead == 0 && end == outgoing.count {
      output.append(contentsOf: outgoing)
    } else {
      output.append(contentsOf: outgoing[outgoingHead..<end])
    }
    outgoingHead = end
    if outgoingHead == outgoing.count { dropOutgoing() }
  }

  mutating func dropOutgoing() {
    outgoing = []
    outgoingHead = 0
  }
}

/// Slots by stream number. An index stays valid until its slot is removed.
struct StreamTable {
  private(set) var count = 0
  var slots: [StreamSlot] = []
  private var freeSlots: [Int32] = []
  /// Slot index + 1, or zero. Linear probing; at most half full.
  private var buckets: [Int32]
  /// The slot that was inserted last: while a request comes in, it is the one that is asked for.
  private var newest = 0

  init() {
    buckets = Array(repeating: 0, count: 32)
  }

  /// Fibonacci hashing. Neighbouring numbers must not lie side by side: one long run would be
  /// walked at each removal.
  private func home(_ id: Int32) -> Int {
    let hash = UInt32(bitPattern: id) &* 2_654_435_769
    return Int(hash >> 8) & (buckets.count - 1)
  }

  func index(of id: Int32) -> Int? {
    if newest < slots.count, slots[newest].id == id, id != 0 { return newest }
    var bucket = home(id)
    while buckets[bucket] != 0 {
      let index = Int(buckets[bucket]) - 1
      if slots[index].id == id { return index }
      bucket = (bucket + 1) & (buckets.count - 1)
    }
    return nil
  }

  /// Adds a slot for a number that is not in the table.
  mutating func insert(_ id: Int32) -> Int {
    if (count + 1) * 2 > buckets.count { grow() }
    let index: Int
    if let free = freeSlots.popLast() {
      index = Int(free)
    } else {
      index = slots.count
      slots.append(StreamSlot())
    }
    slots[index].id = id
    place(index)
    count += 1
    newest = index
    return index
  }

  mutating func remove(at index: Int) {
    var hole = home(slots[index].id)
    while Int(buckets[hole]) - 1 != index { hole = (hole + 1) & (buckets.count - 1) }
    closeGap(at: hole)
    slots[index] = StreamSlot()
    freeSlots.append(Int32(truncatingIfNeeded: index))
    count -= 1
  }

  /// Moves later entries of the same run back, so that no tombstones are needed.
  private mutating func closeGap(at start: Int) {
    let mask = buckets.count - 1
    var hole = start
    var next = (hole + 1) & mask
    while buckets[next] != 0 {
      let wanted = home(slots[Int(buckets[next]) - 1].id)
      if ((next - wanted) & mask) >= ((next - hole) & mask) {
        buckets[hole] = buckets[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    buckets[hole] = 0
  }

  private mutating func place(_ index: Int) {
    var bucket = home(slots[index].id)
    while buckets[bucket] != 0 { bucket = (bucket + 1) & (buckets.count - 1) }
    buckets[bucket] = Int32(truncatingIfNeeded: index + 1)
  }

  private mutating func grow() {
    buckets = Array(repeating: 0, count: buckets.count * 2)
    for index in slots.indices where slots[index].id != 0 { place(index) }
  }
}
