import Testing
import ThroughlineSimulation

@testable import Throughline
@testable import ThroughlineEngine

@Suite("People on the maps that their purposes are bound to")
struct MapPeopleTests {
    private static let yaml = """
        map: m
        objectives:
          - name: o
            purposes:
              - name: home loan
                milestones:
                  - {name: Looked, stage: explore, on: [Viewed, Seen]}
                  - {name: Large, stage: choose, on: Offered, when: properties.amount > 5.0}
                  - {name: Signed, stage: fulfilled, on: Signed}
              - {name: Nothing, type: no such type}
        """
    private static let name = MapName("m")!
    private static let person = IdentifierNumber(record: 0, ordinal: 0, kind: .user)
    private static let now = Instant(millisecondsSince1970: 1_700_000_000_000)

    /// Two types, of which the second counts as the first.
    private static func types() throws -> TypeBook {
        let centre = try #require(PackedVector(bytes: (0..<128).map { UInt8($0) } + [0, 0, 0x80, 0x3F]))
        var book = TypeBook()
        book.adopt(
            TypeMaking(
                madeAt: now, eventCount: 9,
                types: ["home loan", "credit card"].map {
                    TypeMaking.Made(
                        id: 0,
                        type: PurposeType(
                            name: $0, terms: [], purposeCount: 4, outcomes: [:], milestones: [], centre: centre),
                        isDivided: false, share: 0.5, drift: nil)
                }, retired: []))
        book.apply(.merge(2, into: 1))
        return book
    }

    /// A map with versions that hold from these places in the log on.
    private static func shelf(_ positions: [UInt64]) -> MapShelf {
        var shelf = MapShelf()
        for position in positions {
            shelf.apply(
                .publish(name, text: yaml + "\n# \(position)", isProposal: false),
                said: MapSaying(by: "k", at: now, position: position))
        }
        return shelf
    }

    /// A store and a log with one person's one purpose, an event a minute.
    private static func reader(_ events: [String], amount: Int, _ shelf: MapShelf) async throws -> PersonReader {
        let (log, store) = (MemoryLog(), MemoryProfiles())
        var records = LogRecords()
        var changes = FoldChanges(end: LogPosition(UInt64(events.count)))
        let placed = PlacedEvent(
            purpose: PurposeID(opening: "1"), isRoutine: false, confidence: 900, stage: .explore, type: 2)
        for (position, name) in events.enumerated() {
            let at = now.advanced(byMilliseconds: Int64(position) * 60_000)
            let line =
                #"{"type":"track","event":"\#(name)","userId":"u","messageId":"\#(position)","#
                + #""timestamp":"\#(at.rfc3339)","properties":{"amount":\#(amount)}}"#
            let record = try Given.record(line)
            records.append { record.append(to: &$0) }
            changes.timeline.append(
                TimelineEntry(
                    organization: 1, strand: person,
                    key: TimelineEntry.Key(timestamp: at, position: LogPosition(UInt64(position))), placed: placed,
                    gist: Gist(try Given.event(line), arrival: at, isTrusted: true)))
        }
        _ = try await log.append(records)
        changes.typeBooks = [(1, try types())]
        changes.maps = shelf.maps.map { (1, $0) }
        store.commit(changes)
        return PersonReader(profiles: store, log: log, maps: MapLibrary().read)
    }

    private static func standing(_ reader: PersonReader) throws -> MapStanding? {
        try reader.activity(of: [person], organization: 1, now: now).purposes.first?.map
    }

    @Test("a purpose of a type that counts as another is on the map of that one; properties come from the log")
    func bound() async throws {
        let reader = try await Self.reader(["Viewed", "Offered", "Viewed"], amount: 9, Self.shelf([0]))
        let standing = try #require(try Self.standing(reader))
        #expect(standing.map == Self.name && standing.version == 1 && standing.purpose == "home loan")
        #expect(standing.reached == ["Looked", "Large"] && standing.last == "Looked" && standing.next == "Signed")
        #expect(standing.undecided.isEmpty)
        let without = PersonReader(profiles: reader.profiles, log: MemoryLog())
        #expect(try Self.standing(without) == nil)
    }

    @Test("so many records are read for one person and no more: the rest is not decided")
    func records() async throws {
        let few = [String](repeating: "Offered", count: PersonReader.mapRecordsMax)
        let reader = try await Self.reader(few, amount: 1, Self.shelf([0]))
        #expect(try Self.standing(reader)?.undecided == [])
        let more = try await Self.reader(few + ["Offered"], amount: 1, Self.shelf([0]))
        #expect(try Self.standing(more)?.undecided == ["Large"])
        // A preview reads fewer.
        for (count, undecided) in [(MapPreview.recordsOfOneMax, []), (MapPreview.recordsOfOneMax + 1, ["Large"])] {
            let reader = try await Self.reader(
                [String](repeating: "Offered", count: count), amount: 1, Self.shelf([0]))
            let activity = try reader.activity(
                of: [Self.person], organization: 1, now: Self.now, recordsMax: MapPreview.recordsOfOneMax)
            #expect(activity.purposes.first?.map?.undecided == undecided)
        }
    }

    @Test("which version it is in is asked of its first event, though only the latest are looked at")
    func beginning() async throws {
        let events = [String](repeating: "Viewed", count: PersonReader.eventsMax + 50)
        let reader = try await Self.reader(events, amount: 1, Self.shelf([0, 20]))
        #expect(try Self.standing(reader)?.version == 1)
        #expect(try Self.standing(try await Self.reader(events, amount: 1, Self.shelf([20, 30])))?.version == 1)
    }

    @Test(
        "a check counts purposes of all types that count as one, by the names of milestones, and tells names not drawn")
    func coverage() throws {
        let store = MemoryProfiles()
        var changes = FoldChanges(end: LogPosition(1))
        changes.typeBooks = [(1, try Self.types())]
        var counts = Counts()
        func count(_ kind: CountKind, _ type: UInt32, _ name: String?, _ number: Int64) {
            let hash = name.map(MapEvent.hash(ofName:)) ?? 0
            counts.add(Tally(count: number), to: CountKey(kind, type: type, hash))
            if let name { changes.counts.names.append((1, StepName(hash: hash, text: name))) }
        }
        for (type, number) in [(1, 30), (2, 20), (3, 99)] as [(UInt32, Int64)] {
            count(.purposes, type, nil, number)
            count(.reached, type, "Viewed", number)
            count(.reached, type, "seen", 2)
            count(.reached, type, "Offered", 3)
            count(.reached, type, "Rarely", 2)
            count(.reached, type, "Logged In", 20)
            for other in 0...MapCoverage.undrawnMax { count(.reached, type, "Other \(100 - other)", 10) }
        }
        changes.counts.counts = [(1, counts)]
        store.commit(changes)
        let map = ReadMap(try MapReader.read(Array(Self.yaml.utf8)))
        let coverage = try MapCoverage(of: map, organization: 1, over: store)
        let purpose = coverage.purposes[0]
        #expect(purpose.types == [1] && purpose.purposeCount == 50)
        let reaches: [MapCoverage.Reach?] = [
            MapCoverage.Reach(least: 50, most: 50), MapCoverage.Reach(least: 0, most: 6),
            MapCoverage.Reach(least: 0, most: 0),
        ]
        #expect(purpose.milestones == reaches)
        #expect(purpose.undrawn.count == MapCoverage.undrawnMax)
        #expect(purpose.undrawn.allSatisfy { $0.name.hasPrefix("Other") && $0.purposeCount == 20 })
        #expect(coverage.purposes[1].types.isEmpty && coverage.purposes[1].purposeCount == 0)
    }

    @Test("people are drawn where there are more than are looked at, the same ones each time")
    func sample() throws {
        let store = MemoryProfiles()
        var changes = FoldChanges(end: LogPosition(1))
        changes.identities = (0..<UInt64(30)).map { number in
            let own = IdentifierNumber(record: number, ordinal: 0, kind: .user)
            return IdentityRow(
                Identifier(organization: 1, kind: .user, value: "u\(number)"), number: own,
                standing: .init(person: own, reason: .own))
        }
        store.commit(changes)
        let all = try PeopleSample.drawn(of: 1, from: store, most: 30, page: 7)
        #expect(all.people.count == 30 && all.peopleCount == 30)
        let some = try PeopleSample.drawn(of: 1, from: store, most: 10, page: 7)
        #expect(some.people.count == 10 && some.peopleCount == 30)
        #expect(try PeopleSample.drawn(of: 1, from: store, most: 10).people == some.people)
    }
}
