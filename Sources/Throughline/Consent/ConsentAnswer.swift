/// What holds of one use on one channel, and the line that decided it.
public struct ConsentAnswer: Hashable, Sendable {
    public let state: ConsentState
    /// Nil where nothing that counts was said.
    public let entry: ConsentEntry?

    static let unknown = ConsentAnswer(state: .unknown, entry: nil)

    /// The stricter of two; of two alike the one that was decided later.
    public static func stricter(_ a: ConsentAnswer, _ b: ConsentAnswer) -> ConsentAnswer {
        if a.state != b.state { return a.state > b.state ? a : b }
        guard let entry = a.entry, let other = b.entry else { return a.entry == nil ? b : a }
        return entry < other ? b : a
    }
}
