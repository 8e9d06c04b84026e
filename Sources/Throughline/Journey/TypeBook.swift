/// The types of purpose of one organization as they are kept: each with a number that stays while types are made again and again,
/// and with what people decided of it, which every making keeps to.
public struct TypeBook: Sendable {
    /// Types that are kept, those that are no more among them; when so many are there, no new one comes.
    public static let entriesMax = 2_048
    /// A type that is made again is the same one if it is as like it as this.
    public static let sameLikeness: Float = 0.8
    public static let nameBytesMax = 128

    /// A type, and what was decided of it.
    public struct Entry: Sendable {
        /// From 1 on.
        public let id: UInt16
        /// As it was made last.
        public internal(set) var type: PurposeType
        /// What people call it.
        public internal(set) var givenName: String?
        /// Whether what it is about stays as it is.
        public internal(set) var isPinned = false
        /// The type that all of it counts as.
        public internal(set) var mergedInto: UInt16?
        /// Whether the next making divides it.
        public internal(set) var wantsSplit = false
        /// Whether nothing more comes to it: it was divided, or nothing is like it any more.
        public internal(set) var isRetired = false
        /// Its share of the purposes that types were made of, last and the time before.
        public internal(set) var share: Float = 0
        public internal(set) var shareBefore: Float?
        /// How far what it is about moved when types were made last: one less the cosine.
        public internal(set) var drift: Float?

        public var name: String { givenName ?? type.name }
        /// Whether a making may not do away with it.
        var isKept: Bool { givenName != nil || isPinned || mergedInto != nil }

        init(id: UInt16, type: PurposeType) {
            self.id = id
            self.type = type
        }

        /// As it was kept.
        package init(
            id: UInt16, type: PurposeType, givenName: String?, isPinned: Bool, mergedInto: UInt16?, wantsSplit: Bool,
            isRetired: Bool, share: Float, shareBefore: Float?, drift: Float?
        ) {
            self.id = id
            self.type = type
            self.givenName = givenName
            self.isPinned = isPinned
            self.mergedInto = mergedInto
            self.wantsSplit = wantsSplit
            self.isRetired = isRetired
            self.share = share
            self.shareBefore = shareBefore
            self.drift = drift
        }
    }

    /// By number.
    public private(set) var entries: [Entry] = []
    /// When types were made last, and how much had come by then.
    public private(set) var madeAt: Instant?
    public private(set) var eventCountThen = 0
    /// The organization's own words, by which types are called.
    public private(set) var catalogue = Catalogue()
    /// The hash of the catalogue when types were made last.
    public private(set) var catalogueHashThen: UInt64 = 0

    // What is asked for every event: the types that something may come to, and how long each is silent.
    private var finder = PurposeTypes()
    private var ids: [UInt16] = []
    private var paces: [Pace] = []

    public init() {}

    /// Takes over what was kept.
    ///
    /// - Returns: nil where the numbers are not 1, 2, 3 and so on, or lead nowhere.
    public init?(
        entries: [Entry], madeAt: Instant?, eventCountThen: Int, catalogue: Catalogue = Catalogue(),
        catalogueHashThen: UInt64 = 0
    ) {
        guard entries.count <= TypeBook.entriesMax,
            entries.enumerated().allSatisfy({ Int($1.id) == $0 + 1 }),
            entries.allSatisfy({ entry in
                entry.mergedInto.map { (1...entries.count).contains(Int($0)) && $0 != entry.id } ?? true
            })
        else { return nil }
        self.entries = entries
        self.madeAt = madeAt
        self.eventCountThen = eventCountThen
        self.catalogue = catalogue
        self.catalogueHashThen = catalogueHashThen
        settle()
    }

    public var isEmpty: Bool { ids.isEmpty }

    /// The types that purposes are of, those of most purposes first.
    public var current: [Entry] {
        entries.filter { !$0.isRetired && $0.mergedInto == nil }.sorted {
            ($1.type.purposeCount, $0.id) < ($0.type.purposeCount, $1.id)
        }
    }

    /// The type of a number, or the one that it counts as; nil for 0 and where there is none.
    public func entry(_ id: UInt16) -> Entry? {
        guard id > 0, Int(id) <= entries.count else { return nil }
        return entries[Int(resolved(id)) - 1]
    }

    /// The number that a type counts as.
    public func resolved(_ id: UInt16) -> UInt16 {
        var id = id
        // A chain is no longer than there are types.
        for _ in entries.indices {
            guard id > 0, Int(id) <= entries.count, let into = entries[Int(id) - 1].mergedInto else { break }
            id = into
        }
        return id
    }

    /// The type that a purpose is most like; 0 where it is like none.
    ///
    /// - Complexity: O(types).
    public func id(of meaning: PackedVector) -> UInt16 { finder.type(of: meaning).map { resolved(ids[$0]) } ?? 0 }

    /// How long purposes of a type are usually silent at a stage; zeroes where that is not known.
    ///
    /// - Complexity: O(1).
    public func pace(of id: UInt16, at stage: Stage?) -> Pace {
        guard id > 0, Int(id) <= entries.count, let stage, stage.outcome == nil else { return Pace() }
        return paces[(Int(resolved(id)) - 1) * Stage.allCases.count + Int(stage.rawValue)]
    }

    /// Seconds; 0 where too little is known.
    public struct Pace: Sendable, Equatable {
        public var usual: Int32 = 0
        public var stalledAfter: Int32 = 0
        public var dormantAfter: Int32 = 0

        public init() {}

        fileprivate init(_ curve: SilenceCurve) {
            usual = Int32(clamping: curve.median ?? 0)
            stalledAfter = Int32(clamping: curve.stalledAfter ?? 0)
            dormantAfter = Int32(clamping: curve.dormantAfter ?? 0)
        }
    }

    /// How far a purpose of a type has come by one more step, and what it waits for then.
    ///
    /// - Parameters:
    ///   - furthest: the name of the furthest milestone so far; 0 for none.
    ///   - name: that of the step.
    /// - Returns: names of the furthest and of the one behind it; 0 for none.
    public func advanced(_ furthest: UInt64, by name: UInt64, type id: UInt16) -> (furthest: UInt64, missing: UInt64) {
        guard let milestones = entry(id)?.type.milestones else { return (0, 0) }
        var best = milestones.firstIndex { $0.nameHash == furthest && $0.ending == nil } ?? -1
        if let reached = milestones.firstIndex(where: { $0.nameHash == name && $0.ending == nil }) {
            best = max(best, reached)
        }
        let next = milestones.indices.first { $0 > best && milestones[$0].ending == nil }
        return (best < 0 ? 0 : milestones[best].nameHash, next.map { milestones[$0].nameHash } ?? 0)
    }

    /// What a milestone of a type is called; nil where the type has none of this name.
    public func milestone(named hash: UInt64, type id: UInt16) -> String? {
        entry(id)?.type.milestones.first { $0.nameHash == hash }?.name
    }

    private mutating func settle() {
        let active = entries.filter { !$0.isRetired }
        finder = PurposeTypes(active.map(\.type))
        ids = active.map(\.id)
        paces = entries.flatMap { entry in
            Stage.allCases.map { stage in entry.type.silences[stage].map { Pace($0) } ?? Pace() }
        }
    }
}

// MARK: What people decide

/// What somebody decides of a type of purpose.
public enum TypeEdit: Sendable, Equatable {
    /// It is called so from now on; nil gives it back the name that is found.
    case rename(UInt16, String?)
    /// All of it counts as another one.
    case merge(UInt16, into: UInt16)
    /// It is no longer part of the one that it counted as.
    case unmerge(UInt16)
    /// It is divided when types are made next.
    case split(UInt16)
    /// What it is about stays as it is, or may move again.
    case pin(UInt16, Bool)

    public var id: UInt16 {
        switch self {
        case .rename(let id, _), .merge(let id, _), .unmerge(let id), .split(let id), .pin(let id, _): id
        }
    }
}

/// Why something cannot be decided of a type.
public enum TypeRefusal: String, Error, Sendable {
    case unknown = "there is no such type"
    case retired = "nothing more comes to this type"
    case merged = "this type counts as another one already"
    case notMerged = "this type counts as no other"
    case circle = "a type cannot count as itself"
    case badName = "a name has 1 to 128 bytes and no control characters"
    case taken = "another type is called so"
}

extension TypeBook {
    /// Why an edit has no effect; nil where it has one.
    public func refusal(of edit: TypeEdit) -> TypeRefusal? {
        guard edit.id > 0, Int(edit.id) <= entries.count else { return .unknown }
        let entry = entries[Int(edit.id) - 1]
        if entry.isRetired { return .retired }
        if case .unmerge = edit { return entry.mergedInto == nil ? .notMerged : nil }
        if entry.mergedInto != nil { return .merged }
        switch edit {
        case .rename(_, let name?):
            guard (1...TypeBook.nameBytesMax).contains(name.utf8.count),
                name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else { return .badName }
            let isTaken = current.contains { $0.id != edit.id && $0.name.lowercased() == name.lowercased() }
            return isTaken ? .taken : nil
        case .merge(_, let into):
            guard into > 0, Int(into) <= entries.count else { return .unknown }
            if entries[Int(into) - 1].isRetired { return .retired }
            return resolved(into) == edit.id ? .circle : nil
        default: return nil
        }
    }

    /// Does what somebody decided; nothing where it is refused.
    public mutating func apply(_ edit: TypeEdit) {
        guard refusal(of: edit) == nil else { return }
        let place = Int(edit.id) - 1
        switch edit {
        case .rename(_, let name): entries[place].givenName = name
        case .merge(_, let into): entries[place].mergedInto = resolved(into)
        case .unmerge: entries[place].mergedInto = nil
        case .split: entries[place].wantsSplit = true
        case .pin(_, let isPinned): entries[place].isPinned = isPinned
        }
        settle()
    }

    /// Takes over the organization's own words; types are called by them when they are made next.
    public mutating func adopt(_ catalogue: Catalogue) { self.catalogue = catalogue }

    /// Takes over types as they were made again. What was decided since holds.
    public mutating func adopt(_ making: TypeMaking) {
        madeAt = making.madeAt
        catalogueHashThen = making.catalogueHash
        eventCountThen = making.eventCount
        for id in making.retired where id > 0 && Int(id) <= entries.count {
            entries[Int(id) - 1].isRetired = true
        }
        for id in making.asked where id > 0 && Int(id) <= entries.count { entries[Int(id) - 1].wantsSplit = false }
        for made in making.types {
            var place = Int(made.id) - 1
            if made.id == 0 {
                guard entries.count < TypeBook.entriesMax else { continue }
                place = entries.count
                entries.append(Entry(id: UInt16(place + 1), type: made.type))
                entries[place].isPinned = made.isDivided
            } else {
                guard entries.indices.contains(place), !entries[place].isRetired else { continue }
                entries[place].shareBefore = entries[place].share
                entries[place].type = made.type
                entries[place].drift = made.drift
            }
            entries[place].share = made.share
        }
        settle()
    }
}

/// Types as they were made from what an organization's people do by some moment: what a ``TypeBook`` takes over.
public struct TypeMaking: Sendable {
    public struct Made: Sendable {
        /// The number of the type that it is; 0 for a new one.
        public var id: UInt16
        public var type: PurposeType
        /// Whether it is a part of one that was divided.
        public var isDivided: Bool
        public var share: Float
        public var drift: Float?

        public init(id: UInt16, type: PurposeType, isDivided: Bool, share: Float, drift: Float?) {
            self.id = id
            self.type = type
            self.isDivided = isDivided
            self.share = share
            self.drift = drift
        }
    }

    public var madeAt: Instant
    /// Events that had come by then.
    public var eventCount: Int
    public var types: [Made]
    /// Types to which nothing more comes.
    public var retired: [UInt16]
    /// Types that somebody wanted divided: those that are all one stay.
    public var asked: [UInt16]
    /// Of the catalogue that they are named by.
    public var catalogueHash: UInt64

    public init(
        madeAt: Instant, eventCount: Int, types: [Made], retired: [UInt16], asked: [UInt16] = [],
        catalogueHash: UInt64 = 0
    ) {
        self.asked = asked
        self.catalogueHash = catalogueHash
        self.madeAt = madeAt
        self.eventCount = eventCount
        self.types = types
        self.retired = retired
    }
}
