// Values that no statement looks into are stored as JSON text.

internal import Foundation

package enum StoredJSON {
  package static func text(_ value: some Encodable) throws(StorageError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw StorageError(.internal, "A value cannot be encoded.", cause: "\(error)")
    }
  }

  package static func value<Value: Decodable>(
    _ type: Value.Type, _ text: String
  ) throws(StorageError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw StorageError(.corrupt, "A stored value cannot be decoded.", cause: "\(error)")
    }
  }
}
