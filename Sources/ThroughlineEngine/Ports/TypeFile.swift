import Foundation
import Throughline

/// Types of purpose as JSON, for the state and the log.
enum TypeFile {
    static func encoded(_ book: TypeBook) throws -> [UInt8] { try encoded(Book(book)) }
    static func encoded(_ making: TypeMaking) throws -> [UInt8] { try encoded(Making(making)) }

    static func book(_ bytes: some Collection<UInt8>) -> TypeBook? {
        (try? JSONDecoder().decode(Book.self, from: Data(bytes)))?.book
    }

    static func making(_ bytes: some Collection<UInt8>) -> TypeMaking? {
        (try? JSONDecoder().decode(Making.self, from: Data(bytes)))?.making
    }

    /// The same things give the same bytes.
    private static func encoded(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    private struct Book: Codable {
        var entries: [Entry]
        var madeAt: Int64?
        var events: Int
        /// Neither where there is no catalogue.
        var catalogue: [String]?
        var namedBy: UInt64?

        init(_ book: TypeBook) {
            if !book.catalogue.words.isEmpty { catalogue = book.catalogue.words }
            if book.catalogueHashThen != 0 { namedBy = book.catalogueHashThen }
            entries = book.entries.map(Entry.init)
            madeAt = book.madeAt?.millisecondsSince1970
            events = book.eventCountThen
        }

        var book: TypeBook? {
            let entries = entries.enumerated().compactMap { $1.entry(numbered: $0 + 1) }
            guard entries.count == self.entries.count,
                let catalogue = try? Catalogue(words: catalogue ?? [])
            else { return nil }
            return TypeBook(
                entries: entries, madeAt: madeAt.map { Instant(millisecondsSince1970: $0) }, eventCountThen: events,
                catalogue: catalogue, catalogueHashThen: namedBy ?? 0)
        }
    }

    private struct Entry: Codable {
        var type: Kind
        var given: String?
        var pinned: Bool
        var into: UInt16?
        var split: Bool
        var retired: Bool
        var share: Float
        var before: Float?
        var drift: Float?

        init(_ entry: TypeBook.Entry) {
            type = Kind(entry.type)
            given = entry.givenName
            pinned = entry.isPinned
            into = entry.mergedInto
            split = entry.wantsSplit
            retired = entry.isRetired
            share = entry.share
            before = entry.shareBefore
            drift = entry.drift
        }

        func entry(numbered number: Int) -> TypeBook.Entry? {
            guard let type = type.type, let id = UInt16(exactly: number) else { return nil }
            return TypeBook.Entry(
                id: id, type: type, givenName: given, isPinned: pinned, mergedInto: into, wantsSplit: split,
                isRetired: retired, share: share, shareBefore: before, drift: drift)
        }
    }

    private struct Making: Codable {
        struct Made: Codable {
            var id: UInt16
            var type: Kind
            var divided: Bool
            var share: Float
            var drift: Float?
        }

        var madeAt: Int64
        var events: Int
        var types: [Made]
        var retired: [UInt16]
        var asked: [UInt16]
        /// Not where there is no catalogue.
        var namedBy: UInt64?

        init(_ making: TypeMaking) {
            madeAt = making.madeAt.millisecondsSince1970
            events = making.eventCount
            types = making.types.map {
                Made(id: $0.id, type: Kind($0.type), divided: $0.isDivided, share: $0.share, drift: $0.drift)
            }
            retired = making.retired
            asked = making.asked
            if making.catalogueHash != 0 { namedBy = making.catalogueHash }
        }

        var making: TypeMaking? {
            let made = types.compactMap { made in
                made.type.type.map {
                    TypeMaking.Made(
                        id: made.id, type: $0, isDivided: made.divided, share: made.share, drift: made.drift)
                }
            }
            guard made.count == types.count else { return nil }
            return TypeMaking(
                madeAt: Instant(millisecondsSince1970: madeAt), eventCount: events, types: made, retired: retired,
                asked: asked, catalogueHash: namedBy ?? 0)
        }
    }

    private struct Kind: Codable {
        struct Step: Codable {
            var name: String
            var ending: String?
            var share: Float
            var lift: Float
            var precedence: Float?
            var reached: Int
            var wentOn: Int?
        }

        var name: String
        var terms: [String]
        var count: Int
        var outcomes: [String: Int]
        var milestones: [Step]
        /// By stage, each bin with what ended in it and what is open.
        var silences: [String: [[Int32]]]
        var centre: Data
        /// Not where the centre is the only one.
        var aspects: [Data]?

        init(_ type: PurposeType) {
            name = type.name
            terms = type.terms
            count = type.purposeCount
            outcomes = Dictionary(uniqueKeysWithValues: type.outcomes.map { ($0.rawValue, $1) })
            milestones = type.milestones.map {
                Step(
                    name: $0.name, ending: $0.ending?.rawValue, share: $0.share, lift: $0.lift,
                    precedence: $0.precedence,
                    reached: $0.reachedCount, wentOn: $0.wentOnCount)
            }
            silences = Dictionary(
                uniqueKeysWithValues: type.silences.map { stage, curve in
                    (stage.name, curve.counts.map { [Int32($0.bin), $0.ended, $0.open] })
                })
            centre = Data(type.centre.bytes)
            if !type.aspects.isEmpty { aspects = type.aspects.map { Data($0.bytes) } }
        }

        var type: PurposeType? {
            guard let centre = PackedVector(bytes: Array(centre)) else { return nil }
            let aspects = (aspects ?? []).compactMap { PackedVector(bytes: Array($0)) }
            guard aspects.count == self.aspects?.count ?? 0, aspects.count <= PurposeType.aspectsMax else { return nil }
            var curves: [Stage: SilenceCurve] = [:]
            for (name, counts) in silences {
                guard let stage = Stage.allCases.first(where: { $0.name == name }),
                    counts.allSatisfy({ $0.count == 3 }),
                    let curve = SilenceCurve(counts: counts.map { (Int($0[0]), $0[1], $0[2]) })
                else { return nil }
                curves[stage] = curve
            }
            var ended: [Outcome: Int] = [:]
            for (name, count) in outcomes {
                guard let outcome = Outcome(rawValue: name) else { return nil }
                ended[outcome] = count
            }
            return PurposeType(
                name: name, terms: terms, purposeCount: count, outcomes: ended,
                milestones: milestones.map { step in
                    var name = step.name
                    let hash = name.withUTF8 { StableHash.folded($0) }
                    return Milestone(
                        name: step.name, nameHash: hash, ending: step.ending.flatMap(Outcome.init), share: step.share,
                        lift: step.lift, precedence: step.precedence, reachedCount: step.reached,
                        wentOnCount: step.wentOn)
                }, silences: curves, centre: centre, aspects: aspects)
        }
    }
}

extension TypeBook {
    /// As stores keep it.
    package func encoded() throws -> [UInt8] { try TypeFile.encoded(self) }

    /// What a store kept; nil where it is something else.
    package init?(bytes: some Collection<UInt8>) {
        guard let book = TypeFile.book(bytes) else { return nil }
        self = book
    }
}
