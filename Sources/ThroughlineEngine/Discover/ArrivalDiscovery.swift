import Throughline

/// Places events one after the other as they come in, of whomever they are, and tells each before the next is read.
///
/// Memory grows with the number of people and their open purposes, not with the number of events, but for eight bytes
/// a message id.
public final class ArrivalDiscovery {
    private let reader: EncounterReader
    private var placer: Placer
    private var keys = KeyInterner()
    private var stitcher = Stitcher()
    private var states: [OpenPurposes] = []
    private var stateOfKey: [UInt32: Int] = [:]
    private var messages = MessageSet()

    public private(set) var duplicateCount = 0
    public private(set) var eventCount = 0

    /// An event as it was placed.
    public struct Placed: Sendable {
        public var messageId: String
        public var person: String
        public var purpose: PurposeID
        public var isRoutine: Bool
        public var confidence: Float
        public var isTentative: Bool
    }

    public init(model: DiscoveryModel, table: EmbeddingTable) {
        reader = EncounterReader(table: table, order: model.order)
        placer = Placer(model: model)
    }

    public var personCount: Int { states.count }

    /// Places an event; nil where its message id was there before.
    public func place(_ event: Event) -> Placed? {
        guard messages.insert(event.bytes[event.messageId]) else {
            duplicateCount += 1
            return nil
        }
        eventCount += 1
        let key = self.key(of: event)
        let person = keys.text(key)
        let index = stateOfKey[key] ?? addState(for: key)
        let encounter = reader.read(event)
        let placement = placer.place(encounter, in: &states[index])
        let messageId = event.string(event.messageId)
        let name = String(person.dropFirst())
        let purpose = placement.opened ? PurposeID(opening: messageId) : states[index][idOf: placement.slot]!
        if placement.opened, !placement.isRoutine { states[index][idOf: placement.slot] = purpose }
        return Placed(
            messageId: messageId, person: name, purpose: purpose, isRoutine: placement.isRoutine,
            confidence: placement.confidence, isTentative: placement.isTentative)
    }

    private func addState(for key: UInt32) -> Int {
        states.append(OpenPurposes())
        stateOfKey[key] = states.count - 1
        return states.count - 1
    }

    /// Who did it, as far as is known by now: later links do not change what was told.
    private func key(of event: Event) -> UInt32 {
        let user = event.userId.isEmpty ? nil : number("u", event.userId, in: event)
        guard !event.anonymousId.isEmpty else { return user! }
        let anonymous = number("a", event.anonymousId, in: event)
        guard let user else { return stitcher.user(of: anonymous) ?? anonymous }
        stitcher.link(anonymous: anonymous, user: user)
        // What an anonymous visitor began, the person she turns out to be goes on with.
        if stateOfKey[user] == nil, stitcher.user(of: anonymous) == user,
            let begun = stateOfKey.removeValue(forKey: anonymous)
        {
            stateOfKey[user] = begun
        }
        return user
    }

    private func number(_ mark: Unicode.Scalar, _ field: Event.Field, in event: Event) -> UInt32 {
        var bytes = [UInt8(ascii: mark)]
        bytes.append(contentsOf: event.bytes[field])
        return bytes.withUnsafeBufferPointer { keys.number(of: $0) }
    }
}
