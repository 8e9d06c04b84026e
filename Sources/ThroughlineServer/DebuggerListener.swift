import Synchronization

/// Somebody who watches what comes in, as it comes. What he does not fetch in time is counted and left out: nobody waits
/// for him.
final class DebuggerListener: Sendable {
    /// Entries that wait for one listener.
    static let entriesMax = 256

    /// What came since it was last asked.
    struct News: Sendable {
        var entries: [EventDebugger.Entry] = []
        /// How many were left out after these.
        var dropped = 0

        var isEmpty: Bool { entries.isEmpty && dropped == 0 }
    }

    private struct State {
        var news = News()
        /// Beats since the writing began that is going on; nil while nothing is being written.
        var beatsOfWriting: Int?
    }

    let organization: UInt32
    /// Says that there may be news, or that it is time for a sign of life; ends when the server stops.
    let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let state = Mutex(State())
    private let left: @Sendable () -> Void

    /// - Parameter left: is told when the listener is no longer there.
    init(organization: UInt32, left: @escaping @Sendable () -> Void = {}) {
        self.organization = organization
        self.left = left
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    deinit { left() }

    /// Tells of entries, as many as there is room for.
    ///
    /// - Parameter more: how many there were besides, which nobody made entries of.
    func tell(_ entries: [EventDebugger.Entry], more: Int = 0) {
        state.withLock { state in
            // Behind a gap nothing is told before the gap is.
            let room = state.news.dropped > 0 ? 0 : DebuggerListener.entriesMax - state.news.entries.count
            state.news.entries += entries.prefix(room)
            state.news.dropped += entries.count - min(room, entries.count) + more
        }
        wake.yield()
    }

    /// Gives what came, once.
    func news() -> News {
        state.withLock { state in
            defer { state.news = News() }
            return state.news
        }
    }

    func beginWriting() { state.withLock { $0.beatsOfWriting = 0 } }
    func endWriting() { state.withLock { $0.beatsOfWriting = nil } }

    /// Wakes it for a sign of life.
    ///
    /// - Returns: whether one writing has lasted from one beat to the next: then nobody reads any more.
    func beat() -> Bool {
        let isStuck = state.withLock { state in
            state.beatsOfWriting? += 1
            return (state.beatsOfWriting ?? 0) > 1
        }
        wake.yield()
        return isStuck
    }

    /// Ends it, behind what is being written.
    func close() { wake.finish() }
}

/// All who listen.
final class DebuggerListeners: Sendable {
    /// Listeners at once, of all organizations and of one: none keeps the others out.
    static let countMax = 32
    static let countOfOrganizationMax = 16

    private struct Weak: Sendable {
        let organization: UInt32
        weak let listener: DebuggerListener?
    }

    private struct State {
        var listeners: [Int: Weak] = [:]
        var serial = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// A further listener, who is one for as long as somebody holds it.
    func add(organization: UInt32) throws(Problem) -> DebuggerListener {
        try state.withLock { state throws(Problem) in
            guard !state.isClosed else {
                throw Problem(.serviceUnavailable, "stopping", "the server stops", retryAfterSeconds: 5)
            }
            let own = state.listeners.values.count { $0.organization == organization }
            guard
                own < DebuggerListeners.countOfOrganizationMax, state.listeners.count < DebuggerListeners.countMax
            else {
                throw Problem(
                    .serviceUnavailable, "too_many_listeners",
                    "at most \(DebuggerListeners.countOfOrganizationMax) of an organization listen at once, and "
                        + "\(DebuggerListeners.countMax) of all", retryAfterSeconds: 15)
            }
            state.serial += 1
            let number = state.serial
            let listener = DebuggerListener(organization: organization) { [weak self] in self?.remove(number) }
            state.listeners[number] = Weak(organization: organization, listener: listener)
            return listener
        }
    }

    private func remove(_ number: Int) { state.withLock { $0.listeners[number] = nil } }

    var count: Int { state.withLock { $0.listeners.count } }

    /// Those who listen to an organization.
    func all(of organization: UInt32) -> [DebuggerListener] { all.filter { $0.organization == organization } }

    /// Ends all of them, for good.
    func close() {
        state.withLock { $0.isClosed = true }
        for listener in all { listener.close() }
    }

    /// Held outside of the lock, which whoever leaves takes.
    private var all: [DebuggerListener] { state.withLock { $0.listeners.values.map(\.listener) }.compactMap { $0 } }
}
