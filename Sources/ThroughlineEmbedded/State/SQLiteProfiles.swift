import GRDB
import Synchronization
import Throughline
import ThroughlineEngine

/// The state in one SQLite file. One process has it, guarded by the lock of its folder.
///
/// Commits are not synced one by one: what is lost with the power is folded again from the log.
public final class SQLiteProfiles: Profiles {
    let pool: DatabasePool
    private let messages: Mutex<KnownMessages>
    /// As the database has them: they are asked for with every profile.
    private let books = Mutex<[UInt32: TypeBook]?>(nil)
    /// Those that were asked for, as the database has them.
    private let shelves = Mutex<[UInt32: MapShelf]>([:])
    let segmentBooksKnown = Mutex<[UInt32: SegmentBook]?>(nil)

    /// Pages of its log that are worked into the file at once. More of them are less work: a page that changed often is
    /// written once. But whoever else waits for the disk waits for all of them: 8 MB take some 15 ms, 128 MB some 100.
    private static let checkpointPages = (serving: 2_048, alone: 32_768)

    private let databaseLog: DatabaseLog

    static let remedy = "make it again with throughline rebuild"

    /// Opens a file, and makes it where there is none.
    ///
    /// - Parameter isAlone: whether nobody else waits for the disk.
    public init(path: String, isAlone: Bool = true) throws(StoreError) {
        let pages = isAlone ? SQLiteProfiles.checkpointPages.alone : SQLiteProfiles.checkpointPages.serving
        databaseLog = DatabaseLog(of: path)
        var configuration = CheckedDatabase.configuration()
        configuration.busyMode = .timeout(DatabaseLog.patience)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = \(pages)")
            // What is deleted or written over is not left behind in free pages: people may be erased.
            try db.execute(sql: "PRAGMA secure_delete = ON")
            // The pages that one connection keeps are thrown away when another one writes: only the writer's are worth much.
            try db.execute(sql: "PRAGMA cache_size = \(db.configuration.readonly ? -4_096 : -65_536)")
        }
        configuration.maximumReaderCount = 4
        let pool = try StoreError.translating("\(path) cannot be opened", remedy: SQLiteProfiles.remedy) {
            try CheckedDatabase.pool(path, configuration)
        }
        try StateSchema.migrator.bring(pool, path: path, remedy: SQLiteProfiles.remedy)
        messages = Mutex(
            try StoreError.translating("\(path) cannot be read", remedy: SQLiteProfiles.remedy) {
                try pool.read { try KnownMessages($0) }
            })
        self.pool = pool
    }

    /// Works everything into the one file, and closes it.
    public func close() throws(StoreError) {
        try StoreError.translating("the state cannot be closed") {
            try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try pool.close()
        }
    }

    public func position() throws(StoreError) -> LogPosition {
        try read { db in LogPosition(UInt64(try Int64.fetchOne(db, sql: "SELECT position FROM fold")!)) }
    }

    public func clock() throws(StoreError) -> Instant {
        try read { db in
            Instant(millisecondsSince1970: try Int64.fetchOne(db, sql: "SELECT clock FROM fold")!)
        }
    }

    public func areKnown(_ keys: [MessageKey]) throws(StoreError) -> [Bool] {
        try read { db in try messages.withLock { known in try keys.map { try known.contains($0, in: db) } } }
    }

    public func identities(of identifiers: [Identifier]) throws(StoreError) -> [IdentityRow?] {
        try read { db in try IdentityTables(db).rows(of: identifiers) }
    }

    public func identities(of numbers: [IdentifierNumber]) throws(StoreError) -> [IdentityRow?] {
        try read { db in try IdentityTables(db).rows(of: numbers) }
    }

    public func ties(between pairs: [(IdentifierNumber, IdentifierNumber)]) throws(StoreError) -> [TieRow?] {
        try read { db in try IdentityTables(db).ties(between: pairs) }
    }

    public func ties(of numbers: [IdentifierNumber], limit: Int) throws(StoreError) -> [[TieRow]] {
        try read { db in try IdentityTables(db).ties(of: numbers, limit: limit) }
    }

    public func members(of person: IdentifierNumber) throws(StoreError) -> [IdentifierNumber] {
        try read { db in try IdentityTables(db).members(of: person) }
    }

    public func identity(named value: String, organization: UInt32) throws(StoreError) -> IdentityRow? {
        try read { db in try IdentityTables(db).row(named: value, organization: organization) }
    }

    public func consents(of strands: [IdentifierNumber]) throws(StoreError) -> [[UInt8]?] {
        try read { db in
            let history = try RowStatement("SELECT history FROM consent WHERE strand = ?", db)
            return try strands.map { strand in
                try history.first {
                    $0.bind(strand, at: 1)
                } read: {
                    Array($0.bytes(0))
                }
            }
        }
    }

    public func entries(of strands: [IdentifierNumber]) throws(StoreError) -> [TimelineEntry] {
        try read { db in try TimelineChains(db).entries(of: strands) }
    }

    public func latest(of people: [[IdentifierNumber]], limit: Int) throws(StoreError) -> [[TimelineEntry]] {
        try read { db in
            let chains = TimelineChains(db)
            return try people.map { try chains.latest(of: $0, limit: limit) }
        }
    }

    public func people(_ profiles: [ProfileNumber]) throws(StoreError) -> [StoredPerson?] {
        try read { db in try PersonTable(db).people(profiles) }
    }

    public func due(by clock: Instant, limit: Int) throws(StoreError) -> [ProfileNumber] {
        try read { db in try PersonTable(db).due(by: clock, limit: limit) }
    }

    public func nextDue() throws(StoreError) -> Instant? {
        try read { db in try PersonTable(db).nextDue() }
    }

    public func adopt(model: UInt64) throws(StoreError) -> Bool {
        try StoreError.translating("the state cannot be emptied") {
            let (wasEmptied, known) = try pool.write { db in
                let (before, position) = try Row.fetchOne(db, sql: "SELECT model, position FROM fold").map {
                    ($0[0] as Int64, $0[1] as Int64)
                }!
                guard before != Int64(bitPattern: model) else { return (false, KnownMessages?.none) }
                for table in StateSchema.emptied { try db.execute(sql: "DELETE FROM \(table)") }
                try db.execute(sql: StateSchema.emptiedFold)
                try db.execute(sql: "UPDATE fold SET model = ?", arguments: [Int64(bitPattern: model)])
                return (position > 0, try KnownMessages(db))
            }
            if let known { messages.withLock { $0 = known } }
            books.withLock { $0 = nil }
            shelves.withLock { $0 = [:] }
            segmentBooksKnown.withLock { $0 = nil }
            return wasEmptied
        }
    }

    public func commit(_ changes: FoldChanges) throws(StoreError) {
        try StoreError.translating("what was folded cannot be kept", remedy: SQLiteProfiles.remedy) {
            let known = try pool.write { db in
                let erased = try changes.erasure.map { try ErasureTables(db).erase($0) } ?? 0
                try ErasureTables(db).note(changes.mentions)
                try IdentityTables(db).put(changes.identities, changes.ties)
                try TimelineChains(db).append(changes.timeline)
                try TimelineChains(db).replace(changes.replaced)
                try TraitTables(db).put(changes.traits)
                try LinkTable(db).put(changes.links)
                try CorrectionTable(db).put(changes.corrections)
                try PurposeChangeTable(db).put(changes.purposeChanges, again: changes.toldAgain)
                try PersonTable(db).put(changes.people)
                try TypeTable(db).put(changes.typeBooks)
                try MapTable(db).put(changes.maps)
                try SegmentTable(db).note(changes.segments)
                try TallyTable(db).put(changes.counts)
                if changes.erasure != nil { try TallyTable(db).forgetNames() }
                let consent = try RowStatement("INSERT OR REPLACE INTO consent VALUES (?, ?)", db)
                for (strand, history) in changes.consents {
                    try consent.run {
                        $0.bind(strand, at: 1)
                        $0.bind(history, at: 2)
                    }
                }
                try db.execute(
                    sql: """
                        UPDATE fold SET position = ?, clock = ?, profiles = profiles + ?, events = events + ?,
                            duplicates = duplicates + ?, unreadable = unreadable + ?, nobodys = nobodys + ?
                        """,
                    arguments: [
                        Int64(changes.end.rawValue), changes.clock.millisecondsSince1970, changes.newProfiles,
                        changes.timeline.count - erased, changes.duplicates, changes.unreadable, changes.nobodys,
                    ])
                return try messages.withLock { try $0.adding(changes.messages, today: changes.today, in: db) }
            }
            messages.withLock { $0.adopt(known) }
            books.withLock { books in
                for (organization, book) in changes.typeBooks { books?[organization] = book }
            }
            shelves.withLock { shelves in
                for (organization, map) in changes.maps { shelves[organization]?.put(map) }
            }
            segmentBooksKnown.withLock { books in
                for (organization, book) in changes.segments.books { books?[organization] = book }
            }
        }
        databaseLog.keepShort(of: pool)
    }

    public func tallies(
        of organization: UInt32, _ kind: CountKind, types: [UInt32]
    ) throws(StoreError) -> [(key: CountKey, tally: Tally)] {
        try read { db in try TallyTable(db).tallies(of: organization, kind, types: types) }
    }

    public func tallies(
        of organization: UInt32, _ kind: CountKind, types: [UInt32], a: [UInt64]
    ) throws(StoreError) -> [(key: CountKey, tally: Tally)] {
        try read { db in try TallyTable(db).tallies(of: organization, kind, types: types, a: a) }
    }

    public func sequenceCount(of organization: UInt32, type: UInt32) throws(StoreError) -> Int {
        try read { db in try TallyTable(db).sequenceCount(of: organization, type: type) }
    }

    public func tallies(of organization: UInt32, _ keys: [CountKey]) throws(StoreError) -> [Tally] {
        try read { db in try TallyTable(db).tallies(of: organization, keys) }
    }

    public func stepNames() throws(StoreError) -> [(organization: UInt32, names: [StepName])] {
        try read { db in try TallyTable(db).names() }
    }

    public func mapShelf(of organization: UInt32) throws(StoreError) -> MapShelf {
        try shelves.withLock { shelves throws(StoreError) in
            if let shelf = shelves[organization] { return shelf }
            let shelf = try read { db in try MapTable(db).shelf(of: organization) }
            shelves[organization] = shelf
            return shelf
        }
    }

    public func organizations() throws(StoreError) -> [UInt32] {
        try read { db in try IdentityTables(db).organizations() }
    }

    public func typeBooks() throws(StoreError) -> [(organization: UInt32, book: TypeBook)] {
        let known = try books.withLock { books throws(StoreError) in
            if let books { return books }
            let found = try read { db in try TypeTable(db).books() }
            let known = Dictionary(uniqueKeysWithValues: found.map { ($0.organization, $0.book) })
            books = known
            return known
        }
        return known.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    public func people(
        of organization: UInt32, after: IdentifierNumber?, limit: Int
    ) throws(StoreError) -> [IdentifierNumber] {
        try read { db in try IdentityTables(db).people(of: organization, after: after, limit: limit) }
    }

    public func traits(of strands: [IdentifierNumber]) throws(StoreError) -> [TraitRow] {
        try read { db in try TraitTables(db).rows(of: strands) }
    }

    public func links(of strands: [IdentifierNumber]) throws(StoreError) -> [LinkRow] {
        try read { db in try LinkTable(db).rows(of: strands) }
    }

    public func identities(
        beginning prefix: String, organization: UInt32, limit: Int
    ) throws(StoreError) -> [IdentityRow] {
        try read { db in
            try IdentityTables(db).rows(beginning: prefix, organization: organization, limit: limit)
        }
    }

    public func strands(
        named words: [String], organization: UInt32, limit: Int
    ) throws(StoreError) -> NamedStrands {
        try read { db in try TraitTables(db).strands(named: words, organization: organization, limit: limit) }
    }

    public func corrections(of strands: [IdentifierNumber]) throws(StoreError) -> [CorrectionRow] {
        try read { db in try CorrectionTable(db).rows(of: strands) }
    }

    public func correctedStrands() throws(StoreError) -> [IdentifierNumber] {
        try read { db in try CorrectionTable(db).strands() }
    }

    public func waiting(limit: Int) throws(StoreError) -> [LogPosition] {
        try read { db in try ErasureTables(db).waiting(limit: limit) }
    }

    public func isWaiting(for request: LogPosition) throws(StoreError) -> Bool {
        try read { db in try ErasureTables(db).isWaiting(for: request) }
    }

    public func settle(_ records: [LogPosition]) throws(StoreError) {
        try StoreError.translating("what was erased cannot be noted") {
            try pool.write { db in try ErasureTables(db).settle(records) }
            // The log of the database has pages as they were before.
            try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        }
    }

    /// Takes over what waits to be erased from the state that this one takes the place of.
    public func adoptWaiting(of other: SQLiteProfiles) throws(StoreError) {
        try StoreError.translating("what waits to be erased cannot be taken over") {
            let rows = try other.pool.read { try ErasureTables($0).rows() }
            try pool.write { db in try ErasureTables(db).put(rows) }
        }
    }

    public func timeline(
        of id: String, organization: UInt32, after: TimelineCursor?, limit: Int, withChanges: Bool
    ) throws(StoreError) -> TimelinePage? {
        try read { db in
            let identities = try IdentityTables(db)
            guard let person = try identities.row(named: id, organization: organization)?.standing.person else {
                return nil
            }
            let strands = try identities.members(of: person).filter(\.kind.hasStrand)
            return try TimelineChains(db).page(
                of: strands, after: after, limit: limit, withChanges: withChanges)
        }
    }

    public func counts() throws(StoreError) -> StoreCounts {
        try read { db in
            let row = try Row.fetchOne(db, sql: "SELECT profiles, events, duplicates, unreadable, nobodys FROM fold")!
            var counts = StoreCounts()
            counts.profiles = row[0]
            counts.events = row[1]
            counts.duplicates = row[2]
            counts.unreadable = row[3]
            counts.nobodys = row[4]
            return counts
        }
    }

    func read<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        try StoreError.translating("the state cannot be read", remedy: SQLiteProfiles.remedy) { try pool.read(body) }
    }
}
