import Throughline

/// Places the events of people as they are folded, and keeps the open purposes of those who were met lately.
///
/// What it keeps is what the store has, or will have with the changes that were told last: whoever is not kept is read from
/// there. Not shared between threads.
public final class LiveDiscovery {
    struct Limits {
        /// People that are kept for groups to come, and the bytes of what is stored of them.
        var keptMax = 4_096
        var keptBytesMax = 1 << 25
        /// Bytes of what one group may bring from the store; whoever comes behind waits for the next.
        var broughtBytesMax = 1 << 25
        /// People who are read from the store at once.
        var readAtOnce = 512
    }

    /// Raised by hand where the same model places otherwise than before: other texts, other rules.
    private static let version: UInt64 = 1

    /// The same for the same model, the same form of what is stored, and the same way of placing.
    public let modelHash: UInt64

    private let limits: Limits
    private var placer: Placer
    private let reader: EncounterReader

    /// Who has a seat: the states lie side by side, and whoever comes takes over the room of one who went.
    private struct Seat {
        /// Nil for a free one.
        var profile: ProfileNumber?
        /// The group that met the person last.
        var group = 0
        /// Of what was stored last.
        var bytes = 0
        var isChanged = false
    }

    private var seats: [Seat] = []
    private var states: [OpenPurposes] = []
    private var free: [Int] = []
    private var seatOf: [ProfileNumber: Int] = [:]
    private var changed: [Int] = []
    private var group = 0
    private var keptBytes = 0
    /// Where the next person to go is looked for.
    private var hand = 0

    public convenience init(model: DiscoveryModel, table: EmbeddingTable) {
        self.init(model: model, table: table, limits: Limits())
    }

    init(model: DiscoveryModel, table: EmbeddingTable, limits: Limits) {
        self.limits = limits
        placer = Placer(model: model)
        reader = EncounterReader(table: table, order: model.order)
        let own = UInt64(OpenPurposes.form) << 32 | LiveDiscovery.version
        modelHash = StableHash.mixed(model.encoded().withUnsafeBufferPointer(StableHash.of) ^ own)
    }

    /// What an event says, read once.
    func read(_ event: Event) -> Encounter { reader.read(event) }

    /// Seats the people of a group, each once or more often, and brings whoever is not kept.
    ///
    /// - Parameters:
    ///   - least: how many of them are seated whatever they bring.
    ///   - stored: what the store has of some; nil for one who is new.
    /// - Returns: the seats of the first of them: as many as there is room for.
    func seats(
        of profiles: [ProfileNumber], atLeast least: Int, stored: ([ProfileNumber]) throws(StoreError) -> [[UInt8]?]
    ) throws(StoreError) -> [Int] {
        group += 1
        var found: [Int] = []
        found.reserveCapacity(profiles.count)
        var brought = 0
        while found.count < profiles.count, brought <= limits.broughtBytesMax || found.count < least {
            let part = profiles[found.count...].prefix(limits.readAtOnce)
            var missing: [ProfileNumber] = []
            for profile in part {
                let known = seatOf[profile]
                let seat = known ?? takeSeat(profile)
                if known == nil { missing.append(profile) }
                seats[seat].group = group
                found.append(seat)
            }
            for (profile, state) in zip(missing, try stored(missing)) {
                brought += state?.count ?? 0
                try bring(state, of: profile)
            }
        }
        return found
    }

    private func takeSeat(_ profile: ProfileNumber) -> Int {
        if free.isEmpty {
            free.append(seats.count)
            seats.append(Seat())
            states.append(OpenPurposes())
        }
        let seat = free.removeLast()
        seats[seat].profile = profile
        seatOf[profile] = seat
        return seat
    }

    private func bring(_ state: [UInt8]?, of profile: ProfileNumber) throws(StoreError) {
        let seat = seatOf[profile]!
        guard let state else {
            states[seat].removeAll()
            return
        }
        keptBytes += state.count
        seats[seat].bytes = state.count
        do throws(StateError) {
            try state.withUnsafeBufferPointer { bytes throws(StateError) in
                try states[seat].decode(UnsafeRawBufferPointer(bytes))
            }
        } catch {
            throw StoreError(
                .damaged,
                "open purposes of profile \(profile.rawValue): \(error); make the state again with throughline rebuild")
        }
    }

    /// Places the next event of a person who has a seat.
    func place(_ event: Encounter, messageId: [UInt8], at seat: Int) -> PlacedEvent {
        change(seat)
        return placer.placed(event, messageId: messageId, in: &states[seat])
    }

    /// Gives a person's open purposes to somebody who she turned out to be; she has none of her own from now on.
    func unite(_ seat: Int, into other: Int) {
        change(seat)
        change(other)
        states[other].absorb(states[seat])
        states[seat].removeAll()
    }

    /// Gives a person other open purposes than she had.
    func replace(_ state: OpenPurposes, at seat: Int) {
        change(seat)
        states[seat] = state
    }

    private func change(_ seat: Int) {
        guard !seats[seat].isChanged else { return }
        seats[seat].isChanged = true
        changed.append(seat)
    }

    /// One who places as this does, and whose people are his own matter.
    var apart: Placer { placer }

    /// Ends a group: the open purposes of those of whom an event was placed, in the order of their numbers; nil for one who
    /// has none.
    func takeChanged() -> [(profile: ProfileNumber, state: [UInt8]?)] {
        var told: [(profile: ProfileNumber, state: [UInt8]?)] = []
        told.reserveCapacity(changed.count)
        for seat in changed {
            let state = states[seat].eventCount > 0 ? states[seat].encoded() : nil
            let bytes = state?.count ?? 0
            keptBytes += bytes - seats[seat].bytes
            seats[seat].bytes = bytes
            seats[seat].isChanged = false
            told.append((seats[seat].profile!, state))
        }
        changed.removeAll(keepingCapacity: true)
        makeRoom()
        told.sort { $0.profile.rawValue < $1.profile.rawValue }
        return told
    }

    /// Lets people go where there are too many; never those of the last group, which the store may not have yet.
    private func makeRoom() {
        var looked = 0
        while looked < seats.count, seatOf.count > limits.keptMax || keptBytes > limits.keptBytesMax {
            hand = hand + 1 < seats.count ? hand + 1 : 0
            looked += 1
            guard let profile = seats[hand].profile, seats[hand].group < group else { continue }
            seatOf[profile] = nil
            keptBytes -= seats[hand].bytes
            // The room of a few of the usual size is kept.
            let isKept = free.count < limits.keptMax && seats[hand].bytes <= LiveDiscovery.usualBytes
            if !isKept { states[hand] = OpenPurposes() }
            seats[hand] = Seat()
            free.append(hand)
        }
    }

    private static let usualBytes = 1 << 13

    /// Forgets everybody: what was placed last did not come into the store.
    func forget() {
        seats = []
        states = []
        free = []
        seatOf = [:]
        changed = []
        keptBytes = 0
        hand = 0
    }
}
