// Kinds of entries as callers are told of them.

package import CommonMessages
package import Entries
internal import Measures
internal import ServiceAPI

extension EntryKind {
  package var message: CommonMessages.EntryKind {
    CommonMessages.EntryKind(
      name: name, titleZh: title, titleEn: english, fields: fields.map(\.message))
  }
}

extension EntryField {
  package var message: CommonMessages.EntryField {
    var message = CommonMessages.EntryField(
      name: name, titleZh: title, required: isRequired, key: isKey, repeatedValues: isList,
      referenceKind: referenceKind ?? "", explanationZh: help, example: example)
    switch form {
    case .text: message.type = .text
    case .code: message.type = .code
    case .reference: message.type = .reference
    case .place: message.type = .place
    case .time: message.type = .time
    case .number: message.type = .number
    case .choice(let choices):
      message.type = .choice
      message.choices = choices.all.map { EntryChoice(code: $0.code, titleZh: $0.title) }
    case .quantity(let unit, let nature):
      message.type = .quantity
      message.unit = unit.symbol
      message.nature = nature.message
    }
    return message
  }
}
