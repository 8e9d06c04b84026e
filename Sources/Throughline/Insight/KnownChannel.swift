/// Channels by the numbers that they are counted under. What nobody knows is one of them, too: names of channels are words of a source,
/// and may be as many as there are people.
///
/// A raw value is kept in tables: cases are added, and never change their numbers.
public enum KnownChannel: UInt16, Sendable, CaseIterable {
    case web = 1
    case app, email, sms, push, call, chat, branch, pos, social, post, kiosk, terminal, messenger, partner, field,
        voice, video,
        inbox, television, search, advertising, event
    case other = 63

    public var name: String { String(describing: self) }

    /// The number of a channel by its name; 0 where there is none.
    public static func number(of name: UnsafeBufferPointer<UInt8>) -> UInt16 {
        name.isEmpty ? 0 : numbers[StableHash.folded(name)] ?? KnownChannel.other.rawValue
    }

    /// The name of a number; nil where none has it.
    public static func name(of number: UInt64) -> String? { UInt16(exactly: number).flatMap(KnownChannel.init)?.name }

    private static let numbers: [UInt64: UInt16] = {
        let others: [(String, KnownChannel)] = [
            ("website", .web), ("mobile web", .web), ("browser", .web), ("mobile", .app), ("mobile app", .app),
            ("ios", .app), ("android", .app), ("e-mail", .email), ("mail", .email), ("text", .sms), ("phone", .call),
            ("call center", .call), ("call centre", .call), ("contact center", .call), ("telephone", .call),
            ("livechat", .chat), ("live chat", .chat), ("chatbot", .chat), ("store", .branch), ("shop", .branch),
            ("point of sale", .pos), ("social media", .social), ("facebook", .social), ("instagram", .social),
            ("letter", .post), ("atm", .terminal), ("whatsapp", .messenger), ("telegram", .messenger), ("ivr", .voice),
            ("tv", .television), ("ads", .advertising), ("visit", .field), ("in-app", .inbox),
        ]
        var numbers: [UInt64: UInt16] = [:]
        for (name, channel) in KnownChannel.allCases.map({ ($0.name, $0) }) + others {
            var name = name
            numbers[name.withUTF8 { StableHash.folded($0) }] = channel.rawValue
        }
        return numbers
    }()
}
