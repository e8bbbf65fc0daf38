// The wire and the domain use the same words for the same things. In this room the wire's carry
// "Message", the domain's stand alone.

internal import RegistryDomain
internal import RegistryMessages

typealias PlaceMessage = RegistryMessages.Place
typealias FederationMessage = RegistryMessages.Federation
typealias EnterpriseMessage = RegistryMessages.Enterprise
typealias MembershipMessage = RegistryMessages.Membership

typealias PlaceRecord = RegistryDomain.Place
typealias FederationRecord = RegistryDomain.Federation
typealias EnterpriseRecord = RegistryDomain.Enterprise
typealias MembershipRecord = RegistryDomain.Membership
