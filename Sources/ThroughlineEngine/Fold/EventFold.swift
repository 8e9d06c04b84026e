import Crypto
import Throughline

/// Folds records of events: drops what was met before, finds whose each is, and puts it on her timeline.
///
/// Says what changes and changes nothing itself: the same records over the same store give the same changes.
final class EventFold {
    private let parser = EventParser()
    private let discovery: LiveDiscovery?
    private var event = Event()

    /// - Parameter discovery: places the events; nil to put them on timelines alone.
    init(discovery: LiveDiscovery? = nil) { self.discovery = discovery }

    /// An event on its way.
    private struct Folded {
        var position: LogPosition
        var organization: UInt32
        var message: MessageKey
        var timestamp: Instant
        var user: Identifier?
        var anonymous: Identifier?
        /// What it says, and the id of its message; where it is to be placed.
        var encounter: (event: Encounter, messageId: [UInt8])?
    }

    /// What comes of some records.
    ///
    /// - Parameters:
    ///   - position: where the first of them lies.
    ///   - organization: of a source by its number; events of sources that are not there are left out and counted.
    func changes(
        of records: LogRecords, at position: LogPosition, over profiles: some Profiles,
        organization: (UInt32) -> UInt32?
    ) throws(StoreError) -> FoldChanges {
        var changes = FoldChanges(end: position.advanced(by: records.count))
        let events = read(records, at: position, into: &changes, organization: organization)
        let known = try profiles.areKnown(events.map(\.message))
        var fresh: [Folded] = []
        // By message, the day when it was taken, of those of this group.
        var met: [UInt64: Int32] = [:]
        for (event, isKnown) in zip(events, known) {
            let isRecent = met[event.message.hash].map { event.message.day - $0 <= MessageKey.daysMax }
            guard !(isRecent ?? isKnown) else {
                changes.duplicates += 1
                continue
            }
            met[event.message.hash] = event.message.day
            fresh.append(event)
            changes.messages.append(event.message)
        }
        try assign(fresh, over: profiles, to: &changes)
        try place(fresh, over: profiles, in: &changes)
        return changes
    }

    /// Forgets what it keeps of people: changes that it told did not come into the store.
    func forget() { discovery?.forget() }

    private func read(
        _ records: LogRecords, at position: LogPosition, into changes: inout FoldChanges,
        organization: (UInt32) -> UInt32?
    ) -> [Folded] {
        var events: [Folded] = []
        events.reserveCapacity(records.count)
        for number in 0..<records.count {
            guard let record = records.withRecord(number, EventRecord.init),
                let organization = organization(record.source),
                (try? parser.parse(record, into: &event, part: discovery == nil ? .envelope : .whole)) != nil
            else {
                changes.unreadable += 1
                continue
            }
            let day = Int32(clamping: record.receivedAt.secondsSince1970 / 86_400)
            changes.today = max(changes.today, day)
            events.append(
                Folded(
                    position: position.advanced(by: number), organization: organization,
                    message: MessageKey(hash: EventFold.hash(of: record.messageId, organization), day: day),
                    timestamp: record.timestamp, user: identifier(.user, event.userId, organization),
                    anonymous: identifier(.anonymous, event.anonymousId, organization),
                    encounter: discovery.map { ($0.read(event), record.messageId) }))
        }
        return events
    }

    private func identifier(_ kind: Identifier.Kind, _ field: Event.Field, _ organization: UInt32) -> Identifier? {
        field.isEmpty ? nil : Identifier(organization: organization, kind: kind, value: event.string(field))
    }

    /// Says whose each event is: the user's where one is named, else the visitor's. A visitor who was nobody yet is the user
    /// that is named beside her.
    private func assign(
        _ events: [Folded], over profiles: some Profiles, to changes: inout FoldChanges
    ) throws(StoreError) {
        var asked: [Identifier] = []
        var places: [Identifier: Int] = [:]
        for event in events {
            for identifier in [event.user, event.anonymous].compactMap({ $0 }) where places[identifier] == nil {
                places[identifier] = asked.count
                asked.append(identifier)
            }
        }
        var owners = try profiles.profiles(of: asked)
        for event in events {
            let user = event.user.map { places[$0]! }
            let anonymous = event.anonymous.map { places[$0]! }
            let known = user.flatMap { owners[$0] } ?? anonymous.flatMap { owners[$0] }
            if known == nil { changes.newProfiles += 1 }
            let profile = known ?? ProfileNumber(event.position.rawValue)
            for place in [user, anonymous].compactMap({ $0 }) where owners[place] == nil {
                owners[place] = profile
                changes.identifiers.append((asked[place], profile))
            }
            changes.timeline.append(
                TimelineEntry(
                    organization: event.organization, profile: profile,
                    key: TimelineEntry.Key(timestamp: event.timestamp, position: event.position)))
        }
    }

    /// Places the events, each as far as is known when it comes.
    private func place(
        _ events: [Folded], over profiles: some Profiles, in changes: inout FoldChanges
    ) throws(StoreError) {
        guard let discovery else { return }
        let missing = discovery.missing(of: changes.timeline.map(\.profile))
        for (profile, state) in zip(missing, try profiles.openPurposes(of: missing)) {
            do throws(StateError) { try discovery.bring(state, of: profile) } catch {
                throw StoreError(
                    .damaged,
                    "open purposes of profile \(profile.rawValue): \(error); make the state again with throughline rebuild"
                )
            }
        }
        for (index, event) in events.enumerated() {
            guard let (encounter, messageId) = event.encounter else { continue }
            changes.timeline[index].placed = discovery.place(
                encounter, messageId: messageId, of: changes.timeline[index].profile)
        }
        changes.openPurposes = discovery.takeChanged()
    }

    /// 64 bits of the SHA-256 of a message id and whose it is.
    private static func hash(of messageId: [UInt8], _ organization: UInt32) -> UInt64 {
        var hash = SHA256()
        withUnsafeBytes(of: organization.littleEndian) { hash.update(bufferPointer: $0) }
        hash.update(data: messageId)
        return hash.finalize().withUnsafeBytes { $0.loadUnaligned(as: UInt64.self).littleEndian }
    }
}
