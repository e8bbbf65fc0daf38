// What entries say about each other: parts that are greater than their whole, totals that are not
// the sum of their parts. The review of a group looks at all its members, so that the order in which
// they were recorded makes no difference.

internal import Measures

/// An entry in a group under review.
package struct EntryMember: Sendable, Hashable {
  package var id: String
  package var content: EntryContent

  package init(id: String, content: EntryContent) {
    self.id = id
    self.content = content
  }
}

extension EntryKind {
  /// The doubts within a group whose members differ only in the varying field.
  ///
  /// - Returns: doubts by the id of the entry they are about.
  package func review(_ members: [EntryMember], varying: EntryField) -> [String: [EntryDoubt]] {
    var found: [String: [EntryDoubt]] = [:]
    for rule in rules {
      switch rule {
      case .whole(let place, let field) where place == varying:
        reviewWhole(members, place, field, &found)
        if field.addition == .always || field.addition == .overPlaces {
          reviewSum(members, place, field, &found)
        }
      case .partsAddUp(let group, let field) where group == varying:
        reviewTotal(members, group, field, &found)
      default: break
      }
    }
    return found
  }

  /// A part may not be greater than the whole around it.
  private func reviewWhole(
    _ members: [EntryMember], _ place: EntryField, _ field: EntryField,
    _ found: inout [String: [EntryDoubt]]
  ) {
    for part in members {
      guard let small = part.content.quantity(field) else { continue }
      for whole in members where whole.id != part.id {
        let (inner, outer) = (part.content.text(place), whole.content.text(place))
        guard inner != outer, EntryPlace.contains(outer, inner),
          let large = whole.content.quantity(field),
          small.interval.isGreater(than: large.interval) == .yes
        else { continue }
        found[part.id, default: []].append(
          EntryDoubt(
            field: field, rule: .partExceedsWhole, printed: small.printed,
            candidates: Self.candidates(small),
            zh: "\(field.title)\(small.printed)（\(inner)）大于其所在地区（\(outer)）的\(large.printed)",
            en: "\(field.name) \(small.printed) of \(inner) is greater than \(large.printed) "
              + "of \(outer), which it is a part of",
            relatedIDs: [whole.id]))
        break
      }
    }
  }

  /// Parts that do not overlap may not make up more than the whole.
  private func reviewSum(
    _ members: [EntryMember], _ place: EntryField, _ field: EntryField,
    _ found: inout [String: [EntryDoubt]]
  ) {
    for whole in members {
      guard let large = whole.content.quantity(field) else { continue }
      let outer = whole.content.text(place)
      let inside = members.filter { part in
        part.content.text(place) != outer && EntryPlace.contains(outer, part.content.text(place))
          && part.content.quantity(field) != nil
      }
      let parts = inside.filter { part in
        !inside.contains { other in
          other.content.text(place) != part.content.text(place)
            && EntryPlace.contains(other.content.text(place), part.content.text(place))
        }
      }
      guard parts.count > 1,
        let sum = try? Quantity.sum(parts.compactMap { $0.content.quantity(field) }),
        sum.interval.isGreater(than: large.interval) == .yes
      else { continue }
      found[whole.id, default: []].append(
        EntryDoubt(
          field: field, rule: .partExceedsWhole, printed: large.printed,
          candidates: Self.candidates(large) + [
            .init(
              quantity: sum, rationaleChinese: "各地区之和", rationaleEnglish: "the sum of the places")
          ],
          zh: "其中\(parts.count)个地区之和\(sum.printed)大于\(field.title)\(large.printed)（\(outer)）",
          en: "\(parts.count) places make up \(sum.printed), more than \(field.name) "
            + "\(large.printed) of \(outer)",
          relatedIDs: parts.map(\.id)))
    }
  }

  /// A total is the sum of its parts.
  private func reviewTotal(
    _ members: [EntryMember], _ group: EntryField, _ field: EntryField,
    _ found: inout [String: [EntryDoubt]]
  ) {
    let parts = members.filter { $0.content[group] != nil }
    let quantities = parts.compactMap { $0.content.quantity(field) }
    guard !quantities.isEmpty, quantities.count == parts.count,
      let sum = try? Quantity.sum(quantities)
    else { return }
    for total in members where total.content[group] == nil {
      guard let stated = total.content.quantity(field),
        stated.interval.isEqual(to: sum.interval) == .no
      else { continue }
      found[total.id, default: []].append(
        EntryDoubt(
          field: field, rule: .totalDiffers, printed: stated.printed,
          candidates: [
            .init(quantity: stated, rationaleChinese: "照原文", rationaleEnglish: "as printed"),
            .init(
              quantity: sum, rationaleChinese: "各\(group.title)之和",
              rationaleEnglish: "the sum of the parts"),
          ],
          zh: "合计\(stated.printed)不等于各\(group.title)之和\(sum.printed)",
          en: "the total \(stated.printed) is not \(sum.printed), the sum of its parts",
          relatedIDs: parts.map(\.id)))
    }
  }
}
