import Throughline

/// Who an event says did it, and what else it says that she is known by.
struct EventIdentifiers {
    var user: Identifier?
    var anonymous: Identifier?
    /// Their places among all that the group names; see ``IdentityBook/seat(_:)``.
    var seats: (user: Int?, anonymous: Int?) = (nil, nil)
    /// What the event says that she was known by before; it does not say of which kind that is.
    var previous: String?
    /// Addresses, numbers and devices.
    var others: [Identifier] = []
    /// Whether its source is believed.
    var isTrusted: Bool
    var hasPrivacySignal = false
    var timestamp: Instant

    /// Reads them from an event; values that are nobody's are left out.
    init(_ event: Event, organization: UInt32, isTrusted: Bool, blocked: BlockedIdentifiers) {
        func identifier(_ kind: Identifier.Kind, _ field: Event.Field) -> Identifier? {
            guard !field.isEmpty else { return nil }
            let value = EventIdentifiers.spelled(event.string(field), kind)
            guard !blocked.contains(kind, value) else { return nil }
            return Identifier(organization: organization, kind: kind, value: value)
        }
        user = identifier(.user, event.userId)
        anonymous = identifier(.anonymous, event.anonymousId)
        if event.kind == .alias, let previous = identifier(.user, event.previousId) { self.previous = previous.value }
        if event.hasFurtherIdentifiers {
            others = [
                identifier(.email, event.email), identifier(.phone, event.phone), identifier(.device, event.device),
            ].compactMap { $0 }
        }
        self.isTrusted = isTrusted
        timestamp = event.timestamp
    }

    /// The one way in which an address or a number is kept, however it was written.
    static func spelled(_ value: String, _ kind: Identifier.Kind) -> String {
        switch kind {
        case .user, .anonymous: value
        case .email, .device: String(value.filter { !$0.isWhitespace }).lowercased()
        case .phone: value.filter { $0.isASCII && $0.isNumber || $0 == "+" }
        }
    }

    /// Whether it names a user and a visitor at most.
    var isPlain: Bool { others.isEmpty && previous == nil }

    /// Whether it says of two that they are one person's.
    var namesSeveral: Bool { (user == nil ? 0 : 1) + (anonymous == nil ? 0 : 1) + others.count > 1 || previous != nil }

    /// Whose it is, by what it says alone.
    var owner: Identifier? { user ?? anonymous }

    /// What she may have been known by before.
    var previousNames: [Identifier] {
        guard let previous, let organization = (owner ?? others.first)?.organization else { return [] }
        return [.user, .anonymous].map { Identifier(organization: organization, kind: $0, value: previous) }
    }

    /// All that can be looked up before anything is known, the surest first.
    var all: [Identifier] { [user, anonymous].compactMap { $0 } + others + previousNames }
}
