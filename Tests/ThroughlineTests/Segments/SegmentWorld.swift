import Logging
import Testing
import ThroughlineSimulation

@testable import Throughline
@testable import ThroughlineEngine

/// A small log, a store, the fold and the service of segments over them, and a clock that a test moves.
final class SegmentWorld {
    static let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
    static let day: Int64 = 86_400_000
    static let start: Int64 = 1_700_000_000_000

    let log = MemoryLog()
    let memory = MemoryProfiles()
    let store: FailingProfiles<MemoryProfiles>
    let access = MemoryAccess()
    let now = Now(Instant(millisecondsSince1970: start))
    var limits = SegmentService<FailingProfiles<MemoryProfiles>>.Limits()
    var holdout = HoldoutGroup(percent: 30)
    private let discovers: Bool
    private(set) var fold: FoldService<FailingProfiles<MemoryProfiles>>
    private(set) var service: SegmentService<FailingProfiles<MemoryProfiles>>
    private var messages = 0

    /// - Parameter failing: which commits fail.
    init(discovers: Bool = true, failingAt failing: Set<Int> = []) throws {
        self.discovers = discovers
        store = FailingProfiles(memory, failingAt: failing)
        for kind in [Source.Kind.server, .browser] {
            let draft = Source.Draft(name: "\(kind)", kind: kind)
            if kind == .server {
                access.found("tests", source: draft, keys: [], at: Instant(millisecondsSince1970: 0))
            } else {
                _ = try access.add(draft, organization: 1)
            }
        }
        limits.pageMax = 3
        limits.waitingMax = 2
        limits.goneMax = 2
        (fold, service) = try SegmentWorld.services(log, store, access, now, limits, holdout, discovers)
    }

    private static func services(
        _ log: MemoryLog, _ store: FailingProfiles<MemoryProfiles>, _ access: MemoryAccess, _ now: Now,
        _ limits: SegmentService<FailingProfiles<MemoryProfiles>>.Limits, _ holdout: HoldoutGroup, _ discovers: Bool
    ) throws -> (FoldService<FailingProfiles<MemoryProfiles>>, SegmentService<FailingProfiles<MemoryProfiles>>) {
        let discovery = discovers ? LiveDiscovery(model: Given.model, table: Given.table) : nil
        return (
            try FoldService(log: log, profiles: store, access: access, discovery: discovery, logger: quiet),
            SegmentService(
                profiles: store, holdout: holdout, limits: limits, now: { now.value }, logger: quiet)
        )
    }

    /// As if the program had been stopped and started.
    func restart() throws {
        (fold, service) = try SegmentWorld.services(log, store, access, now, limits, holdout, discovers)
    }

    // MARK: What happens

    func advance(days: Double) {
        now.value = now.value.advanced(byMilliseconds: Int64(days * Double(SegmentWorld.day)))
    }

    /// - Parameter members: of the event, as JSON, without its braces.
    func event(_ members: String, source: UInt32 = Folding.server, ago milliseconds: Int64 = 0) async throws {
        messages += 1
        let time = now.value.advanced(byMilliseconds: -milliseconds)
        let line = "{\"messageId\":\"m\(messages)\",\"timestamp\":\"\(time.rfc3339)\",\(members)}"
        let event = try Given.event(line)
        let record = EventRecord(
            source: source, receivedAt: now.value, timestamp: time, isTimeSuspect: false, eventKind: event.kind,
            messageId: Array(event.bytes[event.messageId]), json: Array(line.utf8))
        var records = LogRecords()
        records.append { record.append(to: &$0) }
        _ = try await log.append(records)
    }

    func track(_ user: String, _ name: String, ago milliseconds: Int64 = 0) async throws {
        try await event(
            #""type":"track","event":"\#(name)","userId":"\#(user)","properties":{"query":"home loan","channel":"web"}"#,
            ago: milliseconds)
    }

    func say(_ command: CommandRecord.Command, organization: UInt32 = 1) async throws {
        var bytes: [UInt8] = []
        try CommandRecord(organization: organization, receivedAt: now.value, actor: "k", command: command).append(
            to: &bytes)
        var records = LogRecords()
        records.append { $0.append(contentsOf: bytes) }
        _ = try await log.append(records)
    }

    func define(_ name: String, _ condition: String?) async throws {
        try await say(
            .segment(
                .define(
                    SegmentDefinition(name: name, title: name, rule: condition.map { .condition($0) } ?? .list))))
    }

    func tick() async throws {
        var records = LogRecords()
        records.append { TickRecord(receivedAt: now.value).append(to: &$0) }
        _ = try await log.append(records)
    }

    /// Folds all there is, and looks at everybody who waits. What fails is tried again.
    func settle() throws {
        for _ in 0..<1_000 {
            do {
                try fold.foldAll { _ in }
                while try service.step() {}
                return
            } catch {}
        }
        Issue.record("it never settles")
    }

    func user(_ value: String) -> Identifier { Identifier(organization: 1, kind: .user, value: value) }

    func number(_ value: String) -> IdentifierNumber? {
        memory.identity(named: value, organization: 1)?.standing.person
    }

    // MARK: Who is in

    /// Members by segment, as they are told.
    func members(of name: String) throws -> Set<IdentifierNumber> {
        let standing = try memory.segmentStandings(of: 1).first { $0.definition.name == name }
        guard let set = standing?.shown?.number else { return [] }
        return Set(memory.segmentMembers(of: set, after: nil, limit: .max).map(\.person))
    }

    /// The values of users who are members.
    func names(of segment: String) throws -> Set<String> {
        Set(memory.identities(of: Array(try members(of: segment))).compactMap { $0?.identifier.value })
    }

    /// What is told is what comes of asking everybody now, plainly.
    func expectPlain(_ note: String, _ location: SourceLocation = #_sourceLocation) throws {
        let book = memory.segmentBooks().first { $0.organization == 1 }?.book ?? SegmentBook()
        let people = memory.people(of: 1, after: nil, limit: .max).filter {
            memory.identities(of: [$0])[0]?.isProfile ?? false
        }
        for entry in book.entries {
            let standing = try memory.segmentStandings(of: 1).first { $0.id == entry.id }
            #expect(standing?.isComplete == true && standing?.shown?.rule == entry.definition.rule, "\(note)")
            let expected = Set(
                try people.filter { person in
                    switch entry.definition.rule {
                    case .list: isListed(person, on: entry.id)
                    case .condition(let source): try holds(source, for: person)
                    }
                })
            let told = try members(of: entry.definition.name)
            #expect(
                told == expected,
                "\(note): \(entry.definition) lacks \(expected.subtracting(told)), has \(told.subtracting(expected))",
                sourceLocation: location)
            #expect(standing?.shown?.memberCount == expected.count, sourceLocation: location)
        }
        let sets = Set(memory.segmentSets().map(\.number))
        #expect(
            sets.count == book.entries.count, "\(note): sets that nobody asks for are gone", sourceLocation: location)
        #expect(memory.segmentsWaiting(after: nil, limit: 1).isEmpty, sourceLocation: location)
    }

    private func isListed(_ person: IdentifierNumber, on list: UInt64) -> Bool {
        let subject = memory.segmentSubjects(
            [person], [1: [.lists]], eventsFrom: Instant(millisecondsSince1970: .min))[0]
        return subject?.lists.contains(list) ?? false
    }

    private func holds(_ source: String, for person: IdentifierNumber) throws -> Bool {
        let condition = try Condition(source, variables: SegmentInputs.conditionVariables)
        return (try? condition.holds(try plainValues(of: person))) ?? false
    }

    /// All values, from the events, traits and the whole state of a person.
    private func plainValues(of person: IdentifierNumber) throws -> [String: ConditionValue] {
        let members = memory.members(of: person)
        let strands = members.filter(\.kind.hasStrand)
        let time = now.value.millisecondsSince1970
        func days(_ at: Instant) -> Int64 { max(0, time - at.millisecondsSince1970) / SegmentWorld.day }
        var values: [String: ConditionValue] = [
            "identified": .bool(members.contains { $0.kind == .user || $0.kind == .email || $0.kind == .phone }),
            "holdout": .bool(holdout.holds(memory.identities(of: [person])[0]!.identifier)),
        ]
        for (variable, isTrusted) in [("traits", true), ("claimed", false)] {
            var map = ConditionMap()
            let rows = memory.traits(of: strands).filter { $0.key.isTrusted == isTrusted && $0.key.subject == .person }
            for (name, said) in Dictionary(grouping: rows, by: \.key.name).sorted(by: { $0.key < $1.key }) {
                let value = said.max { $0.said < $1.said }!.value
                if let text = value, text != "null" {
                    try map.add(.string(String(text.dropFirst().dropLast())), for: .string(name))
                }
            }
            values[variable] = .map(map)
        }
        let entries = memory.entries(of: strands)
        values["silentDays"] = .int(
            entries.map(\.key.timestamp).max().map(days) ?? SegmentFacts.silentDaysOfNobody)
        for window in [7, 30, 90] as [Int64] {
            let inside = entries.filter { $0.key.timestamp.millisecondsSince1970 + window * SegmentWorld.day > time }
            func counts(_ text: (Gist) -> String) throws -> ConditionValue {
                var map = ConditionMap()
                let texts = inside.compactMap(\.gist).map(text).filter { !$0.isEmpty }
                for (text, found) in Dictionary(grouping: texts, by: { $0 }) {
                    try map.add(.int(Int64(found.count)), for: .string(text))
                }
                return .map(map)
            }
            values["last\(window)"] = try counts(\.name)
            values["channels\(window)"] = try counts { $0.withChannel { String(decoding: $0, as: UTF8.self) } }
        }
        var live = LivePerson()
        if let stored = memory.people([ProfileNumber(person)])[0] {
            try stored.state.withUnsafeBytes { try live.decode($0) }
        }
        let book = try memory.typeBook(of: 1)
        values["purposes"] = .list(
            try live.watch.threads.map { thread in
                .map(
                    try ConditionMap([
                        "type": .string(book.entry(thread.type)?.name ?? ""),
                        "state": .string(
                            thread.outcome != nil ? "closed" : thread.told >= .dormant ? "dormant" : "open"),
                        "outcome": .string(thread.outcome?.rawValue ?? ""),
                        "stage": .string(stage(of: thread, entries)),
                        "missing": .string(
                            thread.outcome != nil
                                ? "" : book.milestone(named: thread.missing, type: thread.type) ?? ""),
                        "silentDays": .int(days(thread.last)), "events": .int(Int64(thread.eventCount)),
                    ]))
            })
        return values
    }

    /// The furthest stage on the way of a purpose's events.
    private func stage(of thread: Watch.Thread, _ entries: [TimelineEntry]) -> String {
        let stages = entries.compactMap(\.placed).filter { $0.purpose == thread.id }.compactMap(\.stage)
        return stages.filter { $0.outcome == nil }.max()?.name ?? ""
    }
}
