// Everything the tool says, it can say in Chinese and in English. Clerks read Chinese, so that is
// what an unset or meaningless locale gives.

internal import ArgumentParser
private import Foundation

/// The language of messages and help.
enum Language: String, CaseIterable, Sendable, ExpressibleByArgument {
  case zh, en

  /// The language of this run, known before arguments are parsed, since help needs it.
  static let ambient = choose(
    arguments: CommandLine.arguments, environment: ProcessInfo.processInfo.environment)

  /// `--lang` wins, then LIANSHE_LANG, then the locale; a locale that names no language of ours
  /// (`C`, `POSIX`, unset) is Chinese.
  static func choose(arguments: [String], environment: [String: String]) -> Language {
    if let index = arguments.lastIndex(of: "--lang"), index + 1 < arguments.count,
      let language = Language(rawValue: arguments[index + 1])
    {
      return language
    }
    if let argument = arguments.last(where: { $0.hasPrefix("--lang=") }),
      let language = Language(rawValue: String(argument.dropFirst("--lang=".count)))
    {
      return language
    }
    if let name = environment["LIANSHE_LANG"], let language = Language(rawValue: name) {
      return language
    }
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
      guard let locale = environment[name], !locale.isEmpty else { continue }
      return locale.lowercased().hasPrefix("en") ? .en : .zh
    }
    return .zh
  }

  /// Arguments without `--lang` in front of the subcommand, where the ambient language has taken it.
  static func withoutLeadingOption(_ arguments: [String]) -> [String] {
    var rest = arguments[...]
    while let first = rest.first {
      if first == "--lang", rest.count > 1 {
        rest = rest.dropFirst(2)
      } else if first.hasPrefix("--lang=") {
        rest = rest.dropFirst()
      } else {
        break
      }
    }
    return Array(rest)
  }
}

/// One text in both languages.
struct Phrase: Sendable, Equatable {
  let zh: String
  let en: String

  init(_ zh: String, _ en: String) {
    self.zh = zh
    self.en = en
  }

  /// A name and what it names: 出处：… or document: …
  static func label(_ zh: String, _ en: String, _ value: String) -> Phrase {
    Phrase("\(zh)：\(value)", "\(en): \(value)")
  }

  subscript(language: Language) -> String { language == .zh ? zh : en }
}

/// Help in the language of this run.
func help(_ zh: String, _ en: String, name: String? = nil) -> ArgumentHelp {
  ArgumentHelp(stringLiteral: Phrase(zh, en)[.ambient]).named(name)
}

/// Text of a command's help in the language of this run.
func ambient(_ zh: String, _ en: String) -> String { Phrase(zh, en)[.ambient] }

extension ArgumentHelp {
  fileprivate func named(_ name: String?) -> ArgumentHelp {
    var help = self
    if let name { help.valueName = name }
    return help
  }
}
