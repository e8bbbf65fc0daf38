// The wire and the domain use the same words for the same things. In this room the domain's stand
// alone.

package import CommonMessages
package import Entries
package import EntryStorage
internal import Measures

package typealias EntryKind = Entries.EntryKind
package typealias EntryField = Entries.EntryField
package typealias EntryChange = EntryStorage.EntryChange
package typealias FeedStep = CommonMessages.EntryChange
typealias Quantity = Measures.Quantity
typealias Nature = Measures.Nature
