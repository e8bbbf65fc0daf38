// Readings of this process that the shared ones do not have.

internal import Bootstrap
internal import StatisticsAPI

enum StatisticsMetrics {
  static func register(in metrics: MetricsRegistry, answers: AnswerCache) {
    metrics.reading(
      "lianshe_statistics_answers_total", help: "Figures answered, by where they came from",
      labels: [("source", "memory")], isCounter: true
    ) { Double(answers.counts.hits) }
    metrics.reading(
      "lianshe_statistics_answers_total", help: "Figures answered, by where they came from",
      labels: [("source", "database")], isCounter: true
    ) { Double(answers.counts.misses) }
    metrics.reading(
      "lianshe_statistics_answers_kept", help: "Figures kept in memory"
    ) { Double(answers.counts.kept) }
  }
}
