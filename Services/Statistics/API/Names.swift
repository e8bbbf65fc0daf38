// The wire and the domain use the same words for the same things. In this room the domain's stand
// alone, the wire's carry "Message".

internal import CommonMessages
internal import Measures
internal import StatisticsDomain
internal import StatisticsMessages

typealias PlaceLevel = StatisticsDomain.PlaceLevel
typealias Indicator = StatisticsDomain.Indicator
typealias IndicatorKind = StatisticsDomain.IndicatorKind
typealias Channel = StatisticsDomain.Channel
typealias Form = StatisticsDomain.Form
typealias ReportingPeriod = StatisticsDomain.ReportingPeriod
typealias Coverage = StatisticsDomain.Coverage
typealias Report = StatisticsDomain.Report
typealias ReportState = StatisticsDomain.ReportState
typealias Observation = StatisticsDomain.Observation
typealias UnitProfile = StatisticsDomain.UnitProfile
typealias QuarantineItem = StatisticsDomain.QuarantineItem
typealias QuarantineState = StatisticsDomain.QuarantineState
typealias Target = StatisticsDomain.Target
typealias TargetKind = StatisticsDomain.TargetKind
typealias Figure = StatisticsDomain.Figure
typealias FigureMark = StatisticsDomain.FigureMark
typealias StatedFigure = StatisticsDomain.StatedFigure
typealias Quantity = Measures.Quantity
typealias Nature = Measures.Nature

typealias IndicatorMessage = StatisticsMessages.Indicator
typealias IndicatorKindMessage = StatisticsMessages.IndicatorKind
typealias ChannelMessage = StatisticsMessages.Channel
typealias FormMessage = StatisticsMessages.Form
typealias PeriodKindMessage = StatisticsMessages.PeriodKind
typealias ReportingPeriodMessage = StatisticsMessages.ReportingPeriod
typealias CoverageMessage = CommonMessages.Coverage
typealias ReportMessage = StatisticsMessages.Report
typealias ReportStateMessage = StatisticsMessages.ReportState
typealias ObservationMessage = StatisticsMessages.Observation
typealias UnitProfileMessage = StatisticsMessages.UnitProfile
typealias QuarantineItemMessage = CommonMessages.QuarantineItem
typealias QuarantineStateMessage = CommonMessages.QuarantineState
typealias QuarantineCandidateMessage = CommonMessages.QuarantineCandidate
typealias TargetMessage = StatisticsMessages.Target
typealias TargetKindMessage = StatisticsMessages.TargetKind
typealias FigureMessage = CommonMessages.Figure
typealias FigureMarkMessage = CommonMessages.FigureMark
typealias FigureRecordMessage = CommonMessages.FigureRecord
typealias PartialSumMessage = CommonMessages.PartialSum
typealias DifferenceMessage = StatisticsMessages.Difference
typealias StatedFigureMessage = CommonMessages.StatedFigure
typealias QuantityMessage = CommonMessages.Quantity
typealias NatureMessage = CommonMessages.Nature
typealias ProvenanceMessage = CommonMessages.Provenance
