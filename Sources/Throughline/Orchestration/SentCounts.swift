/// How many messages went out to a person by each channel lately, and how many of them she left unopened: what caps are held against,
/// and what her silence tells.
///
/// A message may be said to be sent and to be delivered: in each window the greater of both counts. Opened counts once a message: an
/// event of opening and one of a click are told by the greater count of the name that comes more often.
public struct SentCounts: Sendable, Equatable {
    /// The windows, in hours: a day, a week, thirty days.
    public static let windowHours = [24, 168, 720]
    /// Channels that are told apart; of more only those that were met first are counted by name.
    public static let channelsMax = 32
    public static let otherChannel = "other"

    public struct Channel: Sendable, Equatable {
        public let name: String
        /// By window.
        fileprivate var sent = [Int](repeating: 0, count: windowHours.count)
        fileprivate var delivered = [Int](repeating: 0, count: windowHours.count)
        /// By the hash of the event's name: what is opened and clicked is opened once.
        fileprivate var opened: [UInt64: [Int]] = [:]

        /// Messages within each of ``SentCounts/windowHours``.
        public var counts: [Int] { zip(sent, delivered).map(max) }
        /// Of these, those of which nothing says that she opened them.
        public var unopened: [Int] {
            counts.enumerated().map { window, count in
                max(0, count - (opened.values.map { $0[window] }.max() ?? 0))
            }
        }
    }

    private static let none = [Int](repeating: 0, count: windowHours.count)

    public let now: Instant
    private var byName: [Channel] = []

    public init(now: Instant) { self.now = now }

    /// Those of which anything went out within the longest window, by name.
    public var channels: [Channel] { byName.sorted { $0.name < $1.name } }

    /// Whether the longest window begins before a moment.
    public func reaches(_ moment: Instant) -> Bool {
        now.secondsSince1970 - moment.secondsSince1970 < Int64(SentCounts.windowHours.last!) * 3_600
    }

    /// Takes an event of hers; nothing where it is no message, or is older than all windows or in the future.
    ///
    /// - Complexity: O(channels).
    public mutating func add(_ event: Event) {
        guard event.kind == .track else { return }
        let age = now.secondsSince1970 - event.timestamp.secondsSince1970
        guard age >= 0, reaches(event.timestamp),
            let message = event.withBytes(of: event.name, MessageLexicon.message)
        else { return }
        var name = message.channel.isEmpty ? event.string(event.channel) : message.channel
        if name.isEmpty { name = SentCounts.otherChannel }
        var place = byName.firstIndex { $0.name == name }
        if place == nil, byName.count >= SentCounts.channelsMax - 1 {
            name = SentCounts.otherChannel
            place = byName.firstIndex { $0.name == name }
        }
        if place == nil { byName.append(Channel(name: name)) }
        let channel = place ?? byName.count - 1
        let hash = event.withBytes(of: event.name, StableHash.folded)
        for (window, hours) in SentCounts.windowHours.enumerated() where age < Int64(hours) * 3_600 {
            switch message.step {
            case .sent: byName[channel].sent[window] += 1
            case .delivered: byName[channel].delivered[window] += 1
            case .opened: byName[channel].opened[hash, default: SentCounts.none][window] += 1
            }
        }
    }
}
