/// The signal of a browser whose user does not want her data sold or shared: the header `Sec-GPC: 1`
/// (https://www.w3.org/TR/gpc/), honoured as an opt-out of marketing and of all sharing.
///
/// It is the one thing that a source which is not trusted may cause in the strand of a known person, and when it is seen it
/// can only make things stricter. A line is made of it once for each strand and use, so a million page views leave two.
///
/// A later yes of a trusted source prevails, for what it names: the signal is a general wish, and the specification leaves
/// it to what the person agrees with a site. Seen again after such a yes it changes nothing, or no yes could ever last.
/// Only the first signal counts for that reason. What cannot be told is that somebody switched the signal off, said yes,
/// and switched it on again; she has to withdraw.
public enum GlobalPrivacyControl {
    /// What it opts out of.
    public static let uses: [Use] = [.marketing, .sharing(with: nil)]

    /// Whether a header field says it; the specification knows no other value.
    public static func isSet(by field: some StringProtocol) -> Bool { field == "1" }

    /// The lines that a history lacks when a call brings the signal: two, or none where it is known.
    ///
    /// - Parameter time: when the call was received, by our clock. A time that the sender tells would let a stranger date a
    ///   signal back, before a yes that it should end.
    /// - Complexity: O(*n*) in the number of lines; no allocation where it is known.
    public static func entries(
        receivedAt time: Instant, position: UInt64, place: String = "", isTrusted: Bool = false,
        in history: ConsentHistory
    ) -> [ConsentEntry] {
        var lacking: [ConsentEntry] = []
        for use in uses {
            if let known = history.placeOfSignal(for: use).map({ history.entries[$0] }),
                (known.time, known.position) <= (time, position)
            {
                continue
            }
            lacking.append(
                ConsentEntry(signalFor: use, receivedAt: time, position: position, place: place, isTrusted: isTrusted))
        }
        return lacking
    }
}
