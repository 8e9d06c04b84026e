/// Which events say that a person saw an offer, or answered one: "Promotion Viewed", `offer_accepted`, "Coupon Redeemed".
public enum OfferLexicon {
    public enum Step: UInt8, Sendable {
        case shown, answered
    }

    /// What the name of an event says became of an offer; nil where it says no such thing.
    ///
    /// - Complexity: O(name).
    public static func step(ofName name: UnsafeBufferPointer<UInt8>) -> Step? {
        var step: Step?
        var isOffer = false
        NameWords.forEach(in: name) { word in
            if offers.contains(word) { isOffer = true }
            if shown.contains(word) { step = step ?? .shown }
            if answered.contains(word) { step = .answered }
        }
        return isOffer ? step : nil
    }

    private static func words(_ words: String) -> Set<UInt64> {
        Set(words.split(separator: " ").map { StableHash.of(String($0)) })
    }

    private static let offers = words("offer promotion promo coupon voucher")
    private static let shown = words("shown viewed seen presented displayed made extended received impression")
    private static let answered = words(
        "accepted taken clicked tapped selected redeemed applied claimed activated used declined rejected refused dismissed"
    )
}
