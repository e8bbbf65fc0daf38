// Reads the text of a template. All errors are told at once, each with its line: somebody who writes a
// report corrects it in one go.

extension ReportTemplate {
  /// Reads a template for one federation and year.
  package init(
    parsing text: String, _ context: TemplateContext
  ) throws(TemplateProblems) {
    var parser = TemplateParser(context)
    self = try parser.template(text)
  }
}

/// Reads one text.
struct TemplateParser {
  private let context: TemplateContext
  private var problems: [TemplateProblem] = []
  private var title: String?
  private var sections: [TemplateSection] = []
  /// The section under way; its lines are collected in `lines`.
  private var heading: (id: String, title: String)?
  private var lines: [TemplateLine] = []

  init(_ context: TemplateContext) {
    self.context = context
  }

  mutating func template(_ text: String) throws(TemplateProblems) -> ReportTemplate {
    guard text.utf8.count <= TemplateLimits.bytes else {
      let size = text.utf8.count
      throw TemplateProblems([
        TemplateProblem(
          0, "size", zh: "模板有\(size)字节，至多\(TemplateLimits.bytes)字节",
          en: "the template has \(size) bytes; at most \(TemplateLimits.bytes) are read")
      ])
    }
    let all = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if all.count > TemplateLimits.lines {
      add(
        0, "lines", zh: "模板多于\(TemplateLimits.lines)行",
        en: "the template has more than \(TemplateLimits.lines) lines")
    }
    for (index, line) in all.prefix(TemplateLimits.lines).enumerated() {
      read(
        Self.trimmed(index == 0 && line.hasPrefix("\u{FEFF}") ? line.dropFirst() : line), index + 1)
    }
    endSection()
    let template = ReportTemplate(title: title ?? "", sections: sections)
    checkWhole(template)
    guard problems.isEmpty else {
      throw TemplateProblems(Array(problems.prefix(TemplateLimits.problems)))
    }
    return template
  }

  private mutating func checkWhole(_ template: ReportTemplate) {
    if title == nil {
      add(0, "title", zh: "缺少标题行：# 标题", en: "there is no line with the title: # TITLE")
    }
    if sections.isEmpty {
      add(0, "section", zh: "至少要有一节：## 代码 标题", en: "there is no section: ## ID TITLE")
    }
    if sections.count > TemplateLimits.sections {
      add(
        0, "sections", zh: "多于\(TemplateLimits.sections)节",
        en: "more than \(TemplateLimits.sections) sections")
    }
    let keys = template.keys.count
    if keys > TemplateLimits.keys {
      add(
        0, "keys", zh: "模板共用\(keys)个数字的键，至多\(TemplateLimits.keys)个",
        en: "the template uses \(keys) keys of figures; at most \(TemplateLimits.keys)")
    }
  }

  private mutating func add(
    _ line: Int, _ rule: String, _ value: String = "", zh: String, en: String
  ) {
    problems.append(TemplateProblem(line, rule, String(value.prefix(200)), zh: zh, en: en))
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return text.drop(while: \.isWhitespace)
  }

  // MARK: Lines

  private mutating func read(_ line: Substring, _ number: Int) {
    if line.isEmpty { return }
    if line.hasPrefix("## ") || line == "##" {
      readHeading(Self.trimmed(line.dropFirst(2)), number)
    } else if line.hasPrefix("# ") || line == "#" {
      readTitle(Self.trimmed(line.dropFirst()), number)
    } else if line.hasPrefix("#") {
      add(
        number, "line", String(line), zh: "以 # 开头的行只有“# 标题”和“## 代码 标题”",
        en: "a line that begins with # is \"# TITLE\" or \"## ID TITLE\"")
    } else {
      readContent(line, number)
    }
  }

  private mutating func readTitle(_ text: Substring, _ number: Int) {
    guard title == nil, sections.isEmpty, heading == nil else {
      add(
        number, "title", String(text), zh: "标题只有一个，在最前面",
        en: "there is one title, before everything else")
      return
    }
    title = plain(text, number, "title")
  }

  private mutating func readHeading(_ text: Substring, _ number: Int) {
    endSection()
    let id = text.prefix { !$0.isWhitespace }
    guard TemplateName.isValid(id) else {
      add(
        number, "section", String(text), zh: "节应写作“## 代码 标题”，代码由小写字母、数字和连字符组成",
        en: "a section is \"## ID TITLE\", its id small letters, digits and hyphens")
      // What follows still belongs to a section; only its name is wrong.
      heading = ("", "")
      return
    }
    if sections.contains(where: { $0.id == id }) {
      add(
        number, "section.twice", String(id), zh: "节的代码\(id)出现了两次",
        en: "there are two sections \(id)")
    }
    heading = (String(id), plain(Self.trimmed(text.dropFirst(id.count)), number, "section"))
  }

  /// A title: placeholders, but no figures.
  private mutating func plain(_ text: Substring, _ number: Int, _ rule: String) -> String {
    let expanded = expanded(text, number)
    if text.contains("{{") {
      add(number, rule, String(text), zh: "标题里不能有数字的键", en: "a title holds no figures")
    }
    if expanded.isEmpty || expanded.count > TemplateLimits.titleCharacters {
      add(
        number, rule, String(text), zh: "标题应有1至\(TemplateLimits.titleCharacters)个字",
        en: "a title has 1 to \(TemplateLimits.titleCharacters) characters")
    }
    return expanded
  }

  private mutating func endSection() {
    if let heading {
      sections.append(TemplateSection(id: heading.id, title: heading.title, lines: lines))
    }
    heading = nil
    lines = []
  }

  private mutating func readContent(_ line: Substring, _ number: Int) {
    if heading == nil {
      add(
        number, "outside", String(line), zh: "正文应在某一节（## 代码 标题）之内",
        en: "text stands inside a section (## ID TITLE)")
      heading = ("", "")
    }
    guard let content = content(of: line, number) else { return }
    lines.append(TemplateLine(number: number, content: content))
  }

  private mutating func content(
    of line: Substring, _ number: Int
  ) -> TemplateLine.Content? {
    if line.hasPrefix("@") { return block(line.dropFirst(), number) }
    if line.hasPrefix("??") { return claim(Self.trimmed(line.dropFirst(2)), number) }
    if line.hasPrefix("> ") { return .note(pieces(line.dropFirst(2), number)) }
    if line.hasPrefix("- ") { return .item(pieces(line.dropFirst(2), number)) }
    return .sentence(pieces(line, number))
  }

  private mutating func block(_ name: Substring, _ number: Int) -> TemplateLine.Content? {
    let expanded = expanded(name, number)
    if let block = TemplateBlock(expanded) { return .block(block) }
    let known = TemplateBlock.plain.map(\.name).joined(separator: ", ") + ", narrative/ID"
    add(
      number, "block", expanded, zh: "没有这种段落：@\(expanded)；有 \(known)",
      en: "there is no block @\(expanded); there are \(known)")
    return nil
  }

  // MARK: Texts

  private mutating func expanded(
    _ text: some StringProtocol, _ number: Int, keeping kept: Set<String> = []
  ) -> String {
    do throws(UnknownPlaceholder) {
      return try context.expanded(text, keeping: kept)
    } catch {
      let value = error.text
      add(
        number, "placeholder", value, zh: "没有占位符\(value.prefix(40))；有\(TemplateContext.names)",
        en: "there is no placeholder \(value.prefix(40)); there are \(TemplateContext.names)")
      return String(text)
    }
  }

  /// A text with figures: "……{{KEY}}……".
  private mutating func pieces(_ text: Substring, _ number: Int) -> [TemplatePiece] {
    var rest = Substring(expanded(text, number))
    var pieces: [TemplatePiece] = []
    while let open = rest.firstRange(of: "{{") {
      guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
        add(
          number, "braces", String(rest[open.lowerBound...]), zh: "{{ 没有对应的 }}",
          en: "{{ is not closed by }}")
        return pieces
      }
      let before = rest[..<open.lowerBound]
      if !before.isEmpty { pieces.append(.text(String(before))) }
      let key = String(Self.trimmed(rest[open.upperBound..<close.lowerBound]))
      check(key, number)
      pieces.append(.figure(key))
      rest = rest[close.upperBound...]
    }
    if !rest.isEmpty { pieces.append(.text(String(rest))) }
    return pieces
  }

  @discardableResult
  private mutating func check(_ key: String, _ number: Int) -> Bool {
    guard let fault = FigureAddress.fault(of: key) else { return true }
    add(
      number, "key", key, zh: "“\(key.prefix(100))”不是数字的键：\(fault.zh)",
      en: "\"\(key.prefix(100))\" is no key of a figure: \(fault.en)")
    return false
  }

  private mutating func claim(_ text: Substring, _ number: Int) -> TemplateLine.Content? {
    guard let bar = text.firstIndex(of: "|") else {
      add(
        number, "claim", String(text), zh: "说法应写作“?? 检验 | 说法”",
        en: "a claim is \"?? TEST | WORDS\"")
      return nil
    }
    let words = pieces(Self.trimmed(text[text.index(after: bar)...]), number)
    if words.isEmpty {
      add(number, "claim", String(text), zh: "“|”后面没有说法", en: "there are no words after |")
    }
    do throws(TemplateProblem) {
      let test = try ClaimReader(context: context, line: number).test(text[..<bar])
      let faults = Set(test.keys).sorted().filter { !check($0, number) }
      return faults.isEmpty ? .claim(words, test) : nil
    } catch {
      problems.append(error)
      return nil
    }
  }
}
