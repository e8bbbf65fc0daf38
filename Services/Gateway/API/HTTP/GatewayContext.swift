// What every HTTP request carries beside itself.

package import Hummingbird
package import RPC

/// The context of a request to the HTTP face.
package struct GatewayContext: RequestContext {
  package var coreContext: CoreRequestContextStorage
  /// The caller's trace, one step on, or a new one.
  package var trace = TraceContext()

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
  }
}

/// The bounds of the HTTP face.
package struct HTTPLimits: Sendable, Hashable {
  /// The longest path with its query, in bytes. Over it: 414.
  package var maximumTargetBytes = 8_192
  /// How long a request may take when the caller does not say.
  package var defaultTimeout: Duration = .seconds(10)
  /// The longest time that a caller may ask for; more is cut to this.
  package var maximumTimeout: Duration = .seconds(60)
  /// Federations that the start page lists.
  package var maximumStartFederations: UInt32 = 200
  /// Federations of the start page whose years are asked for.
  package var maximumStartYears = 20
  /// Keys of one request for figures.
  package var maximumKeys = 500

  package init() {}
}
