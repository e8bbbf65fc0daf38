// The effective configuration of a process: flags over environment over file over defaults.
//
// swift-configuration 1.4 was weighed for this. Its readers stop at the first provider that has a
// key; they cannot list the keys of a file, so a misspelt key would go unnoticed, and they do not
// tell where a value came from.

internal import FoundationEssentials

/// Everything a configuration is made from, so that tests bring their own.
package struct ConfigurationSources: Sendable {
  /// The arguments that are not the program's own options.
  package var flags: [String]
  package var environment: [String: String]
  /// The configuration file, when one was named.
  package var file: String?
  var readFile: @Sendable (String) -> [UInt8]?

  package init(flags: [String] = [], environment: [String: String] = [:], file: String? = nil) {
    self.init(flags: flags, environment: environment, file: file) { path in
      (try? Data(contentsOf: URL(filePath: path))).map { [UInt8]($0) }
    }
  }

  init(
    flags: [String], environment: [String: String], file: String?,
    readFile: @escaping @Sendable (String) -> [UInt8]?
  ) {
    self.flags = flags
    self.environment = environment
    self.file = file
    self.readFile = readFile
  }
}

/// Values that have all been checked.
package struct Configuration: Sendable {
  private struct Setting: Sendable {
    let text: String?
    let origin: Origin
  }

  /// Said of a variable that looks like ours and is not. Unlike a flag or a line of the file it is
  /// no mistake: other programs share the environment.
  static let unknownVariable = BilingualText(
    "没有这个键，已忽略；见 --help", "there is no such key, it is ignored; see --help")

  /// Variables of the environment that look like keys and that no program of ours has.
  let unknownVariables: [String]
  private let declarations: [KeyDeclaration]
  private let settings: [String: Setting]

  /// Reads and checks every key.
  ///
  /// - Throws: all problems at once.
  package init(
    keys: [KeyDeclaration], sources: ConfigurationSources
  ) throws(ConfigurationError) {
    var gathering = Gathering(keys: keys, sources: sources)
    gathering.readFlags()
    gathering.readEnvironment()
    gathering.readFile()
    var settings: [String: Setting] = [:]
    for key in keys {
      let (text, origin) = gathering.effective(key)
      settings[key.name] = Setting(text: text, origin: origin)
    }
    guard gathering.problems.isEmpty else {
      throw ConfigurationError(problems: gathering.problems)
    }
    declarations = keys
    self.settings = settings
    unknownVariables = gathering.unknownVariables
  }

  /// The value of a key.
  ///
  /// - Throws: when the program does not declare the key.
  package func value<Value>(
    _ key: ConfigurationKey<Value>
  ) throws(ConfigurationError) -> Value {
    let name = key.declaration.name
    if let setting = settings[name] {
      if let text = setting.text, let value = key.parse(text) { return value }
      if setting.text == nil, let absent = key.absent { return absent }
    }
    let rule = BilingualText("程序未声明此键", "the program does not declare this key")
    throw ConfigurationError(problems: [ConfigurationProblem(key: name, rule: rule)])
  }

  /// A mistake that shows only when the value is put to use.
  func problem(_ name: String, _ rule: BilingualText) -> ConfigurationProblem {
    let setting = settings[name]
    let key = declarations.first { $0.name == name }
    return ConfigurationProblem(
      key: name, shownValue: setting?.text.flatMap { key?.shown($0) }, origin: setting?.origin,
      rule: rule)
  }

  /// The effective values with their origins, secrets hidden, one line each.
  package var report: [String] {
    declarations.map { key in
      guard let setting = settings[key.name], let text = setting.text else {
        return "\(key.name)=    # \(Origin.unset)"
      }
      return "\(key.name)=\(key.shown(text))    # \(setting.origin)"
    }
  }
}

/// What has been found so far, while the sources are read from the strongest to the weakest.
private struct Gathering {
  let keys: [KeyDeclaration]
  let sources: ConfigurationSources
  var problems: [ConfigurationProblem] = []
  /// The strongest setting of each name, `NAME_FILE` names included.
  private var found: [String: (text: String, origin: Origin)] = [:]
  /// Names by strength, so that `NAME` on the command line beats `NAME_FILE` in the file.
  private var rank: [String: Int] = [:]

  init(keys: [KeyDeclaration], sources: ConfigurationSources) {
    self.keys = keys
    self.sources = sources
  }

  private var names: Set<String> {
    Set(
      keys.flatMap { key in
        key.mayComeFromFile ? [key.name, key.name + KeyDeclaration.fileSuffix] : [key.name]
      })
  }

  private mutating func note(_ name: String, _ text: String, _ origin: Origin, rank: Int) {
    if found[name] != nil { return }
    found[name] = (text, origin)
    self.rank[name] = rank
  }

  mutating func readFlags() {
    var byFlag: [String: String] = [:]
    for key in keys {
      byFlag[key.flag] = key.name
      if key.mayComeFromFile { byFlag[key.flag + "-file"] = key.name + KeyDeclaration.fileSuffix }
    }
    var rest = sources.flags[...]
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first.flatMap({ byFlag[String($0)] }) else {
        problems.append(
          ConfigurationProblem(
            key: String(parts.first ?? ""), origin: .flag,
            rule: BilingualText("没有这个选项；见 --help", "there is no such option; see --help")))
        // Its value, if it has one, is not a second mistake.
        if parts.count == 1, let next = rest.first, !next.hasPrefix("-") { rest.removeFirst() }
        continue
      }
      guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
        problems.append(
          ConfigurationProblem(
            key: argument, origin: .flag,
            rule: BilingualText("这个选项需要一个值", "this option needs a value")))
        return
      }
      if found[name] != nil {
        problems.append(
          ConfigurationProblem(
            key: String(parts[0]), origin: .flag,
            rule: BilingualText("此选项重复", "this option is given twice")))
      }
      note(name, value, .flag, rank: 0)
    }
  }

  mutating func readEnvironment() {
    for name in names.sorted() {
      // An empty variable is how a shell says "unset".
      if let text = sources.environment[name], !text.isEmpty {
        note(name, text, .environment, rank: 1)
      }
    }
  }

  var unknownVariables: [String] {
    let known = names.union(StandardKeys.sharedNames).union(StandardKeys.foreignVariables)
    return sources.environment.keys.filter {
      $0.hasPrefix("LIANSHE_") && !$0.hasPrefix("LIANSHE_TEST_") && !known.contains($0)
    }.sorted()
  }

  mutating func readFile() {
    guard let path = sources.file else { return }
    guard let bytes = sources.readFile(path) else {
      problems.append(
        ConfigurationProblem(
          key: path, rule: BilingualText("读不到配置文件", "the configuration file cannot be read")))
      return
    }
    let file = ConfigurationFile(path: path, bytes: bytes)
    problems += file.problems
    let names = names
    for entry in file.entries {
      let origin = Origin.file(path: path, line: entry.line)
      if names.contains(entry.key) {
        if !entry.value.isEmpty { note(entry.key, entry.value, origin, rank: 2) }
      } else if !StandardKeys.sharedNames.contains(entry.key) {
        let rule = BilingualText("没有这个键；见 --help", "there is no such key; see --help")
        problems.append(ConfigurationProblem(key: entry.key, origin: origin, rule: rule))
      }
    }
  }

  /// The text that counts for a key, checked; a mistake is noted and gives nil.
  mutating func effective(_ key: KeyDeclaration) -> (String?, Origin) {
    let fileName = key.name + KeyDeclaration.fileSuffix
    let direct = found[key.name]
    let named = key.mayComeFromFile ? found[fileName] : nil
    if let named, direct == nil || rank[fileName] ?? 3 <= rank[key.name] ?? 3 {
      if direct != nil && rank[fileName] == rank[key.name] {
        let rule = BilingualText(
          "与 \(fileName) 只能给出一个", "give either this or \(fileName), not both")
        problems.append(ConfigurationProblem(key: key.name, origin: named.origin, rule: rule))
        return (nil, named.origin)
      }
      return readSecret(key, path: named.text, namedBy: named.origin)
    }
    if let direct { return checked(key, direct.text, direct.origin) }
    if let standard = key.defaultText { return checked(key, standard, .standard) }
    if key.isRequired {
      let rule = BilingualText(
        "必须给出：\(key.rule.chinese)", "must be given: \(key.rule.english)")
      problems.append(ConfigurationProblem(key: key.name, rule: rule))
    }
    return (nil, .unset)
  }

  private mutating func readSecret(
    _ key: KeyDeclaration, path: String, namedBy origin: Origin
  ) -> (String?, Origin) {
    let place = Origin.secretFile(path: path, namedBy: origin)
    guard let bytes = sources.readFile(path), bytes.count <= 65_536,
      let text = String(validating: bytes, as: UTF8.self)
    else {
      let rule = BilingualText(
        "读不到此文件，或它不是 64 KiB 以内的 UTF-8 文本",
        "the file cannot be read, or is not UTF-8 text of at most 64 KiB")
      problems.append(
        ConfigurationProblem(
          key: key.name + KeyDeclaration.fileSuffix, shownValue: path, origin: origin, rule: rule))
      return (nil, place)
    }
    var value = text[...]
    while value.last?.isNewline == true { value.removeLast() }
    return checked(key, String(value), place)
  }

  private mutating func checked(
    _ key: KeyDeclaration, _ text: String, _ origin: Origin
  ) -> (String?, Origin) {
    if key.accepts(text) { return (text, origin) }
    let rule = BilingualText("应为\(key.rule.chinese)", "must be \(key.rule.english)")
    problems.append(
      ConfigurationProblem(
        key: key.name, shownValue: key.shown(text), origin: origin, rule: rule))
    return (nil, origin)
  }
}

extension KeyDeclaration {
  /// A value as it may be printed.
  func shown(_ text: String) -> String {
    switch secrecy {
    case .open: text
    case .secret: "***"
    case .url: Self.hidingPassword(text)
    }
  }

  /// Hides what stands between `user:` and `@`, and the values of password parameters; libpq takes
  /// both.
  private static func hidingPassword(_ url: String) -> String {
    var text = url
    // A password may itself hold @, / or ?: everything up to the last @ belongs to the user's part.
    if let scheme = text.firstRange(of: "://"),
      let end = text[scheme.upperBound...].lastIndex(of: "@"),
      let colon = text[scheme.upperBound..<end].firstIndex(of: ":")
    {
      text.replaceSubrange(text.index(after: colon)..<end, with: "***")
    }
    for name in ["password=", "sslpassword="] {
      var from = text.startIndex
      while let match = text[from...].firstRange(of: name) {
        let end = text[match.upperBound...].firstIndex { $0 == "&" || $0 == " " } ?? text.endIndex
        let distance = text.distance(from: text.startIndex, to: match.upperBound)
        text.replaceSubrange(match.upperBound..<end, with: "***")
        from = text.index(text.startIndex, offsetBy: distance)
      }
    }
    return text
  }
}
