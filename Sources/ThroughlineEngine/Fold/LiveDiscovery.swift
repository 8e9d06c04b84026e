import Throughline

/// Places the events of people as they are folded, and keeps the open purposes of those who were met lately.
///
/// What it keeps is what the store has: whoever is not kept is read from there. Not shared between threads.
public final class LiveDiscovery {
    /// People that are kept while others come, and the bytes of what is stored of them, behind a group; besides them those
    /// before the last turn are kept, as many.
    static let keptMax = 8_192
    static let keptBytesMax = 1 << 26
    /// Raised by hand where the same model places otherwise than before: other texts, other rules.
    private static let version: UInt64 = 1

    /// The same for the same model, the same form of what is stored, and the same way of placing.
    public let modelHash: UInt64

    private var placer: Placer
    private let reader: EncounterReader
    /// Those met since the last turn, and before it.
    private var young: [ProfileNumber: OpenPurposes] = [:]
    private var old: [ProfileNumber: OpenPurposes] = [:]
    private var changed: Set<ProfileNumber> = []
    /// Bytes of those that changed since the last turn, each time that they did.
    private var youngBytes = 0

    public init(model: DiscoveryModel, table: EmbeddingTable) {
        placer = Placer(model: model)
        reader = EncounterReader(table: table, order: model.order)
        let own = UInt64(OpenPurposes.form) << 32 | LiveDiscovery.version
        modelHash = StableHash.mixed(model.encoded().withUnsafeBufferPointer(StableHash.of) ^ own)
    }

    /// What an event says, read once.
    func read(_ event: Event) -> Encounter { reader.read(event) }

    /// Those of some people whose open purposes must be brought from the store.
    func missing(of profiles: [ProfileNumber]) -> [ProfileNumber] {
        var missing: [ProfileNumber] = []
        var asked: Set<ProfileNumber> = []
        for profile in profiles where asked.insert(profile).inserted && young[profile] == nil {
            if let state = old.removeValue(forKey: profile) { young[profile] = state } else { missing.append(profile) }
        }
        return missing
    }

    /// Takes what the store has of a person; nil for one who is new.
    func bring(_ state: [UInt8]?, of profile: ProfileNumber) throws(StateError) {
        guard let state else {
            young[profile] = OpenPurposes()
            return
        }
        young[profile] = try state.withUnsafeBufferPointer { bytes throws(StateError) in
            try OpenPurposes(decoding: UnsafeRawBufferPointer(bytes))
        }
    }

    /// Places the next event of a person who was brought.
    func place(_ event: Encounter, messageId: [UInt8], of profile: ProfileNumber) -> PlacedEvent {
        changed.insert(profile)
        return withState(of: profile) { state in
            let placement = placer.place(event, in: &state)
            let purpose =
                placement.opened
                ? messageId.withUnsafeBufferPointer { PurposeID(opening: $0) } : state[idOf: placement.slot]!
            if placement.opened, !placement.isRoutine { state[idOf: placement.slot] = purpose }
            return PlacedEvent(
                purpose: purpose, isRoutine: placement.isRoutine,
                confidence: UInt16((min(1, max(0, placement.confidence)) * 1_000).rounded()))
        }
    }

    /// Changes a state where it lies.
    private func withState<Result>(of profile: ProfileNumber, _ body: (inout OpenPurposes) -> Result) -> Result {
        body(&young[profile]!)
    }

    /// The open purposes of those of whom an event was placed since the last call, in the order of their numbers.
    func takeChanged() -> [(profile: ProfileNumber, state: [UInt8])] {
        let states = changed.sorted { $0.rawValue < $1.rawValue }.map { ($0, young[$0]!.encoded()) }
        changed.removeAll(keepingCapacity: true)
        youngBytes += states.reduce(0) { $0 + $1.1.count }
        if young.count > LiveDiscovery.keptMax || youngBytes > LiveDiscovery.keptBytesMax {
            old = young
            young = [:]
            youngBytes = 0
        }
        return states
    }

    /// Forgets everybody: what was placed last did not come into the store.
    func forget() {
        young = [:]
        old = [:]
        changed = []
        youngBytes = 0
    }
}
