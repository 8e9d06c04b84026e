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

    /// Whether there is room for a link of a strand with another: one that is there takes no more.
    public func hasRoomForLink(_ strand: IdentityRow, with other: IdentityRow, _ kind: LinkKind) throws(StoreError)
        -> Bool
    {
        let rows = try profiles.links(of: [strand.number])
        let known = rows.first { $0.other == other.number && $0.kind == kind }
        if known.map({ !$0.isEnded }) ?? false { return true }
        return rows.count { !$0.isEnded } < LinkRow.perStrandMax && (known != nil || rows.count < LinkRow.keptMax)
    }
}
