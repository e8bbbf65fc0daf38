// What was published, and what has changed since, as pages.

package import GatewayDomain

/// The publications of a federation.
package struct PublicationListDocument: Sendable {
  package struct Item: Sendable {
    package let year: String
    package let number: Int
    package let title: String
    package let note: String
    package let publisher: String
    /// RFC 3339.
    package let publishTime: String
    package let isPartial: Bool

    package init(
      year: String, number: Int, title: String, note: String, publisher: String,
      publishTime: String, isPartial: Bool
    ) {
      self.year = year
      self.number = number
      self.title = title
      self.note = note
      self.publisher = publisher
      self.publishTime = publishTime
      self.isPartial = isPartial
    }
  }

  package let federationCode: String
  package let publications: [Item]

  package init(federationCode: String, publications: [Item]) {
    self.federationCode = federationCode
    self.publications = publications
  }
}

/// What has changed since a report was published.
package struct ChangesDocument: Sendable {
  package struct Value: Sendable {
    package let printed: String
    package let mark: PrintedMark

    package init(printed: String, mark: PrintedMark) {
      self.printed = printed
      self.mark = mark
    }
  }

  package struct Figure: Sendable {
    package let key: String
    package let section: String
    package let old: Value?
    package let new: Value?

    package init(key: String, section: String, old: Value?, new: Value?) {
      self.key = key
      self.section = section
      self.old = old
      self.new = new
    }
  }

  package struct Claim: Sendable {
    package let text: String
    package let old: String
    package let new: String
    package let reason: String

    package init(text: String, old: String, new: String, reason: String) {
      self.text = text
      self.old = old
      self.new = new
      self.reason = reason
    }
  }

  package let federationCode: String
  package let publication: PublicationListDocument.Item
  package let changed: [Figure]
  package let gone: [Figure]
  package let new: [Figure]
  package let claims: [Claim]
  package let unchangedCount: Int
  /// Services whose figures could not be compared.
  package let missing: [String]

  package init(
    federationCode: String, publication: PublicationListDocument.Item, changed: [Figure],
    gone: [Figure], new: [Figure], claims: [Claim], unchangedCount: Int, missing: [String]
  ) {
    self.federationCode = federationCode
    self.publication = publication
    self.changed = changed
    self.gone = gone
    self.new = new
    self.claims = claims
    self.unchangedCount = unchangedCount
    self.missing = missing
  }
}

/// Writes the list of publications.
package struct PublicationListPage: Sendable {
  package init() {}

  package func render(_ document: PublicationListDocument) -> String {
    PageLibrary.render("publications", Values(document))
  }

  private struct Values: Sendable {
    let pageTitle = "发布过的报告"
    let hasPublications: Bool
    let publications: [PublicationView]

    init(_ document: PublicationListDocument) {
      hasPublications = !document.publications.isEmpty
      publications = document.publications.map {
        PublicationView($0, document.federationCode)
      }
    }
  }
}

/// A publication in a page.
private struct PublicationView: Sendable {
  let heading: String
  let number: Int
  let path: String
  let changesPath: String
  let publisher: String
  let shownTime: String
  let remark: String?
  let isPartial: Bool

  init(_ item: PublicationListDocument.Item, _ code: String) {
    heading = item.title
    number = item.number
    path = ReportPaths.publication(of: code, year: item.year, number: item.number)
    changesPath = ReportPaths.changes(of: code, year: item.year, number: item.number)
    publisher = item.publisher
    shownTime = BeijingTime.text(item.publishTime)
    remark = item.note.nonEmpty
    isPartial = item.isPartial
  }
}

/// Writes what has changed.
package struct ChangesPage: Sendable {
  package init() {}

  package func render(_ document: ChangesDocument) -> String {
    PageLibrary.render("changes", Values(document))
  }

  private struct Values: Sendable {
    let pageTitle: String
    let publication: PublicationView
    let reportPath: String
    let absent: String?
    let isSame: Bool
    let unchangedCount: Int
    let groups: [Group]
    let hasClaims: Bool
    let claims: [ClaimView]

    init(_ document: ChangesDocument) {
      pageTitle = "发布以后的变动"
      publication = PublicationView(document.publication, document.federationCode)
      reportPath = ReportPaths.report(
        of: document.federationCode, year: Int(document.publication.year) ?? 0)
      absent = document.missing.joined(separator: "、").nonEmpty
      unchangedCount = document.unchangedCount
      groups = [
        Group("变了的数字", document.changed), Group("不再有的数字", document.gone),
        Group("新有的数字", document.new),
      ].filter { !$0.figures.isEmpty }
      hasClaims = !document.claims.isEmpty
      claims = document.claims.map(ClaimView.init)
      isSame = groups.isEmpty && document.claims.isEmpty
    }
  }

  private struct Group: Sendable {
    let groupTitle: String
    let figures: [FigureView]

    init(_ title: String, _ figures: [ChangesDocument.Figure]) {
      groupTitle = "\(title)（\(figures.count)）"
      self.figures = figures.map(FigureView.init)
    }
  }

  private struct FigureView: Sendable {
    let path: String
    let key: String
    let sectionName: String
    let before: ValueView?
    let after: ValueView?

    init(_ figure: ChangesDocument.Figure) {
      path = ReportPaths.explanation(of: figure.key)
      key = figure.key
      sectionName = figure.section
      before = figure.old.map(ValueView.init)
      after = figure.new.map(ValueView.init)
    }
  }

  private struct ValueView: Sendable {
    let kind: String
    let printed: String
    let tag: String?

    init(_ value: ChangesDocument.Value) {
      kind = value.mark.rawValue
      printed = value.printed
      tag = value.mark.tag
    }
  }

  private struct ClaimView: Sendable {
    let words: String
    let before: String
    let after: String

    init(_ claim: ChangesDocument.Claim) {
      words = claim.text
      before = claim.old
      after = claim.reason.isEmpty ? claim.new : "\(claim.new)：\(claim.reason)"
    }
  }
}
