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
        of id: String, organization: UInt32, after: TimelineEntry.Key?, limit: Int
    ) -> [TimelineEntry]? {
        state.withLock { state in
            func owner(_ kind: Identifier.Kind) -> ProfileNumber? {
                state.identifiers[Identifier(organization: organization, kind: kind, value: id)]
            }
            guard let profile = owner(.user) ?? owner(.anonymous) else { return nil }
            let entries = state.timeline.filter {
                $0.organization == organization && $0.profile == profile && (after.map($0.key.comes(before:)) ?? true)
            }
            return Array(entries.sorted { $1.key.comes(before: $0.key) }.prefix(limit))
        }
    }

    public func counts() -> StoreCounts { state.withLock { $0.counts } }
}

extension TimelineEntry.Key {
    fileprivate func comes(before other: TimelineEntry.Key) -> Bool {
        (timestamp, position) < (other.timestamp, other.position)
    }
}
