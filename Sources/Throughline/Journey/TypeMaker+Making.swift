/// Types made again, of which each stays the one that it was.
extension TypeMaker {
    /// A word that fewer people say is in no name, and a step that fewer take is no milestone: types are told of others.
    public static let peopleMin = 3
    /// Rounds in which a type is divided.
    private static let rounds = 8

    /// A type on the way.
    private struct Draft {
        var group: LikeGroup
        /// The one of the book that it is; nil for a new one.
        var entry: TypeBook.Entry?
        var isDivided = false
        var drift: Float?
    }

    /// Makes the types of a book again: what is as like one of it as ``TypeBook/sameLikeness`` is that one, and what people decided
    /// stays.
    ///
    /// - Parameters:
    ///   - book: as it is.
    ///   - madeAt: by which moment.
    ///   - eventCount: events that had come by then.
    /// - Complexity: that of ``types()``, and O(types²).
    public func making(of book: TypeBook, at madeAt: Instant, eventCount: Int) -> TypeMaking {
        let live = book.entries.filter { !$0.isRetired }
        var (drafts, retired) = divided(live, of: book)
        var fresh: [LikeGroup?] = groups()
        let staying = live.filter { !retired.contains($0.id) }
        var matched: Set<UInt16> = []
        for (entry, place, likeness) in TypeMaker.pairs(staying, fresh) where fresh[place] != nil {
            guard matched.insert(entry.id).inserted else { continue }
            let group = entry.isPinned ? LikeGroup(entry.type) : fresh[place]!
            drafts.append(Draft(group: group, entry: entry, drift: entry.isPinned ? 0 : 1 - likeness))
            fresh[place] = nil
        }
        let fixed = drafts.filter { $0.isDivided || $0.entry?.isPinned ?? false }.map(\.group.centre)
        for case let group? in fresh where !fixed.contains(where: { TypeMaker.isSame($0, group.centre) }) {
            drafts.append(Draft(group: group))
        }
        for entry in staying where !matched.contains(entry.id) {
            if entry.isKept {
                drafts.append(Draft(group: LikeGroup(entry.type), entry: entry))
            } else {
                retired.append(entry.id)
            }
        }
        drafts = Array(drafts.prefix(PurposeTypes.countMax))
        return TypeMaking(
            madeAt: madeAt, eventCount: eventCount, types: described(drafts, of: book), retired: retired.sorted(),
            asked: live.filter(\.wantsSplit).map(\.id), catalogueHash: catalogueHash)
    }

    private static func isSame(_ one: PackedVector, _ other: PackedVector) -> Bool {
        one.scale == 0 || other.scale == 0
            ? one.scale == other.scale : one.dot(other) >= TypeBook.sameLikeness
    }

    /// Types of a book and new groups that may be the same, the likest first.
    private static func pairs(
        _ entries: [TypeBook.Entry], _ fresh: [LikeGroup?]
    ) -> [(entry: TypeBook.Entry, place: Int, likeness: Float)] {
        var pairs: [(entry: TypeBook.Entry, place: Int, likeness: Float)] = []
        for entry in entries {
            for (place, group) in fresh.enumerated() {
                guard let centre = group?.centre, isSame(entry.type.centre, centre) else { continue }
                pairs.append((entry, place, centre.scale == 0 ? 1 : entry.type.centre.dot(centre)))
            }
        }
        return pairs.sorted { ($1.likeness, $0.entry.id, $0.place) < ($0.likeness, $1.entry.id, $1.place) }
    }

    /// Both parts of each type that somebody wants divided, and the numbers of those that were.
    private func divided(_ live: [TypeBook.Entry], of book: TypeBook) -> (parts: [Draft], retired: [UInt16]) {
        var (parts, retired): ([Draft], [UInt16]) = ([], [])
        for entry in live where entry.wantsSplit {
            let members = journeys.map(\.meaning).filter { $0.scale > 0 && book.id(of: $0) == entry.id }
            guard let centres = TypeMaker.halves(of: members) else { continue }
            parts += centres.map { Draft(group: LikeGroup(centre: $0), isDivided: true) }
            // With those that count as it.
            retired += live.map(\.id).filter { book.resolved($0) == entry.id }
        }
        return (parts, retired)
    }

    /// Two groups of directions (k-means with two centres, from the two that are far apart); nil where all are one.
    private static func halves(of members: [PackedVector]) -> [PackedVector]? {
        guard let start = members.first,
            let one = members.min(by: { $0.dot(start) < $1.dot(start) }),
            let other = members.min(by: { $0.dot(one) < $1.dot(one) }), one.dot(other) < 0.999
        else { return nil }
        var centres = [one, other]
        for _ in 0..<rounds {
            var sums = [PackedSum(), PackedSum()]
            for member in members {
                sums[member.dot(centres[1]) > member.dot(centres[0]) ? 1 : 0].add(member, times: 1)
            }
            let next = sums.map(\.direction)
            guard next.allSatisfy({ $0.scale > 0 }) else { break }
            centres = next
        }
        return centres
    }

    private func described(_ drafts: [Draft], of book: TypeBook) -> [TypeMaking.Made] {
        var members = members(of: drafts.map(\.group))
        // All of a type that counts as another one is that one's.
        for (place, draft) in drafts.enumerated() {
            guard let entry = draft.entry, entry.mergedInto != nil else { continue }
            let into = book.resolved(entry.id)
            guard let target = drafts.firstIndex(where: { $0.entry?.id == into }) else { continue }
            members[target] += members[place]
            members[place] = []
        }
        // Names stay; a new type gets one that no other has.
        let taken = Set(drafts.compactMap { $0.entry }.flatMap { [$0.name, $0.type.name] }.map { $0.lowercased() })
        var namer = TypeNamer(members: members, taken: taken, peopleMin: TypeMaker.peopleMin)
        let all = Float(max(1, members.reduce(0) { $0 + $1.count }))
        return drafts.enumerated().compactMap { place, draft in
            let found = members[place]
            if found.isEmpty, draft.entry == nil { return nil }
            let word = word(for: draft.group.centre)
            let named = namer.name(of: place, catalogue: word)
            var name = draft.entry?.type.name ?? named.name
            // The organization's own word wins over a name that was found.
            if let word, !TypeNamer.isName(name, by: word) { name = named.name }
            let type = type(
                of: found, about: draft.group, name: name, terms: named.terms, peopleMin: TypeMaker.peopleMin)
            return TypeMaking.Made(
                id: draft.entry?.id ?? 0, type: type, isDivided: draft.isDivided, share: Float(found.count) / all,
                drift: draft.drift)
        }
    }
}
