import Synchronization
import Throughline
import ThroughlineEngine

/// The state in memory, plainly: what other stores are held against.
public final class MemoryProfiles: Profiles {
    private let state = Mutex(State())

    private struct State {
        var position = LogPosition.start
        var messages: [UInt64: Int32] = [:]
        var identifiers: [Identifier: ProfileNumber] = [:]
        var timeline: [TimelineEntry] = []
        var counts = StoreCounts()
    }

    public init() {}

    public func position() -> LogPosition { state.withLock { $0.position } }

    public func areKnown(_ messages: [MessageKey]) -> [Bool] {
        state.withLock { state in
            messages.map { message in
                state.messages[message.hash].map { message.day - $0 <= MessageKey.daysMax } ?? false
            }
        }
    }

    public func profiles(of identifiers: [Identifier]) -> [ProfileNumber?] {
        state.withLock { state in identifiers.map { state.identifiers[$0] } }
    }

    public func commit(_ changes: FoldChanges) {
        state.withLock { state in
            state.position = changes.end
            for message in changes.messages { state.messages[message.hash] = message.day }
            for (identifier, profile) in changes.identifiers { state.identifiers[identifier] = profile }
            state.timeline += changes.timeline
            state.counts.profiles += changes.newProfiles
            state.counts.events += changes.timeline.count
            state.counts.duplicates += changes.duplicates
            state.counts.unreadable += changes.unreadable
        }
    }

    public func timeline(
        of id: String, organization: UInt32, after: TimelineCursor?, limit: Int
    ) throws(StoreError) -> TimelinePage? {
        let after = try after.map(MemoryProfiles.key)
        return state.withLock { state in
            func owner(_ kind: Identifier.Kind) -> ProfileNumber? {
                state.identifiers[Identifier(organization: organization, kind: kind, value: id)]
            }
            guard let profile = owner(.user) ?? owner(.anonymous) else { return nil }
            let rest = state.timeline.filter { entry in
                entry.organization == organization && entry.profile == profile
                    && (after.map { entry.key < $0 } ?? true)
            }
            let entries = Array(rest.sorted { $1.key < $0.key }.prefix(limit))
            let next = entries.count < rest.count ? entries.last.map { MemoryProfiles.cursor(after: $0.key) } : nil
            return TimelinePage(entries: entries, next: next)
        }
    }

    private static func cursor(after key: TimelineEntry.Key) -> TimelineCursor {
        TimelineCursor([key.timestamp.millisecondsSince1970, Int64(key.position.rawValue)])
    }

    private static func key(_ cursor: TimelineCursor) throws(StoreError) -> TimelineEntry.Key {
        guard let numbers = cursor.numbers(2), numbers[1] >= 0 else { throw .badCursor }
        return TimelineEntry.Key(
            timestamp: Instant(millisecondsSince1970: numbers[0]), position: LogPosition(UInt64(numbers[1])))
    }

    public func counts() -> StoreCounts { state.withLock { $0.counts } }
}
