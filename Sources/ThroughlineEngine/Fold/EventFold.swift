import Crypto
import Throughline

/// Folds records of events: drops what was met before, finds whose each is, and puts it on her timeline.
///
/// Says what changes and changes nothing itself: the same records over the same store give the same changes, however they
/// are cut into groups. In two steps, so that a group can be worked out while the one before it is committed: the
/// first asks the store what it must not ask during a commit, the second places.
final class EventFold {
    private let parser = EventParser()
    private let discovery: LiveDiscovery?
    private var event = Event()
    /// What the last group brings into the store, which may not be there yet: the days of its messages, and whose identifiers
    /// are from now on.
    private var met: [UInt64: Int32] = [:]
    private var assigned: [Identifier: ProfileNumber] = [:]

    /// - Parameter discovery: places the events; nil to put them on timelines alone.
    init(discovery: LiveDiscovery? = nil) { self.discovery = discovery }

    /// Some records, and what the store knows of them.
    struct Group {
        fileprivate var start: LogPosition
        fileprivate var recordCount: Int
        fileprivate var events: [Read] = []
        /// By event, whether it was met before the group.
        fileprivate var isKnown: [Bool] = []
        /// Whose identifiers are, as far as somebody knows; the events name them by their places here.
        fileprivate var identifiers: [Identifier] = []
        fileprivate var owners: [ProfileNumber?] = []
    }

    /// A record that is an event.
    fileprivate struct Read {
        /// Its place in the group.
        var number: Int
        var organization: UInt32
        var message: MessageKey
        var timestamp: Instant
        /// Places of identifiers.
        var user: Int?
        var anonymous: Int?
        /// What it says, and the id of its message; where it is to be placed.
        var encounter: (event: Encounter, messageId: [UInt8])?
    }

    /// An event that was not met before.
    private struct Fresh {
        /// Its place among those read.
        var place: Int
        var profile: ProfileNumber
        var isNewProfile = false
        /// Identifiers that are hers from now on.
        var named: (Int?, Int?) = (nil, nil)
    }

    /// What comes of some records: both steps in one.
    func changes(
        of records: LogRecords, at position: LogPosition, over profiles: some Profiles,
        organization: (UInt32) -> UInt32?
    ) throws(StoreError) -> FoldChanges {
        try changes(
            of: try group(records, at: position, over: profiles, organization: organization), over: profiles)
    }

    /// The first step. Comes behind the second one of the group before, and not during a commit.
    ///
    /// - Parameters:
    ///   - position: where the first record lies.
    ///   - organization: of a source by its number; events of sources that are not there are left out and counted.
    func group(
        _ records: LogRecords, at position: LogPosition, over profiles: some Profiles,
        organization: (UInt32) -> UInt32?
    ) throws(StoreError) -> Group {
        var group = Group(start: position, recordCount: records.count)
        read(records, into: &group, organization: organization)
        group.isKnown = try profiles.areKnown(group.events.map(\.message))
        group.owners = try profiles.profiles(of: group.identifiers)
        for (place, identifier) in group.identifiers.enumerated() where group.owners[place] == nil {
            group.owners[place] = assigned[identifier]
        }
        return group
    }

    /// The second step: what changes. Where a group would bring too much into memory, it ends earlier.
    func changes(of group: Group, over profiles: some Profiles) throws(StoreError) -> FoldChanges {
        var fresh = assigned(group)
        var count = group.recordCount
        var seats: [Int] = []
        if let discovery {
            seats = try discovery.seats(of: fresh.map(\.profile), stored: profiles.openPurposes)
            if seats.count < fresh.count {
                count = group.events[fresh[seats.count].place].number
                fresh.removeSubrange(seats.count...)
            }
        }
        var changes = FoldChanges(end: group.start.advanced(by: count))
        let readCount = group.events.prefix { $0.number < count }.count
        changes.unreadable = count - readCount
        changes.duplicates = readCount - fresh.count
        changes.messages.reserveCapacity(fresh.count)
        changes.timeline.reserveCapacity(fresh.count)
        for event in group.events[..<readCount] { changes.today = max(changes.today, event.message.day) }
        for (index, event) in fresh.enumerated() {
            let read = group.events[event.place]
            changes.messages.append(read.message)
            if event.isNewProfile { changes.newProfiles += 1 }
            for place in [event.named.0, event.named.1] {
                if let place { changes.identifiers.append((group.identifiers[place], event.profile)) }
            }
            let placed = read.encounter.flatMap { encounter, messageId in
                discovery?.place(encounter, messageId: messageId, at: seats[index])
            }
            changes.timeline.append(
                TimelineEntry(
                    organization: read.organization, profile: event.profile,
                    key: TimelineEntry.Key(
                        timestamp: read.timestamp, position: group.start.advanced(by: read.number)),
                    placed: placed))
        }
        if let discovery { changes.openPurposes = discovery.takeChanged() }
        remember(changes)
        return changes
    }

    /// Forgets what it keeps of people and of the last group: changes that it told did not come into the store.
    func forget() {
        discovery?.forget()
        met = [:]
        assigned = [:]
    }

    private func remember(_ changes: FoldChanges) {
        met.removeAll(keepingCapacity: true)
        for message in changes.messages { met[message.hash] = message.day }
        assigned.removeAll(keepingCapacity: true)
        for (identifier, profile) in changes.identifiers { assigned[identifier] = profile }
    }

    private func read(_ records: LogRecords, into group: inout Group, organization: (UInt32) -> UInt32?) {
        var places: [Identifier: Int] = [:]
        func place(_ kind: Identifier.Kind, _ field: Event.Field, _ organization: UInt32) -> Int? {
            guard !field.isEmpty else { return nil }
            let identifier = Identifier(organization: organization, kind: kind, value: event.string(field))
            if let place = places[identifier] { return place }
            places[identifier] = group.identifiers.count
            group.identifiers.append(identifier)
            return group.identifiers.count - 1
        }
        group.events.reserveCapacity(records.count)
        for number in 0..<records.count {
            guard let record = records.withRecord(number, EventRecord.init),
                let organization = organization(record.source),
                (try? parser.parse(record, into: &event, part: discovery == nil ? .envelope : .whole)) != nil
            else { continue }
            let day = Int32(clamping: record.receivedAt.secondsSince1970 / 86_400)
            group.events.append(
                Read(
                    number: number, organization: organization,
                    message: MessageKey(hash: EventFold.hash(of: record.messageId, organization), day: day),
                    timestamp: record.timestamp, user: place(.user, event.userId, organization),
                    anonymous: place(.anonymous, event.anonymousId, organization),
                    encounter: discovery.map { ($0.read(event), record.messageId) }))
        }
    }

    /// The events that were not met before, and whose each is: the user's where one is named, else the visitor's. A visitor
    /// who was nobody yet is the user that is named beside her.
    private func assigned(_ group: Group) -> [Fresh] {
        var fresh: [Fresh] = []
        fresh.reserveCapacity(group.events.count)
        var owners = group.owners
        // By message, the day when it was taken, of those of this group.
        var taken: [UInt64: Int32] = [:]
        taken.reserveCapacity(group.events.count)
        for (place, read) in group.events.enumerated() {
            let message = read.message
            let isRecent = (taken[message.hash] ?? met[message.hash]).map { message.day - $0 <= MessageKey.daysMax }
            if isRecent ?? group.isKnown[place] { continue }
            taken[message.hash] = message.day
            let known = read.user.flatMap { owners[$0] } ?? read.anonymous.flatMap { owners[$0] }
            let profile = known ?? ProfileNumber(group.start.advanced(by: read.number).rawValue)
            var event = Fresh(place: place, profile: profile, isNewProfile: known == nil)
            if let user = read.user, owners[user] == nil {
                owners[user] = profile
                event.named.0 = user
            }
            if let anonymous = read.anonymous, owners[anonymous] == nil {
                owners[anonymous] = profile
                event.named.1 = anonymous
            }
            fresh.append(event)
        }
        return fresh
    }

    /// 64 bits of the SHA-256 of a message id and whose it is.
    private static func hash(of messageId: [UInt8], _ organization: UInt32) -> UInt64 {
        var hash = SHA256()
        withUnsafeBytes(of: organization.littleEndian) { hash.update(bufferPointer: $0) }
        hash.update(data: messageId)
        return hash.finalize().withUnsafeBytes { $0.loadUnaligned(as: UInt64.self).littleEndian }
    }
}
