// The table of a connection's streams, against a dictionary.

internal import HTTP2
internal import Testing

@testable internal import Transport

struct StreamMapTests {
  private final class Box {
    let id: Int32
    init(_ id: Int32) { self.id = id }
  }

  /// Against a dictionary, under the orders that connections produce and ones that they do not.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func itIsADictionary(seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var map = StreamMap<Box>()
    var model: [Int32: Box] = [:]
    var next: Int32 = 1
    for _ in 0..<3_000 {
      switch random(3) {
      case 0,
        1 where model.count < 5:
        let id = seed % 2 == 0 ? next : Int32(random(200) * 32 + 1)
        next += 2
        let box = Box(id)
        map.insert(box, for: StreamID(rawValue: id))
        model[id] = box
      case 1:
        let id = Int32(random(Int(next)))
        #expect(map[StreamID(rawValue: id)] === model[id])
      default:
        let ids = model.keys.sorted()
        let id = ids.isEmpty || random(10) == 0 ? 99_999 : ids[random(ids.count)]
        map.remove(StreamID(rawValue: id))
        model[id] = nil
      }
      #expect(map.count == model.count)
      #expect(map.isEmpty == model.isEmpty)
    }
    #expect(Set(map.values.map(\.id)) == Set(model.keys))
    for (id, box) in model { #expect(map[StreamID(rawValue: id)] === box) }
  }
}
