/// How many messages went out to a person by each channel lately, which offers she saw, and how many of them she left unanswered: what
/// caps are held against, and what her silence tells.
///
/// A message may be said to be sent and to be delivered: in each window the greater of both counts. What answers it, an opening and a
/// click, is told by the greater count of the name that comes more often; so with offers.
public struct SentCounts: Sendable, Equatable {
    /// The windows, in hours: a day, a week, thirty days.
    public static let windowHours = [24, 168, 720]
    /// Channels that are told apart; of more only those that were met first are counted by name.
    public static let channelsMax = 32
    public static let otherChannel = "other"

    /// Things of one kind that went out to her, by window.
    public struct Windows: Sendable, Equatable {
        fileprivate var sent = none
        fileprivate var delivered = none
        /// By the hash of the event's name.
        fileprivate var answered: [UInt64: [Int]] = [:]

        /// How many there were within each of ``SentCounts/windowHours``.
        public var counts: [Int] { zip(sent, delivered).map(max) }
        /// Of these, those of which nothing says that she answered them.
        public var unanswered: [Int] {
            counts.enumerated().map { window, count in
                max(0, count - (answered.values.map { $0[window] }.max() ?? 0))
            }
        }
    }

    public struct Channel: Sendable, Equatable {
        public let name: String
        public fileprivate(set) var messages = Windows()
    }

    fileprivate static let none = [Int](repeating: 0, count: windowHours.count)

    public let now: Instant
    private var byName: [Channel] = []
    /// Offers that she saw.
    public private(set) var offers = Windows()

    public init(now: Instant) { self.now = now }

    /// Those of which anything went out within the longest window, by name.
    public var channels: [Channel] { byName.sorted { $0.name < $1.name } }

    /// Whether the longest window begins before a moment.
    public func reaches(_ moment: Instant) -> Bool {
        now.secondsSince1970 - moment.secondsSince1970 < Int64(SentCounts.windowHours.last!) * 3_600
    }

    /// Takes an event of hers; nothing where it is neither message nor offer, or is older than all windows or in the future.
    ///
    /// - Complexity: O(channels).
    public mutating func add(_ event: Event) {
        guard event.kind == .track else { return }
        let age = now.secondsSince1970 - event.timestamp.secondsSince1970
        guard age >= 0, reaches(event.timestamp) else { return }
        let windows = SentCounts.windowHours.indices.filter { age < Int64(SentCounts.windowHours[$0]) * 3_600 }
        let hash = event.withBytes(of: event.name, StableHash.folded)
        if let message = event.withBytes(of: event.name, MessageLexicon.message) {
            let place = place(of: message.channel.isEmpty ? event.string(event.channel) : message.channel)
            for window in windows {
                switch message.step {
                case .sent: byName[place].messages.sent[window] += 1
                case .delivered: byName[place].messages.delivered[window] += 1
                case .opened: byName[place].messages.answered[hash, default: SentCounts.none][window] += 1
                }
            }
        } else if let step = event.withBytes(of: event.name, OfferLexicon.step) {
            for window in windows {
                switch step {
                case .shown: offers.sent[window] += 1
                case .answered: offers.answered[hash, default: SentCounts.none][window] += 1
                }
            }
        }
    }

    /// Where a channel is counted.
    private mutating func place(of name: String) -> Int {
        var name = name.isEmpty ? SentCounts.otherChannel : name
        if let place = byName.firstIndex(where: { $0.name == name }) { return place }
        if byName.count >= SentCounts.channelsMax - 1 {
            name = SentCounts.otherChannel
            if let place = byName.firstIndex(where: { $0.name == name }) { return place }
        }
        byName.append(Channel(name: name))
        return byName.count - 1
    }
}
