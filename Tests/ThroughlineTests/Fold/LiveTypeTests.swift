import Logging
import Testing
import ThroughlineSimulation

@testable import Throughline
@testable import ThroughlineEngine

@Suite("types of purpose in the fold")
struct LiveTypeTests {
    private static let start: Int64 = 1_700_000_000_000
    private static let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

    /// People who want a home loan; each day one step, and one of them who takes her time.
    private static func records(_ people: Range<Int>, days: Int = 4, from first: Int64 = 0) throws -> [EventRecord] {
        let steps = [
            ("Rates Viewed", "home loan rates"), ("Calculator Used", "home loan calculator"),
            ("Application Submitted", "home loan application"), ("Loan Approved", "home loan"),
        ]
        return try (0..<days).flatMap { day in
            try people.map { person in
                let pause: Int64 = person == 11 ? 4 * 86_400_000 : 86_400_000
                let time = Instant(
                    millisecondsSince1970: start + first * 86_400_000 + Int64(day) * pause + Int64(person) * 1_000)
                return try Given.record(
                    #"{"type":"track","timestamp":"\#(time.rfc3339)","event":"\#(steps[day].0)","userId":"u\#(person)","messageId":"\#(person)-\#(day)","properties":{"query":"\#(steps[day].1)"}}"#,
                    at: time)
            }
        }
    }

    private static func making(of store: MemoryProfiles, _ book: TypeBook = TypeBook()) throws -> TypeMaking {
        var gathering = JourneyGathering(model: Given.model, table: Given.table)
        for person in store.people(of: 1, after: nil, limit: .max) {
            let entries = store.entries(of: store.members(of: person).filter(\.kind.hasStrand))
            try gathering.add(entries.sorted { $0.key < $1.key }, of: person, now: store.clock())
        }
        return gathering.maker.making(of: book, at: store.clock(), eventCount: 1)
    }

    /// The log of people whose purposes went on, types made of these, and people who come behind.
    private static func log() throws -> (records: LogRecords, types: Int) {
        var log = LogRecords()
        for record in try records(0..<12).sorted(by: { $0.receivedAt < $1.receivedAt }) {
            log.append { record.append(to: &$0) }
        }
        let store = try Folding(log, discovering: .init()).folded()
        var bytes: [UInt8] = []
        try TypesRecord(
            organization: 1, receivedAt: Instant(millisecondsSince1970: start + 13 * 86_400_000),
            making: try making(of: store)
        ).append(to: &bytes)
        log.append { $0.append(contentsOf: bytes) }
        let types = log.count - 1
        for record in try records(20..<24, days: 2, from: 14) { log.append { record.append(to: &$0) } }
        log.append {
            TickRecord(receivedAt: Instant(millisecondsSince1970: start + 80 * 86_400_000)).append(to: &$0)
        }
        return (log, types)
    }

    @Test(
        "what comes behind them is of a type; a silence is told with the milestone that is missing, and how late it is")
    func silence() throws {
        let (records, types) = try Self.log()
        let store = try Folding(records, discovering: .init()).folded()
        let book = try store.typeBook(of: 1)
        #expect(!book.isEmpty)
        for entry in store.entries(of: store.allStrands) where !entry.placed!.isRoutine {
            #expect((entry.placed!.type > 0) == (entry.key.position.rawValue > UInt64(types)))
        }
        let told = try store.changes(of: "u20")
        #expect(told.map(\.kind.name) == ["closed", "dormant", "stalled", "opened"], "\(told.map(\.kind))")
        let stalled = try #require(told[2].kind.silence)
        #expect(book.milestone(named: stalled.missing, type: stalled.type) == "Application Submitted")
        #expect(stalled.usualSeconds > 0 && stalled.seconds >= stalled.usualSeconds)
        #expect(stalled.seconds < 5 * 86_400)
        let hers = store.entries(of: store.allStrands).filter { $0.placed?.purpose == told[2].purpose }
        let last = try #require(hers.last)
        #expect(told[2].key.timestamp.secondsSince1970 - last.key.timestamp.secondsSince1970 == stalled.seconds)
    }

    @Test("the same comes of it however records are cut into groups, and where commits fail")
    func groups() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        let (records, _) = try Self.log()
        let whole = try Folding(records, discovering: .init()).folded()
        for _ in 0..<10 {
            let ends = Set((0..<8).map { _ in Int.random(in: 0..<records.count, using: &random) })
            let failing = ends.filter { _ in Bool.random(using: &random) }
            let store = try Folding(records, discovering: .init()).folded(endingAt: ends, failingAt: failing)
            #expect(store.entries(of: store.allStrands) == whole.entries(of: whole.allStrands), "seed \(seed)")
            #expect(Set(store.allPurposeChanges) == Set(whole.allPurposeChanges), "seed \(seed)")
            #expect(try store.typeBook(of: 1).encoded() == whole.typeBook(of: 1).encoded(), "seed \(seed)")
        }
    }

    @Test("what was there before the types were made gets them some people at a time, and is counted under them")
    func retyping() async throws {
        let (log, store) = (MemoryLog(), MemoryProfiles())
        let access = MemoryAccess()
        access.found(
            "tests", source: Source.Draft(name: "tests", kind: .server), keys: [],
            at: Instant(millisecondsSince1970: 0))
        let fold = try FoldService(
            log: log, profiles: store, access: access,
            discovery: LiveDiscovery(model: Given.model, table: Given.table), logger: Self.quiet)
        var limits = TypeService<MemoryProfiles>.Limits()
        (limits.eventsMin, limits.retypingPeopleMax) = (40, 50)
        let typing = TypeService(
            log: log, profiles: store, model: Given.model, table: Given.table, limits: limits,
            now: { Instant(millisecondsSince1970: Self.start) }, logger: Self.quiet)
        let people = RetypingRecord.peopleMax + 20
        var records = LogRecords()
        for record in try Self.records(0..<people, days: 2) { records.append { record.append(to: &$0) } }
        _ = try await log.append(records)
        try fold.foldAll { _ in }
        #expect(try await !typing.retypeSome(), "there are no types")
        #expect(try await typing.makeWhereDue() == 1)
        #expect(try await typing.retypeSome(), "what was made is not folded")
        try fold.foldAll { _ in }
        var rounds = 0
        while try await typing.retypeSome() {
            try fold.foldAll { _ in }
            rounds += 1
        }
        try fold.foldAll { _ in }
        #expect(rounds == 1)
        #expect(store.entries(of: store.allStrands).allSatisfy { $0.placed!.isRoutine || $0.placed!.type > 0 })
        store.expectCounted()
        let reader = InsightReader(profiles: store, organization: 1)
        let book = try store.typeBook(of: 1)
        let counted = try book.current.reduce(0) { try $0 + reader.paths(of: $1.id, in: book).purposes }
        #expect(try counted == reader.paths(of: nil, in: book).purposes && counted >= people)
        let end = log.end
        #expect(try await !typing.retypeSome() && log.end == end, "there is nothing more to be done")
        // A rebuild comes to the same.
        let again = MemoryProfiles()
        let other = try FoldService(
            log: log, profiles: again, access: access,
            discovery: LiveDiscovery(model: Given.model, table: Given.table), logger: Self.quiet)
        try other.foldAll { _ in }
        #expect(again.entries(of: again.allStrands) == store.entries(of: store.allStrands))
        #expect(again.counts(of: 1) == store.counts(of: 1))
    }

    @Test("a record of retyping is the same when it is read again, and other bytes are none")
    func retypingRecord() {
        let people = (0..<100).map { IdentifierNumber(record: UInt64($0), ordinal: 0, kind: .user) }
        let record = RetypingRecord(
            organization: 3, receivedAt: Instant(millisecondsSince1970: Self.start), people: people)
        #expect(record.people.count == RetypingRecord.peopleMax)
        var bytes: [UInt8] = []
        record.append(to: &bytes)
        #expect(bytes.withUnsafeBufferPointer { RetypingRecord($0) } == record)
        for wrong in [bytes + [0], bytes + [UInt8](repeating: 0, count: 8), Array(bytes[..<8]), [4] + bytes[1...]] {
            #expect(wrong.withUnsafeBufferPointer { RetypingRecord($0) } == nil)
        }
    }

    @Test("what is decided of a type holds from its record on; somebody else's types are left alone")
    func edits() throws {
        var (records, _) = try Self.log()
        for (organization, edit) in [(1, .rename(1, "Our own home")), (2, .rename(1, "x")), (1, .rename(77, "y"))]
            as [(UInt32, TypeEdit)]
        {
            var bytes: [UInt8] = []
            try CommandRecord(
                organization: organization, receivedAt: Instant(millisecondsSince1970: Self.start + 81 * 86_400_000),
                actor: "k", command: .type(edit)
            ).append(to: &bytes)
            records.append { $0.append(contentsOf: bytes) }
        }
        let store = try Folding(records, discovering: .init()).folded()
        #expect(try store.typeBook(of: 1).entry(1)?.name == "Our own home")
        #expect(try store.typeBook(of: 2).isEmpty)
        #expect(store.counts().unreadable == 0)
    }

    @Test(
        "types are made when enough has come, again when half as many more have, and at once where one is to be divided"
    )
    func service() async throws {
        let (log, store) = (MemoryLog(), MemoryProfiles())
        let access = MemoryAccess()
        access.found(
            "tests", source: Source.Draft(name: "tests", kind: .server), keys: [],
            at: Instant(millisecondsSince1970: 0))
        let fold = try FoldService(
            log: log, profiles: store, access: access,
            discovery: LiveDiscovery(model: Given.model, table: Given.table), logger: Self.quiet)
        var limits = TypeService<MemoryProfiles>.Limits()
        limits.eventsMin = 40
        limits.peopleMax = 8
        limits.pageMax = 3
        let now = Now(Instant(millisecondsSince1970: Self.start))
        let typing = TypeService(
            log: log, profiles: store, model: Given.model, table: Given.table, limits: limits, now: { now.value },
            logger: Self.quiet)
        func append(_ people: Range<Int>) async throws {
            var records = LogRecords()
            for record in try Self.records(people) { records.append { record.append(to: &$0) } }
            _ = try await log.append(records)
        }
        try await append(0..<9)
        #expect(try await typing.makeWhereDue() == 0, "nothing is folded")
        try fold.foldAll { _ in }
        #expect(try await typing.makeWhereDue() == 0, "too little has come")
        try await append(9..<12)
        try fold.foldAll { _ in }
        #expect(try await typing.makeWhereDue() == 1)
        #expect(try await typing.makeWhereDue() == 0, "what was made is not folded")
        try fold.foldAll { _ in }
        let book = try store.typeBook(of: 1)
        let type = try #require(book.current.first)
        #expect(type.type.purposeCount <= limits.peopleMax * 2 && book.eventCountThen == 48)
        #expect(try await typing.makeWhereDue() == 0)
        try await append(12..<19)
        try fold.foldAll { _ in }
        #expect(try await typing.makeWhereDue() == 1, "half as many more")
        try fold.foldAll { _ in }
        #expect(try store.typeBook(of: 1).current.first?.id == type.id)
        now.value = Instant(millisecondsSince1970: Self.start + 30 * 86_400_000)
        #expect(try await typing.makeWhereDue() == 0, "nothing came")
        try await append(19..<20)
        try fold.foldAll { _ in }
        #expect(try await typing.makeWhereDue() == 1, "a day")
        try fold.foldAll { _ in }
        var bytes: [UInt8] = []
        try CommandRecord(organization: 1, receivedAt: now.value, actor: "k", command: .type(.split(type.id)))
            .append(to: &bytes)
        var records = LogRecords()
        records.append { $0.append(contentsOf: bytes) }
        _ = try await log.append(records)
        try fold.foldAll { _ in }
        #expect(try await typing.makeWhereDue() == 1, "somebody wants it divided")
        try fold.foldAll { _ in }
        #expect(try store.typeBook(of: 1).entries.allSatisfy { !$0.wantsSplit && !$0.isRetired }, "it is all one")
        #expect(try await typing.makeWhereDue() == 0)
    }
}
