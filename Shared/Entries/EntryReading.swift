// From a text to the value of a field: the same for files, calls and a clerk's correction. Lists are
// separated by 、 in files and come apart on the wire.

internal import Measures

/// What comes of reading a field.
package enum EntryReading: Sendable {
  /// Nil where nothing was written.
  case value(EntryValue?)
  /// A number that cannot be read with certainty.
  case doubtful(EntryDoubt)
  case invalid(EntryViolation)
}

extension EntryField {
  /// Signs between the values of a list in a file.
  package static let separators: Set<Character> = ["、", "；", ";"]

  /// Reads the cell of a file.
  package func read(cell: String) -> EntryReading {
    let texts =
      isList ? cell.split(whereSeparator: Self.separators.contains).map(Self.trimmed) : [cell]
    return read(texts)
  }

  /// Reads the texts of a field: one, unless it is a list.
  package func read(_ texts: [String]) -> EntryReading {
    let texts = texts.filter { !$0.isEmpty }
    guard !texts.isEmpty else {
      return isRequired
        ? .invalid(EntryViolation(name, "", "required", zh: "必填", en: "must not be empty"))
        : .value(nil)
    }
    if case .quantity(let unit, let nature) = form { return read(texts[0], unit, nature) }
    guard texts.count <= EntryLimits.listValues else {
      return broken(
        "\(texts.count)", "list.length", "最多\(EntryLimits.listValues)项",
        "has at most \(EntryLimits.listValues) values")
    }
    var values: [String] = []
    for text in texts {
      switch canonical(text) {
      case .success(let value) where !values.contains(value): values.append(value)
      case .success: break
      case .failure(let violation): return .invalid(violation)
      }
    }
    return .value(isList ? .list(values) : .text(values[0]))
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  private func broken(
    _ value: String, _ rule: String, _ zh: String, _ en: String
  ) -> EntryReading {
    .invalid(violation(value, rule, zh, en))
  }

  private func violation(
    _ value: String, _ rule: String, _ zh: String, _ en: String
  ) -> EntryViolation {
    EntryViolation(name, String(value.prefix(200)), rule, zh: zh, en: en)
  }

  private func canonical(_ text: String) -> Result<String, EntryViolation> {
    switch form {
    case .text: return plain(text)
    case .code, .reference: return code(text)
    case .place:
      guard EntryPlace(text) != nil else {
        return .failure(
          violation(text, "place.code", "应为六位行政区划代码", "is the six-digit code of a place"))
      }
      return .success(text)
    case .time:
      guard let time = EntryTime(text) else {
        return .failure(
          violation(
            text, "time.format", "应为 2013、2013-H1、2013-05 或 2013-12-25",
            "is a period or a date: 2013, 2013-H1, 2013-05, 2013-12-25"))
      }
      return .success(time.text)
    case .number:
      guard let number = Int(HalfWidth.normalized(text)), EntryLimits.numberRange.contains(number)
      else {
        return .failure(
          violation(text, "number.range", "应为1到9999的整数", "is a whole number from 1 to 9999"))
      }
      return .success("\(number)")
    case .choice(let choices):
      guard let choice = choices.choice(text) else {
        let titles = choices.all.map(\.title).joined(separator: "、")
        let codes = choices.all.map(\.code).joined(separator: ", ")
        return .failure(violation(text, "choice", "应为\(titles)之一", "is one of \(codes)"))
      }
      return .success(choice.code)
    case .quantity: return .success(text)
    }
  }

  private func plain(_ text: String) -> Result<String, EntryViolation> {
    if text.count > EntryLimits.textCharacters {
      return .failure(
        violation(
          text, "text.length", "最多\(EntryLimits.textCharacters)个字符",
          "has at most \(EntryLimits.textCharacters) characters"))
    }
    if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return .failure(
        violation(text, "text.control_character", "含有控制字符", "holds a control character"))
    }
    if text.first?.isWhitespace == true || text.last?.isWhitespace == true {
      return .failure(
        violation(text, "text.blank_ends", "首尾不应有空白", "must not begin or end with a blank"))
    }
    return .success(text)
  }

  private func code(_ text: String) -> Result<String, EntryViolation> {
    let isCode = text.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
    }
    guard isCode, text.utf8.count <= EntryLimits.codeCharacters else {
      return .failure(
        violation(
          text, "code.format", "代码只用小写字母、数字和连字符，最多\(EntryLimits.codeCharacters)个",
          "has small letters, digits and hyphens, at most \(EntryLimits.codeCharacters)"))
    }
    return .success(text)
  }

  private func read(_ text: String, _ unit: MeasureUnit, _ nature: Nature) -> EntryReading {
    switch Quantity.read(text, unit: unit, nature: nature) {
    case .invalid(let reason):
      return broken(text, "quantity.\(reason.rule.rawValue)", reason.chinese, reason.english)
    case .unreadable(let reason, let candidates):
      return .doubtful(
        EntryDoubt(
          field: self, rule: .unreadable, printed: text, candidates: candidates,
          zh: reason.chinese, en: reason.english))
    case .readable(let quantity):
      if isUnitMissing(text, unit) {
        return broken(
          text, "quantity.unit_missing",
          "没有写单位：应写成\(text)\(unit)、\(text)万\(unit)或\(text)亿\(unit)",
          "the unit is missing: \(text)\(unit), \(text)万\(unit) or \(text)亿\(unit)?")
      }
      if quantity.value?.isNegative ?? quantity.interval.high?.isNegative ?? false {
        return broken(text, "quantity.negative", "\(title)不能为负", "is not negative")
      }
      if unit.kind == .count, let value = quantity.value, !value.isInteger {
        return broken(text, "quantity.fraction", "\(title)应为整数", "is a whole number")
      }
      return .value(.quantity(quantity))
    }
  }

  /// A bare number of money may mean 元, 万元 or 亿元, and nothing is guessed.
  private func isUnitMissing(_ printed: String, _ unit: MeasureUnit) -> Bool {
    guard unit.kind == .measure else { return false }
    let text = HalfWidth.normalized(printed)
    return !["万", "亿", unit.symbol].contains { text.contains($0) }
  }
}

extension EntrySource {
  /// The broken rules of a source; the fields are those of the message.
  package var violations: [EntryViolation] {
    var found: [EntryViolation] = []
    let texts = [
      ("provenance.document", document, EntryLimits.documentCharacters),
      ("provenance.sentence", sentence, EntryLimits.sentenceCharacters),
      ("provenance.note", note, EntryLimits.sentenceCharacters),
    ]
    for (field, text, limit) in texts where text.count > limit {
      found.append(
        EntryViolation(
          field, String(text.prefix(200)), "text.length", zh: "最多\(limit)个字符",
          en: "has at most \(limit) characters"))
    }
    if document.allSatisfy(\.isWhitespace) {
      found.append(
        EntryViolation(
          "provenance.document", document, "required", zh: "必须写明出处文件",
          en: "the document must be named"))
    }
    return found
  }
}
