/// What holds for one person, worked out once so that it can be asked many times: a byte for each use and channel that her
/// strands name.
///
/// Asking takes no allocation and no dictionary. It tells what ``ConsentHistory/state(of:on:over:)`` tells of the same
/// strands; a line that is added later needs a new table.
public struct ConsentTable: Hashable, Sendable {
    private let channels: [ChannelName]
    private let organizations: [OrganizationName]
    /// States row by row: a row for each use, then one for each organization; in it first what holds of channels that
    /// nobody named, then of each named one.
    private let states: [ConsentState]

    /// - Complexity: O(lines + uses × channels), for each strand.
    public init(of strands: some Collection<ConsentHistory>) {
        let lines = strands.lazy.flatMap(\.entries)
        channels = Set(lines.compactMap(\.channel)).sorted()
        organizations = Set(lines.compactMap(\.use.organization)).sorted()
        var states = [ConsentState](
            repeating: .unknown, count: (Use.Kind.allCases.count + organizations.count) * (1 + channels.count))
        for history in strands {
            let marks = ConsentMarks(of: history, channels: channels, organizations: organizations)
            for cell in states.indices { states[cell] = .stricter(states[cell], marks.state(of: cell)) }
        }
        if strands.contains(where: { $0.strand == .user }) {
            for cell in states.indices where states[cell] == .provisional { states[cell] = .unknown }
        }
        self.states = states
    }

    /// Whether a use is allowed on a channel; nil asks for what was said of every channel.
    ///
    /// - Complexity: O(channels + organizations) that were named; no allocation.
    public func permits(_ use: Use, on channel: ChannelName?) -> Bool { state(of: use, on: channel).permits(use) }

    public func state(of use: Use, on channel: ChannelName?) -> ConsentState {
        let column = channel.flatMap(channels.firstIndex(of:)).map { $0 + 1 } ?? 0
        return states[row(of: use) * (1 + channels.count) + column]
    }

    private func row(of use: Use) -> Int {
        // Of an organization that nobody named holds what was said of all of them.
        guard let organization = use.organization, let place = organizations.firstIndex(of: organization) else {
            return Int(use.kind.rawValue)
        }
        return Use.Kind.allCases.count + place
    }
}
