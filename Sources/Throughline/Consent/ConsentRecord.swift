/// What was said of one use, with one organization and on one channel: to be given to the person, or to whoever audits.
///
/// Its terms are those of the consent record of the W3C Data Privacy Vocabulary (https://w3id.org/dpv, version 2.1). No
/// conformity is claimed, neither to that vocabulary nor to ISO/IEC TS 27560, whose records also tell what only the
/// organization knows: categories of data, storage, rights.
public struct ConsentRecord: Hashable, Sendable {
    public let use: Use
    /// Nil is every channel.
    public let channel: ChannelName?
    /// What holds, with the line that decided it.
    public let answer: ConsentAnswer
    /// The lines that speak of this use and channel, those that count for nothing too.
    public let entries: [ConsentEntry]

    /// A record for each use and channel that the strands of a person name, service first, sharing last.
    ///
    /// - Complexity: O(records × lines).
    public static func records(of strands: some Collection<ConsentHistory>) -> [ConsentRecord] {
        let lines = strands.flatMap(\.entries).sorted()
        var scopes = Set(lines.map { Scope(use: $0.use, channel: $0.channel) })
        // What holds is told of each kind of use, though nothing was said of it.
        for kind in Use.Kind.allCases { scopes.insert(Scope(use: kind.whole, channel: nil)) }
        return scopes.sorted().map { scope in
            ConsentRecord(
                use: scope.use, channel: scope.channel,
                answer: ConsentHistory.answer(of: scope.use, on: scope.channel, over: strands),
                entries: lines.filter { $0.covers(scope.use, on: scope.channel) })
        }
    }

    private struct Scope: Hashable, Comparable {
        let use: Use
        let channel: ChannelName?

        static func < (a: Scope, b: Scope) -> Bool { a.key < b.key }

        /// Names are never empty, so that what names none comes first.
        private var key: (UInt8, String, String) {
            (use.kind.rawValue, use.organization?.rawValue ?? "", channel?.rawValue ?? "")
        }
    }
}
