/// How a purpose can end.
public enum Outcome: String, Sendable, CaseIterable {
    case fulfilled, declined, cancelled, lapsed
}

/// Which events end a purpose, by the words of their names: a prior for streams without history.
public enum OutcomeLexicon {
    /// The outcome that an event of this name brings, or nil.
    ///
    /// The last word that tells wins: "Order Cancellation Confirmed" is a cancellation.
    public static func outcome(ofName name: UnsafeBufferPointer<UInt8>) -> Outcome? {
        var found: Outcome?
        NameWords.forEach(in: name) { word in
            guard let told = words[word] else { return }
            // A refusal or a cancellation is never undone by a word of success beside it.
            if found == nil || found == .fulfilled { found = told }
        }
        return found
    }

    private static let words: [UInt64: Outcome] = {
        var words: [UInt64: Outcome] = [:]
        for word in [
            "completed", "confirmed", "confirmation", "activated", "approved", "fulfilled", "purchased", "disbursed",
            "resolved", "enrolled", "issued", "signed", "registered", "booked",
        ] { words[StableHash.of(word)] = .fulfilled }
        for word in ["declined", "rejected", "denied", "refused"] { words[StableHash.of(word)] = .declined }
        for word in ["cancelled", "canceled", "cancellation", "withdrawn", "terminated", "refunded"] {
            words[StableHash.of(word)] = .cancelled
        }
        return words
    }()
}
