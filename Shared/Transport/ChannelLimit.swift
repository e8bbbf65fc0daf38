// Which limits of a listener were reached, for its metrics. Reaching one is rare, so a lock will do.

internal import HTTP2
internal import RPC
internal import Synchronization
internal import Wire

/// A limit of a listener, by its name in the tables of README.md.
public enum ChannelLimit: String, Sendable, Hashable, CaseIterable {
  // Of `TransportLimits`.
  case maximumConnections, maximumStreams, maximumListenerStreams
  case maximumListenerWatches
  case prefaceTimeout, headersTimeout, bodyProgressTimeout, idleTimeout, stalledWriteTimeout
  case keepaliveTimeout, maximumAge
  case maximumHeaderBytes, maximumHeaderFields
  case streamBufferBytes, connectionBufferBytes, listenerBufferBytes

  // Of `RPCLimits`.
  case maximumRequestBytes, maximumPathBytes

  // Of reading a message (`DecodingLimits`).
  case maximumElements, maximumAllocation, maximumDepth

  // Of `HTTP2Limits`.
  case decodedHeaderBytes, maxContinuations, maxSettingsEntries
  case pings, settings, priorities, windowUpdates, emptyData, unknownFrames, unknownBytes
  case goAways, resetsReceived, resetsProvoked, refusals, acknowledgements

  init(_ limit: HTTP2Limit) {
    self =
      switch limit {
      case .maxConcurrentStreams: .maximumStreams
      case .maxHeaderBytes: .maximumHeaderBytes
      case .maxHeaderFields: .maximumHeaderFields
      case .decodedHeaderBytes: .decodedHeaderBytes
      case .maxContinuations: .maxContinuations
      case .maxSettingsEntries: .maxSettingsEntries
      case .pings: .pings
      case .settings: .settings
      case .priorities: .priorities
      case .windowUpdates: .windowUpdates
      case .emptyData: .emptyData
      case .unknownFrames: .unknownFrames
      case .unknownBytes: .unknownBytes
      case .goAways: .goAways
      case .resetsReceived: .resetsReceived
      case .resetsProvoked: .resetsProvoked
      case .refusals: .refusals
      case .acknowledgements: .acknowledgements
      case .prefaceSeconds: .prefaceTimeout
      case .headerBlockSeconds: .headersTimeout
      case .bodyProgressSeconds: .bodyProgressTimeout
      case .stalledWriteSeconds: .stalledWriteTimeout
      }
  }
}

extension CallLimit {
  init?(_ limit: ChannelLimit) {
    switch limit {
    case .maximumRequestBytes: self = .maximumRequestBytes
    case .maximumPathBytes: self = .maximumPathBytes
    case .maximumElements: self = .maximumElements
    case .maximumAllocation: self = .maximumAllocation
    case .maximumDepth: self = .maximumDepth
    default: return nil
    }
  }
}

extension TransportLimits {
  /// A limit in seconds, bytes or pieces; of a rate, what may come at once. Nil for none, and for
  /// what the HTTP/2 library decides.
  public func value(of limit: ChannelLimit) -> Double? {
    switch limit {
    case .maximumConnections: Double(maximumConnections)
    case .maximumStreams: Double(maximumStreams)
    case .maximumListenerStreams: Double(maximumListenerStreams)
    case .maximumListenerWatches: Double(maximumListenerWatches)
    case .prefaceTimeout: prefaceTimeout.seconds
    case .headersTimeout: headersTimeout.seconds
    case .bodyProgressTimeout: bodyProgressTimeout.seconds
    case .idleTimeout: idleTimeout.seconds
    case .stalledWriteTimeout: stalledWriteTimeout.seconds
    case .keepaliveTimeout: keepaliveTimeout.seconds
    case .maximumAge: maximumAge?.seconds
    case .maximumHeaderBytes: Double(maximumHeaderBytes)
    case .maximumHeaderFields: Double(maximumHeaderFields)
    case .streamBufferBytes: Double(streamBufferBytes)
    case .connectionBufferBytes: Double(connectionBufferBytes)
    case .listenerBufferBytes: Double(listenerBufferBytes)
    case .maximumRequestBytes: Double(call.maximumRequestBytes)
    case .maximumPathBytes: Double(call.maximumPathBytes)
    case .maximumElements: Double(DecodingLimits.default.maximumElements)
    case .maximumAllocation: Double(DecodingLimits.default.maximumAllocation)
    case .maximumDepth: Double(DecodingLimits.default.maximumDepth)
    case .decodedHeaderBytes: Double(session.decodedHeaderBytes)
    case .maxContinuations: Double(session.maxContinuations)
    case .maxSettingsEntries: Double(session.maxSettingsEntries)
    case .pings: Double(session.pings.burst)
    case .settings: Double(session.settings.burst)
    case .priorities: Double(session.priorities.burst)
    case .windowUpdates: Double(session.windowUpdates.burst)
    case .emptyData: Double(session.emptyData.burst)
    case .unknownFrames: Double(session.unknownFrames.burst)
    case .unknownBytes: Double(session.unknownBytes.burst)
    case .goAways: Double(session.goAways.burst)
    case .resetsReceived: Double(session.resetsReceived.burst)
    case .resetsProvoked: Double(session.resetsProvoked.burst)
    case .refusals: Double(session.refusals.burst)
    case .acknowledgements: nil
    }
  }
}

/// Counts for all connections of a listener.
final class LimitCounts: Sendable {
  private let counts = Mutex<[ChannelLimit: Int]>([:])

  func reach(_ limit: ChannelLimit, _ times: Int = 1) {
    counts.withLock { $0[limit, default: 0] &+= times }
  }

  func count(of limit: ChannelLimit) -> Int { counts.withLock { $0[limit] ?? 0 } }
}
