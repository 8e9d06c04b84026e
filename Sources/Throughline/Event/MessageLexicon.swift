/// Which events say that a message went out to a person, or that she opened one: "Email Delivered", `sms_sent`, "Push Notification
/// Opened".
public enum MessageLexicon {
    public enum Step: UInt8, Sendable {
        case sent, delivered, opened
    }

    /// What the name of an event says went out or was opened; nil where it says no such thing. The channel is empty where the name leaves it open.
    ///
    /// - Complexity: O(name).
    public static func message(ofName name: UnsafeBufferPointer<UInt8>) -> (step: Step, channel: String)? {
        var step: Step?
        var channel: String?
        NameWords.forEach(in: name) { word in
            if word == sent { step = step ?? .sent }
            if word == delivered { step = .delivered }
            if opened.contains(word) { step = .opened }
            if let named = channels[word] { channel = channel.map { $0.isEmpty ? named : $0 } ?? named }
        }
        guard let step, let channel else { return nil }
        return (step, channel)
    }

    private static let sent = StableHash.of("sent")
    private static let delivered = StableHash.of("delivered")
    private static let opened = Set(["opened", "read", "clicked", "tapped"].map { StableHash.of($0) })
    private static let channels: [UInt64: String] = Dictionary(
        uniqueKeysWithValues: [
            ("email", "email"), ("mail", "email"), ("newsletter", "email"), ("sms", "sms"), ("text", "sms"),
            ("push", "push"), ("notification", "push"), ("whatsapp", "whatsapp"), ("letter", "letter"),
            ("message", ""), ("campaign", ""),
        ].map { (StableHash.of($0.0), $0.1) })
}
