// The messages of a service against what it declares: by an entry of every kind that goes to the
// wire and comes back, and by the protos as they are written.

package import Entries
internal import EntryAPI
internal import EntryStorage
internal import Foundation
package import Wire

package enum WireProof {
  /// What an entry loses on its way to the wire and back; empty where messages and declarations
  /// agree.
  package static func losses<Message: WireMessage>(
    _ register: EntryRegister, as message: Message.Type
  ) -> [String] {
    let wire = EntryWire<Message>(register)
    var losses: [String] = []
    for kind in register.kinds {
      for number in 0..<FilledEntry.variants(kind) {
        let content = FilledEntry.content(kind, choice: number)
        for field in kind.fields where content[field] == nil {
          losses.append("\(kind.name).\(field.name) is not filled")
        }
        do {
          let record = EntryRecord(
            kind: kind.name, id: "1", content: content, source: EntrySource(document: "示例文件"))
          let sent = try Message(protobuf: wire.payload(record))
          let back = try wire.draft(sent)
          if back.kind.name != kind.name { losses.append("\(kind.name) became \(back.kind.name)") }
          for field in kind.fields where back.draft.content[field] != content[field] {
            losses.append("\(kind.name).\(field.name) was lost")
          }
        } catch {
          losses.append("\(kind.name): \(error)")
        }
      }
    }
    return losses
  }

  /// Where a proto does not say what is declared.
  ///
  /// - Parameter proto: path below `Shared/Protos/lianshe`.
  package static func differences(
    _ register: EntryRegister, proto: String
  ) throws -> [String] {
    let own = try ProtoFile(proto)
    let common = try ProtoFile("common/v1/entries.proto")
    var found: [String] = []
    let contents = own.members(of: "Entry").filter { $0.type != "lianshe.common.v1.EntryHeader" }
    if contents.map(\.name).sorted() != register.kinds.map(\.name).sorted() {
      found.append("contents: \(contents.map(\.name))")
    }
    for kind in register.kinds {
      let type = kind.name.split(separator: "_").map(\.capitalized).joined()
      if contents.first(where: { $0.name == kind.name })?.type != type {
        found.append("\(kind.name) is no \(type)")
      }
      let declared = kind.fields.map(ProtoFile.Member.init)
      let written = own.members(of: type)
      if Set(declared) != Set(written) {
        found.append("\(kind.name): \(Set(declared).symmetricDifference(written))")
      }
      for field in kind.fields {
        guard case .choice(let choices) = field.form else { continue }
        let values = own.enums[choices.wireName] ?? common.enums[choices.wireName] ?? []
        let prefix = values.first?.replacing("UNSPECIFIED", with: "") ?? ""
        if values != [prefix + "UNSPECIFIED"] + choices.all.map({ prefix + $0.code.uppercased() }) {
          found.append("\(choices.wireName): \(values)")
        }
      }
    }
    return found
  }
}

/// Messages and enumerations of a proto, line by line.
private struct ProtoFile {
  struct Member: Hashable {
    var name: String
    var type: String
    var isRepeated: Bool
  }

  private var messages: [String: [Member]] = [:]
  var enums: [String: [String]] = [:]

  init(_ name: String) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(
      contentsOf: root.appendingPathComponent("Shared/Protos/lianshe/\(name)"), encoding: .utf8)
    var (message, enumeration) = ("", "")
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      switch (words.first, words.count) {
      case ("message", 3): (message, enumeration) = (words[1], "")
      case ("enum", 3): (message, enumeration) = ("", words[1])
      case ("//", _), ("oneof", _), (nil, _): break
      case ("repeated", 5):
        messages[message, default: []].append(
          Member(name: words[2], type: words[1], isRepeated: true))
      case (let first?, 4) where words[2] == "=":
        messages[message, default: []].append(
          Member(name: words[1], type: first, isRepeated: false))
      case (let first?, 3) where words[1] == "=": enums[enumeration, default: []].append(first)
      default: break
      }
    }
  }

  func members(of message: String) -> [Member] { messages[message] ?? [] }
}

extension ProtoFile.Member {
  /// As the proto must have it.
  init(_ field: EntryField) {
    let type =
      switch field.form {
      case .text, .code, .reference, .place, .time: "string"
      case .number: "uint32"
      case .quantity: "lianshe.common.v1.Quantity"
      case .choice(let choices):
        choices.wireName == "Level" ? "lianshe.common.v1.Level" : choices.wireName
      }
    self.init(name: field.name, type: type, isRepeated: field.isList)
  }
}
