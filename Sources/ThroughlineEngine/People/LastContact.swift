import Throughline

/// When and how somebody was in touch last by one channel.
public struct LastContact: Sendable, Equatable {
    public let channel: String
    public var at: Instant
    /// The name of what happened.
    public var event: String
    /// Who or what handled it; empty where that is not known.
    public var handledBy: String
    /// How many of the events that were looked at came by it.
    public var count = 0
}

/// Gathers contacts from events in the order of their times.
struct ContactGathering {
    private var byChannel: [String: LastContact] = [:]

    mutating func add(_ event: Event) {
        guard !event.channel.isEmpty else { return }
        let channel = event.string(event.channel)
        let count = byChannel[channel]?.count ?? 0
        byChannel[channel] = LastContact(
            channel: channel, at: event.timestamp, event: event.string(event.name),
            handledBy: event.string(event.resource), count: count + 1)
    }

    /// The latest first.
    var contacts: [LastContact] { byChannel.values.sorted { ($1.at, $0.channel) < ($0.at, $1.channel) } }
}
