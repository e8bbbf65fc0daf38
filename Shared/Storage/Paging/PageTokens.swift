// Pages by key, not by offset: a token holds the key of the last row and is bound to the query
// it came from (AIP-158). It is signed, so its values need no further suspicion.

internal import Crypto
internal import Foundation

/// A caller's wish for a page, within the limits.
package struct PageRequest: Sendable, Hashable {
  package static let defaultSize = 50
  package static let maximumSize = 1_000

  /// Rows of this page: 1 … 1000.
  package let size: Int
  package let token: String

  /// `size` 0 means the default, more than the maximum means the maximum.
  package init(size: Int, token: String) throws(StorageError) {
    guard size >= 0 else {
      throw StorageError(.invalidArgument, "page_size is negative.")
    }
    self.size = size == 0 ? Self.defaultSize : min(size, Self.maximumSize)
    self.token = token
  }
}

package struct Page<Item: Sendable>: Sendable {
  package var items: [Item]
  /// Empty on the last page.
  package var nextToken: String

  package init(items: [Item], nextToken: String) {
    self.items = items
    self.nextToken = nextToken
  }
}

/// Makes and reads the tokens of one query.
package struct PageTokens: Sendable {
  private static let tagBytes = 16
  /// The longest token that is looked at.
  package static let maximumLength = 4_096

  private let key: SymmetricKey
  private let binding: [UInt8]

  fileprivate init(key: SymmetricKey, query: [String]) {
    self.key = key
    var bytes: [UInt8] = []
    for part in query {
      let part = Array(part.utf8)
      bytes += Array("\(part.count):".utf8) + part
    }
    binding = bytes
  }

  /// A token for the rows after `position`, the values of the ordering columns of the last row.
  package func token(after position: [SQLValue]) -> String {
    var payload: [UInt8] = [1]
    for value in position {
      switch value {
      case .null: payload.append(UInt8(ascii: "n"))
      case .integer(let integer): payload += Array("i\(integer);".utf8)
      case .text(let text):
        let bytes = Array(text.utf8)
        payload += Array("t\(bytes.count):".utf8) + bytes
      }
    }
    return Base64URL.encode(tag(payload) + payload)
  }

  /// The position in a token; nil for the empty token, which asks for the first page. Throws
  /// `invalidArgument` for a token of another query or no token at all.
  package func position(_ token: String) throws(StorageError) -> [SQLValue]? {
    guard !token.isEmpty else { return nil }
    let foreign = StorageError(
      .invalidArgument, "page_token does not belong to this query; repeat it unchanged.")
    guard token.utf8.count <= Self.maximumLength, let bytes = Base64URL.decode(token),
      bytes.count > Self.tagBytes
    else { throw foreign }
    let payload = Array(bytes[Self.tagBytes...])
    guard isAuthentic(Array(bytes[..<Self.tagBytes]), payload),
      let values = Self.values(payload)
    else { throw foreign }
    return values
  }

  private func tag(_ payload: [UInt8]) -> [UInt8] {
    let code = HMAC<SHA256>.authenticationCode(for: message(payload), using: key)
    return Array(code.prefix(Self.tagBytes))
  }

  private func message(_ payload: [UInt8]) -> [UInt8] {
    Array("\(payload.count):".utf8) + payload + binding
  }

  /// Compares all bytes, whatever the first difference, to tell nothing by its time.
  private func isAuthentic(_ tag: [UInt8], _ payload: [UInt8]) -> Bool {
    zip(tag, self.tag(payload)).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func values(_ payload: [UInt8]) -> [SQLValue]? {
    guard payload.first == 1 else { return nil }
    var rest = payload.dropFirst()
    var values: [SQLValue] = []
    func number(endingWith end: UInt8) -> Int64? {
      guard let stop = rest.firstIndex(of: end) else { return nil }
      defer { rest = rest[(stop + 1)...] }
      return Int64(String(decoding: rest[..<stop], as: UTF8.self))
    }
    while let kind = rest.popFirst() {
      switch kind {
      case UInt8(ascii: "n"): values.append(.null)
      case UInt8(ascii: "i"):
        guard let integer = number(endingWith: UInt8(ascii: ";")) else { return nil }
        values.append(.integer(integer))
      case UInt8(ascii: "t"):
        guard let count = number(endingWith: UInt8(ascii: ":")), count >= 0, count <= rest.count
        else { return nil }
        values.append(.text(String(decoding: rest.prefix(Int(count)), as: UTF8.self)))
        rest = rest.dropFirst(Int(count))
      default: return nil
      }
    }
    return values
  }
}

extension Database {
  /// The tokens of a query, named by everything that decides its rows and their order: the
  /// method, the filter, the order, `as_of`. The page size may change between pages.
  package func pageTokens(query: [String]) async throws -> PageTokens {
    PageTokens(key: try await storedSecrets().tokenKey, query: query)
  }
}

extension PageTokens {
  /// Makes a page of rows read with `LIMIT size + 1`: the surplus row only tells that there is
  /// another page. `position` gives the ordering values of an item.
  package func page<Item: Sendable>(
    _ items: [Item], size: Int, position: (Item) -> [SQLValue]
  ) -> Page<Item> {
    guard items.count > size, size > 0 else { return Page(items: items, nextToken: "") }
    let kept = Array(items.prefix(size))
    return Page(items: kept, nextToken: token(after: position(kept[size - 1])))
  }
}
