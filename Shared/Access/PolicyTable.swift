// One table per process says who may call what. A method without a line has no default: the
// process does not start, so that forgetting a line can never open or close something silently.

package import RPC

/// Who may call a method. Where he may write is the organisation scope, asked by the handler.
package enum AccessRule: Sendable, Equatable {
  /// Everybody, without a token.
  case open
  /// Every holder of a valid token.
  case authenticated
  /// Holders of any of these roles, or of one that includes it.
  case role(Set<Role>)
}

/// The rule of every method of a process, by the method's path.
package struct PolicyTable: Sendable {
  private var rules: [String: AccessRule]

  /// - Parameter rules: by path, `/lianshe.registry.v1.RegistryService/GetPlace`.
  package init(_ rules: [String: AccessRule]) {
    self.rules = rules
  }

  /// One rule for several methods.
  package init(_ rule: AccessRule, for methods: [MethodInfo]) {
    rules = Dictionary(methods.map { ($0.path, rule) }, uniquingKeysWith: { first, _ in first })
  }

  /// Both tables as one. A path in both is a mistake unless the rules agree; the stricter reading
  /// cannot be guessed, so the call says which one it met.
  package func merging(_ other: PolicyTable) throws(PolicyError) -> PolicyTable {
    var merged = self
    for (path, rule) in other.rules {
      if let present = merged.rules[path], present != rule {
        throw PolicyError(missing: [], unknown: [], contradictory: [path])
      }
      merged.rules[path] = rule
    }
    return merged
  }

  package func rule(for method: MethodInfo) -> AccessRule? { rules[method.path] }

  /// Methods that have no line, in the order given.
  package func missing(from methods: [MethodInfo]) -> [MethodInfo] {
    methods.filter { rules[$0.path] == nil }
  }

  /// Lines for methods that do not exist: usually a misspelt path.
  package func unknown(to methods: [MethodInfo]) -> [String] {
    let known = Set(methods.map(\.path))
    return rules.keys.filter { !known.contains($0) }.sorted()
  }

  /// What a process calls before it listens.
  ///
  /// - Throws: an error that names every method without a line and every line without a method.
  package func check(_ methods: [MethodInfo]) throws(PolicyError) {
    let missing = missing(from: methods).map(\.path)
    let unknown = unknown(to: methods)
    guard missing.isEmpty, unknown.isEmpty else {
      throw PolicyError(missing: missing, unknown: unknown, contradictory: [])
    }
  }
}

/// A policy table that does not fit the methods of its process.
package struct PolicyError: Error, Sendable, Equatable, CustomStringConvertible {
  package let missing: [String]
  package let unknown: [String]
  package let contradictory: [String]

  package var description: String {
    var parts: [String] = []
    if !missing.isEmpty {
      parts.append("methods without an access rule: \(missing.joined(separator: ", "))")
    }
    if !unknown.isEmpty {
      parts.append("access rules for methods that do not exist: \(unknown.joined(separator: ", "))")
    }
    if !contradictory.isEmpty {
      parts.append("two different access rules for: \(contradictory.joined(separator: ", "))")
    }
    return parts.joined(separator: "; ")
  }
}
