import Throughline

extension PersonReader {
    /// Somebody whom a person is linked to.
    public struct Link: Sendable {
        public var row: LinkRow
        /// An identifier of the other one. Nothing else that is known of her is told.
        public var other: IdentityRow
    }

    /// Whom a person is linked to: others than herself, as long as it lasts.
    public func links(of identity: Identity) throws(StoreError) -> [Link] {
        let rows = try profiles.links(of: identity.members.map(\.number).filter(\.kind.hasStrand)).filter {
            !$0.isEnded
        }
        let others = try profiles.identities(of: rows.map(\.other))
        return zip(rows, others).compactMap { row, other in
            guard let other, other.standing.person != identity.asked.standing.person else { return nil }
            return Link(row: row, other: other)
        }
    }

    /// The strand on which it is noted what is said of a person: the one that she was asked for by, else the one that she is named after.
    public func strand(of identity: Identity) -> IdentityRow? {
        let named =
            identity.asked.identifier.kind.hasStrand
            ? identity.asked : identity.members.first { $0.number == identity.asked.standing.person }
        return named.flatMap { $0.identifier.kind.hasStrand ? $0 : nil }
    }

    /// Whether there is room for one more link of a strand.
    public func hasRoomForLink(_ strand: IdentityRow) throws(StoreError) -> Bool {
        try profiles.links(of: [strand.number]).count < LinkRow.perStrandMax
    }
}
