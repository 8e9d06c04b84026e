import Logging
import ServiceLifecycle
import Synchronization
import Throughline

/// Makes the types of purpose of each organization again as more comes in, away from the fold: what is made comes into the log, and
/// holds from there on.
public final class TypeService<Store: Profiles>: Service {
    public struct Limits: Sendable {
        /// How often it is looked whether enough has come.
        public var interval = Duration.seconds(5)
        /// Events before the first types are made; after that they are made again when half as many have come as there were.
        public var eventsMin = 200
        /// And once a day, where anything came.
        public var restSeconds: Int64 = 86_400
        /// People of whom types are made, the same ones each time as long as there are not more; and events of each, the latest.
        public var peopleMax = 4_096
        public var eventsOfOneMax = 256
        /// People who are looked at at once.
        public var pageMax = 10_000
        /// Between two records by which some people's purposes get the types that there are.
        public var retypingPause = Duration.milliseconds(50)
        /// People who are looked at for one of these.
        public var retypingPeopleMax = 1_000

        public init() {}
    }

    private let log: any EventLog
    private let profiles: Store
    private let limits: Limits
    private let now: @Sendable () -> Instant
    private let makeGathering: @Sendable (Catalogue) -> JourneyGathering
    private let logger: Logger
    private let sleep: @Sendable (Duration) async throws -> Void
    private let working = BackgroundThread(name: "types")
    /// By organization, which types people's purposes get, and how far that has come; nil behind the last.
    private let retyping = Mutex<[UInt32: (madeAt: Instant?, after: IdentifierNumber?, isDone: Bool)]>([:])

    public init(
        log: any EventLog, profiles: Store, model: DiscoveryModel, table: EmbeddingTable, limits: Limits = Limits(),
        now: @escaping @Sendable () -> Instant, logger: Logger,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.log = log
        self.profiles = profiles
        self.limits = limits
        self.now = now
        self.logger = logger
        self.sleep = sleep
        makeGathering = { JourneyGathering(model: model, table: table, catalogue: $0) }
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var pause = self.limits.interval
                do {
                    try await self.makeWhereDue()
                    if try await self.retypeSome() { pause = self.limits.retypingPause }
                } catch {
                    self.logger.error("types of purpose wait", metadata: ["reason": "\(error)"])
                }
                do { try await self.sleep(pause) } catch { return }
            }
        }
    }

    /// Makes the types of every organization of which enough has come. Waits for nothing that is not folded.
    ///
    /// - Returns: of how many they were made.
    @discardableResult
    public func makeWhereDue() async throws -> Int {
        // What was made last holds first, and what is not folded yet is not of use.
        guard try profiles.position() == log.end else { return 0 }
        var made = 0
        for organization in try profiles.organizations() {
            let book = try profiles.typeBook(of: organization)
            guard isDue(book, eventCount: try profiles.counts().events) else { continue }
            let making = try await self.making(of: book, organization)
            var bytes: [UInt8] = []
            try TypesRecord(organization: organization, receivedAt: now(), making: making).append(to: &bytes)
            var records = LogRecords()
            records.append { $0.append(contentsOf: bytes) }
            _ = try await log.append(records)
            made += 1
            logger.info(
                "types of purpose were made",
                metadata: ["organization": "\(organization)", "types": "\(making.types.count)"])
        }
        return made
    }

    /// Has some people's purposes get the types that were made last: those of no type, and of types to which nothing more comes.
    ///
    /// - Returns: whether there are more.
    @discardableResult
    public func retypeSome() async throws -> Bool {
        guard try profiles.position() == log.end else { return true }
        var areMore = false
        for (organization, book) in try profiles.typeBooks() where book.madeAt != nil {
            var state = retyping.withLock { $0[organization] } ?? (madeAt: nil, after: nil, isDone: false)
            if state.madeAt != book.madeAt { state = (book.madeAt, nil, false) }
            guard !state.isDone else { continue }
            let page = try profiles.people(of: organization, after: state.after, limit: limits.retypingPeopleMax)
            var wanting: [IdentifierNumber] = []
            for person in page where wanting.count < RetypingRecord.peopleMax {
                state.after = person
                if try wantsTypes(person, book) { wanting.append(person) }
            }
            if !wanting.isEmpty {
                var records = LogRecords()
                let record = RetypingRecord(organization: organization, receivedAt: now(), people: wanting)
                records.append { record.append(to: &$0) }
                _ = try await log.append(records)
            }
            state.isDone = page.isEmpty || (state.after == page.last && page.count < limits.retypingPeopleMax)
            retyping.withLock { [state] in $0[organization] = state }
            areMore = areMore || !state.isDone
        }
        return areMore
    }

    private func wantsTypes(_ person: IdentifierNumber, _ book: TypeBook) throws(StoreError) -> Bool {
        let strands = try profiles.members(of: person).filter(\.kind.hasStrand)
        return try profiles.latest(of: [strands], limit: limits.eventsOfOneMax)[0].contains { entry in
            guard let placed = entry.placed, !placed.isRoutine else { return false }
            return placed.type == 0 || book.entry(placed.type)?.isRetired ?? true
        }
    }

    private func isDue(_ book: TypeBook, eventCount: Int) -> Bool {
        guard let madeAt = book.madeAt else { return eventCount >= limits.eventsMin }
        if book.entries.contains(where: { $0.wantsSplit && !$0.isRetired }) { return true }
        if book.catalogue.hash != book.catalogueHashThen { return true }
        let rested = now().secondsSince1970 - madeAt.secondsSince1970 >= limits.restSeconds
        return eventCount * 2 >= book.eventCountThen * 3 || (rested && eventCount > book.eventCountThen)
    }

    private func making(of book: TypeBook, _ organization: UInt32) async throws -> TypeMaking {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<TypeMaking, any Error>) in
            working.async { done.resume(with: Result { try self.make(book, organization) }) }
        }
    }

    private func make(_ book: TypeBook, _ organization: UInt32) throws -> TypeMaking {
        var gathering = makeGathering(book.catalogue)
        let clock = try profiles.clock()
        let eventCount = try profiles.counts().events
        let sample = try PeopleSample.drawn(
            of: organization, from: profiles, most: limits.peopleMax, page: limits.pageMax)
        for person in sample.people where gathering.maker.room > 0 {
            let strands = try profiles.members(of: person).filter(\.kind.hasStrand)
            let entries = try profiles.latest(of: [strands], limit: limits.eventsOfOneMax)[0]
            try gathering.add(entries.reversed(), of: person, now: clock)
        }
        return gathering.maker.making(of: book, at: clock, eventCount: eventCount)
    }
}
