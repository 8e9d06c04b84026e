/// Which events are the after-care of something that was settled: a parcel that arrives, a first payment, a thing sent back.
///
/// Matched on the words of a name, never on its spelling.
enum AftercareLexicon {
    /// - Complexity: O(name).
    static func isAftercare(ofName name: UnsafeBufferPointer<UInt8>) -> Bool {
        var found = false
        NameWords.forEach(in: name) { word in found = found || words.contains(word) }
        return found
    }

    private static let words = Set(
        [
            "shipped", "shipment", "shipping", "dispatched", "delivered", "delivery", "arrived", "tracking", "tracked",
            "returned", "return", "refund", "refunded", "invoice", "invoiced", "receipt", "warranty", "repayment",
            "instalment", "installment", "payment", "activated", "activation", "installed", "installation",
            "onboarding",
            "disbursed", "payout", "reviewed", "rated",
        ].map { StableHash.of($0) })
}
