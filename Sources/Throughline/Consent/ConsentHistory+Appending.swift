extension ConsentHistory {
    /// What became of a line.
    public enum Appended: Hashable, Sendable {
        /// It is in the history.
        case added
        /// It was there already, or it is a signal that was seen before; nothing changed.
        case known
        /// A no for which there was no room as it stood: it was kept as one to all organizations, or to the whole use on
        /// every channel, which is stricter than what was said.
        case widened
        /// A yes for which there was no room; nothing changed.
        case refused
    }

    /// Adds a line where its time puts it; lines may come in any order.
    ///
    /// At a limit room is made in this order, so that what holds is the same as without a limit, or stricter:
    ///
    /// 1. The oldest line goes that a later one made void: of the same use and channel, as firm, and as much a yes or a no.
    ///    Such a line has no effect whatever else is added, so that what holds stays exactly the same.
    /// 2. Where each line has an effect of its own, a new yes is refused, and for a new no the oldest yes goes.
    /// 3. Where all lines are a no, a new one is widened. For that there is always room.
    ///
    /// - Complexity: O(*n*) in the number of lines; a line that is the latest is added in O(1) below the limits.
    @discardableResult
    public mutating func append(_ entry: ConsentEntry) -> Appended {
        if entry.manner == .globalPrivacyControl, let place = placeOfSignal(for: entry.use) {
            guard entry < entries[place] else { return .known }
            // Of a signal only the first sight counts, so that one takes the place of a later one.
            entries.remove(at: place)
        }
        guard !namesOneTooMany(entry) else {
            guard entry.decision != .granted else { return .refused }
            return keep(ConsentEntry(unnaming: entry)) == .known ? .known : .widened
        }
        return keep(entry)
    }

    private mutating func keep(_ entry: ConsentEntry) -> Appended {
        var place = entries.count
        while place > 0, entry < entries[place - 1] { place -= 1 }
        if place > 0, entries[place - 1] == entry { return .known }
        entries.insert(entry, at: place)
        return entries.count > ConsentHistory.looseEntriesMax ? makeRoom(after: entry) : .added
    }

    /// Keeps the limits after a line was added.
    private mutating func makeRoom(after entry: ConsentEntry) -> Appended {
        let most = entry.isFirm ? ConsentHistory.firmEntriesMax : ConsentHistory.looseEntriesMax
        let alike = entries.indices.filter { entries[$0].isFirm == entry.isFirm }
        guard alike.count > most else { return .added }
        if let void = firstVoid(among: alike) {
            drop(at: void)
            return .added
        }
        if let yes = alike.first(where: { entries[$0].decision == .granted }) {
            guard entry.decision == .granted else {
                drop(at: yes)
                return .added
            }
            // The newcomer goes again, as if it had never come.
            entries.removeAll { $0 == entry }
            return .refused
        }
        // Each is a no to something else. One that names nothing has its own room; there are so many and no more.
        guard entry.use.organization != nil || entry.channel != nil else { return .added }
        entries.removeAll { $0 == entry }
        return keep(ConsentEntry(widening: entry)) == .known ? .known : .widened
    }

    private mutating func drop(at place: Int) {
        entries.remove(at: place)
        droppedCount &+= 1
    }

    /// The first of these lines that has no effect, and never will have one, since another one does all that it does.
    private func firstVoid(among places: [Int]) -> Int? {
        /// What two lines have in common of which one does all that both do.
        struct Slot: Hashable {
            let use: Use
            let channel: ChannelName?
            let isYes: Bool
            let isSignal: Bool
            let isWidened: Bool

            init(_ entry: ConsentEntry) {
                use = entry.use
                channel = entry.channel
                isYes = entry.decision == .granted
                isSignal = entry.manner == .globalPrivacyControl
                isWidened = entry.isWidened
            }
        }
        var last: [Slot: Int] = [:]
        for place in places { last[Slot(entries[place])] = place }
        return places.first { last[Slot(entries[$0])] != $0 }
    }

    /// Whether it names an organization for which there is no room.
    private func namesOneTooMany(_ entry: ConsentEntry) -> Bool {
        // Below as many lines there cannot be as many organizations.
        guard let organization = entry.use.organization, entries.count >= ConsentHistory.organizationsMax else {
            return false
        }
        var named: Set<OrganizationName> = []
        for other in entries where other.isFirm == entry.isFirm {
            guard let name = other.use.organization else { continue }
            if name == organization { return false }
            named.insert(name)
        }
        return named.count >= ConsentHistory.organizationsMax
    }
}
