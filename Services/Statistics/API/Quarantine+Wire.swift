// Doubtful values between the wire and the domain.

internal import Measures
internal import CommonMessages
internal import ServiceAPI
internal import StatisticsDomain
internal import StatisticsMessages
internal import Storage

extension QuarantineState {
  init?(_ message: QuarantineStateMessage) {
    switch message {
    case .open: self = .open
    case .accepted: self = .accepted
    case .corrected: self = .corrected
    case .rejected: self = .rejected
    case .settled, .unspecified, .unrecognized: return nil
    }
  }

  var message: QuarantineStateMessage {
    switch self {
    case .open: .open
    case .accepted: .accepted
    case .corrected: .corrected
    case .rejected: .rejected
    }
  }
}

extension QuarantineItem {
  var message: QuarantineItemMessage {
    QuarantineItemMessage(
      id: id, recordId: reportID, formCode: key.formCode, channelCode: key.channelCode,
      placeCode: key.placeCode, period: key.period.description,
      indicatorCode: doubt.indicatorCode, printedText: doubt.printed,
      rule: doubt.rule.rawValue, reasonZh: doubt.chinese, reasonEn: doubt.english,
      candidates: doubt.candidates.map { candidate in
        QuarantineCandidateMessage(
          quantity: candidate.quantity.canonicalMessage, rationaleZh: candidate.rationaleChinese,
          rationaleEn: candidate.rationaleEnglish)
      },
      state: state.message, resolvedQuantity: resolution?.quantity?.canonicalMessage,
      resolutionReason: resolution?.reason ?? "", resolvedBy: resolution?.by ?? "",
      resolveTime: resolution.map { Instant.text($0.time) } ?? "",
      provenance: doubt.source.message, revision: revision,
      etag: ETag(revision: revision).description, createTime: Instant.text(createTime),
      sector: key.sector, nature: key.nature.message, recordType: "report")
  }
}

extension QuarantineDecision {
  /// What a request decides.
  static func reading(
    _ request: ResolveQuarantineItemRequest, violations: inout [Violation]
  ) -> QuarantineDecision {
    switch request.decision {
    case .accepted: return .accept(candidateIndex: Int(clamping: request.candidateNumber) - 1)
    case .corrected: return .correct(text: request.correctedText)
    case .rejected: return .reject
    case .open, .settled, .unspecified, .unrecognized:
      violations.append(
        Violation(
          path: "decision", value: "\(request.decision.rawValue)", rule: "quarantine.decision",
          zh: "须是采纳、更正或否定", en: "the decision is accepted, corrected or rejected"))
      return .reject
    }
  }
}
