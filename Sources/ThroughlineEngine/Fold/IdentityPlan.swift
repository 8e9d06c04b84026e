import Throughline

/// What one record changes of who is who, worked out before anything is changed.
struct IdentityPlan {
    /// What is new of identifiers and ties.
    var page = IdentityBook.Page()
    /// Whose event it is: the identifier whose strand it lies on, and her who that is. Nil for nobody's.
    private(set) var strand: IdentifierNumber?
    private(set) var person: IdentifierNumber?
    /// People who are somebody else's from now on, as a whole and as they stand.
    private(set) var unions: [Union] = []
    /// People of whom what was discovered must be made again: something that was hers is no longer, or was before.
    private(set) var remade: Set<IdentifierNumber> = []
    /// Whether somebody stands otherwise than before.
    private(set) var changesStandings = false
    /// People who those were, and are, who stand otherwise than before.
    private(set) var touched: Set<IdentifierNumber> = []
    /// Who is on a list from now on, or no longer.
    private(set) var listed: IdentifierNumber?
    /// Strands that were seen with the signal of Global Privacy Control for the first time.
    private(set) var signalled: [IdentifierNumber] = []
    /// Of whom something was said that is no event: whose consent it is.
    private(set) var consenting: IdentifierNumber?
    /// Who is linked to whom from now on, or no longer.
    private(set) var link: LinkRow?
    /// What goes for good.
    var erasure: Erasure?
    /// How many profiles there are more.
    var profileCount = 0

    struct Union: Hashable {
        var person: IdentifierNumber
        var into: IdentifierNumber
    }

    /// Whether all before it must be in the store, and it is a group of its own.
    var standsAlone: Bool { !remade.isEmpty || erasure != nil }

    let position: LogPosition
    private var ordinal = 0
    /// Those whose standing must be looked at again, with all of lower ranks that are tied to them.
    var changed: Set<IdentifierNumber> = []

    /// Identifiers that are looked at for one record; a tie that would bring more is kept, and does not count.
    static let lookedAtMax = 4_096
}

// MARK: Events

extension IdentityPlan {
    /// What an event changes.
    init(_ event: EventIdentifiers, at position: LogPosition, in book: inout IdentityBook) throws(StoreError) {
        self.position = position
        if isNothingNew(event, in: book) { return }
        var said: [IdentityRow] = []
        for identifier in [event.user, event.anonymous].compactMap({ $0 }) + event.others {
            said.append(try row(of: identifier, in: &book))
        }
        guard let first = said.first else { return }
        let strength: IdentityTie.Strength = event.isTrusted ? .trusted : .provisional
        let best = said.min { ($0.identifier.kind.rank, $0.number) < ($1.identifier.kind.rank, $1.number) }!
        for other in said where other.number != best.number {
            try tie(best.number, other.number, strength, in: &book)
        }
        if let previous = event.previous { try tie(first, to: previous, event, in: &book) }
        try evaluate(in: &book)
        try settleStrand(event, in: &book)
        guard event.hasPrivacySignal else { return }
        for identifier in [event.user, event.anonymous].compactMap({ $0 }) {
            var row = try row(of: identifier, in: &book)
            guard !row.hasPrivacySignal else { continue }
            row.hasPrivacySignal = true
            page.put(row)
            signalled.append(row.number)
        }
    }

    /// Finds whose an event is that says nothing new of who is who, as nearly all do.
    private mutating func isNothingNew(_ event: EventIdentifiers, in book: IdentityBook) -> Bool {
        guard event.isPlain else { return false }
        var owner: IdentityRow?
        if let seat = event.seats.user {
            guard let user = book.row(atSeat: seat) else { return false }
            owner = user
        }
        if let seat = event.seats.anonymous {
            guard let visitor = book.row(atSeat: seat) else { return false }
            let since = visitor.session.map {
                event.timestamp.millisecondsSince1970 - $0.at.millisecondsSince1970
            }
            if let user = owner {
                guard let tie = book.tie(user.number, visitor.number),
                    tie.cut != nil || tie.strength() ?? .provisional >= (event.isTrusted ? .trusted : .provisional),
                    visitor.session?.user == user.number, since ?? .max <= IdentityRow.Session.stepMilliseconds
                else { return false }
            } else {
                guard since.map({ abs($0) > IdentityRow.Session.gapMilliseconds }) ?? true else { return false }
                owner = visitor
            }
            if event.hasPrivacySignal, !visitor.hasPrivacySignal { return false }
        }
        guard let owner, owner.hasEvents, !event.hasPrivacySignal || owner.hasPrivacySignal else { return false }
        strand = owner.number
        person = owner.standing.person
        return true
    }

    /// Ties somebody to what she was known by before: to the user of that name, or else to the visitor; to both where neither
    /// is known yet.
    private mutating func tie(
        _ row: IdentityRow, to previous: String, _ event: EventIdentifiers, in book: inout IdentityBook
    ) throws(StoreError) {
        let names = [Identifier.Kind.user, .anonymous].map {
            Identifier(organization: row.identifier.organization, kind: $0, value: previous)
        }
        var meant: [IdentityRow] = []
        for name in names { if let known = try known(name, in: &book) { meant.append(known) } }
        if meant.isEmpty {
            for name in names { meant.append(try self.row(of: name, in: &book)) }
        } else {
            meant.removeLast(meant.count - 1)
        }
        for known in meant where known.number != row.number {
            try tie(row.number, known.number, event.isTrusted ? .stated : .provisional, in: &book)
        }
    }

    private func known(_ identifier: Identifier, in book: inout IdentityBook) throws(StoreError) -> IdentityRow? {
        if let number = page.numbers[identifier] { return page.rows[number] }
        return try book.row(of: identifier)
    }

    private mutating func row(of identifier: Identifier, in book: inout IdentityBook) throws(StoreError) -> IdentityRow
    {
        if let row = try known(identifier, in: &book) { return row }
        let number = IdentifierNumber(record: position.rawValue, ordinal: ordinal, kind: identifier.kind)
        ordinal += 1
        let row = IdentityRow(new: identifier, number: number)
        page.put(row)
        if row.isProfile { profileCount += 1 }
        return row
    }

    /// Finds whose strand the event lies on: the user's where one is named, hers who was signed in a moment ago, or else the
    /// visitor's.
    private mutating func settleStrand(
        _ event: EventIdentifiers, in book: inout IdentityBook
    ) throws(StoreError) {
        var strand: IdentifierNumber?
        if let user = event.user { strand = try row(of: user, in: &book).number }
        if let anonymous = event.anonymous {
            var visitor = try row(of: anonymous, in: &book)
            let session = visitor.session
            let since = session.map { event.timestamp.millisecondsSince1970 - $0.at.millisecondsSince1970 } ?? .max
            if strand == nil, let session, abs(since) <= IdentityRow.Session.gapMilliseconds { strand = session.user }
            let isOther = since >= 0 && session?.user != strand
            if let strand, isOther || since > IdentityRow.Session.stepMilliseconds {
                visitor.session = .init(user: strand, at: event.timestamp)
                page.put(visitor)
            }
            strand = strand ?? visitor.number
        }
        guard let strand else { return }
        var row = try self.row(strand, in: &book)
        if !row.hasEvents {
            row.hasEvents = true
            page.put(row)
        }
        self.strand = strand
        person = row.standing.person
    }

    private func row(_ number: IdentifierNumber, in book: inout IdentityBook) throws(StoreError) -> IdentityRow {
        if let row = page.rows[number] { return row }
        return try book.row(number)
    }
}

// MARK: Commands

extension IdentityPlan {
    /// What changes by what somebody says of a person. Nothing does where it names nobody who is known.
    init(
        _ command: CommandRecord.Command, at position: LogPosition, in book: inout IdentityBook
    ) throws(StoreError) {
        self.position = position
        switch command {
        case .merge(let a, let b):
            guard let a = try book.row(of: a), let b = try book.row(of: b), a.standing.person != b.standing.person
            else {
                return
            }
            try book.fetch(pairs: [(a.standing.person, b.standing.person)])
            try tie(a.standing.person, b.standing.person, .stated, byHand: true, in: &book)
        case .separate(let identifiers): try separate(identifiers, in: &book)
        case .type, .catalogue, .map: return
        case .segment(let edit):
            guard let identifier = edit.named, identifier.kind.hasStrand, let row = try book.row(of: identifier) else {
                return
            }
            listed = row.number
            touched.insert(row.standing.person)
            return
        case .consent(let identifier, _):
            guard let row = try book.row(of: identifier), identifier.kind.hasStrand else { return }
            consenting = row.number
        case .link(let a, let b, let kind, let isEnded):
            guard a.kind.hasStrand, b.kind.hasStrand, let a = try book.row(of: a), let b = try book.row(of: b),
                a.number != b.number
            else { return }
            link = LinkRow(a.number, b.number, kind, said: position, isEnded: isEnded)
        case .correct(let identifier, _):
            guard let row = try book.row(of: identifier) else { return }
            remade = [row.standing.person]
        case .erase(let number):
            try erase(number, in: &book)
            return
        }
        try evaluate(in: &book)
    }

    /// Takes back whatever ties some identifiers to others of the same person.
    private mutating func separate(_ identifiers: [Identifier], in book: inout IdentityBook) throws(StoreError) {
        var apart: Set<IdentifierNumber> = []
        var people: Set<IdentifierNumber> = []
        for identifier in identifiers {
            guard let row = try book.row(of: identifier) else { continue }
            apart.insert(row.number)
            people.insert(row.standing.person)
        }
        for person in people {
            let members = Set(try book.members(of: person))
            for number in members.intersection(apart).sorted() {
                for (other, tie) in try book.ties(of: number) where members.contains(other) && !apart.contains(other) {
                    guard tie.strength() != nil else { continue }
                    let before = tie.strength()
                    var tie = tie
                    tie.cut(at: position)
                    page.put(tie)
                    try look(at: tie, before: before, in: &book)
                }
            }
        }
    }
}

// MARK: Ties

extension IdentityPlan {
    private mutating func tie(
        _ a: IdentifierNumber, _ b: IdentifierNumber, _ strength: IdentityTie.Strength, byHand: Bool = false,
        in book: inout IdentityBook
    ) throws(StoreError) {
        let known = page.ties[a]?[b] ?? book.tie(a, b)
        var tie = known ?? TieRow(a, b)
        guard tie.note(strength, at: position, byHand: byHand) else { return }
        page.put(tie)
        try look(at: tie, before: known?.strength(), in: &book)
    }

    /// Notes who must be looked at as a tie is another one than before, and counts it at both ends.
    mutating func look(
        at tie: TieRow, before: IdentityTie.Strength?, in book: inout IdentityBook
    ) throws(StoreError) {
        let now = tie.strength()
        changed.insert(tie.a.kind.rank >= tie.b.kind.rank ? tie.a : tie.b)
        if tie.a.kind.rank == tie.b.kind.rank { changed.insert(tie.b) }
        for (one, other) in [(tie.a, tie.b), (tie.b, tie.a)] {
            var row = try self.row(one, in: &book)
            let (tied, tiedFirmly) = (row.tied.exceeds(other.kind), row.tiedFirmly.exceeds(other.kind))
            row.tied.count(other.kind, was: before != nil, is: now != nil)
            row.tiedFirmly.count(
                other.kind, was: before ?? .provisional >= .trusted, is: now ?? .provisional >= .trusted)
            page.put(row)
            // With this one there are too many of the kind, or no longer: none of them counts, or all do again.
            let isTurned =
                tied != row.tied.exceeds(other.kind) || tiedFirmly != row.tiedFirmly.exceeds(other.kind)
            if one.kind.rank < other.kind.rank, isTurned {
                changed.formUnion(try ties(of: one, in: &book).keys.filter { $0.kind == other.kind })
            }
        }
    }

    /// All that was said of an identifier, this record included.
    private func ties(
        of number: IdentifierNumber, in book: inout IdentityBook
    ) throws(StoreError) -> [IdentifierNumber: TieRow] {
        try book.ties(of: number).merging(page.ties[number] ?? [:]) { $1 }.filter { !$0.value.isEmpty }
    }

    /// Looks again at who those are of whom something was said, and at those of lower ranks behind them.
    ///
    /// - Parameter isErasing: whether it is done however many hang together.
    mutating func evaluate(in book: inout IdentityBook, isErasing: Bool = false) throws(StoreError) {
        guard !changed.isEmpty else { return }
        var graph = IdentityGraph()
        var looked = changed
        var waiting = Array(changed)
        var around: [IdentifierNumber: [IdentifierNumber: TieRow]] = [:]
        while let number = waiting.popLast() {
            guard looked.count <= IdentityPlan.lookedAtMax || isErasing else { return try refuse(in: &book) }
            let ties = try ties(of: number, in: &book)
            around[number] = ties
            for other in ties.keys where other.kind.rank >= number.kind.rank && looked.insert(other).inserted {
                waiting.append(other)
            }
        }
        for (number, ties) in around {
            graph.add(number)
            for (other, tie) in ties {
                if let strength = tie.strength() { graph.add(IdentityTie(number, other, strength)) }
                if !looked.contains(other) { try hold(other, above: number, in: &graph, &book) }
            }
        }
        var before: [IdentifierNumber: IdentityRow] = [:]
        for number in looked { before[number] = try row(number, in: &book) }
        try apply(graph.standings(), before: before, around: around, in: &book)
    }

    private func hold(
        _ other: IdentifierNumber, above number: IdentifierNumber, in graph: inout IdentityGraph,
        _ book: inout IdentityBook
    ) throws(StoreError) {
        let row = try self.row(other, in: &book)
        graph.hold(other, at: row.standing)
        if row.tied.exceeds(number.kind) { graph.fill(other, of: number.kind, isFirm: false) }
        if row.tiedFirmly.exceeds(number.kind) { graph.fill(other, of: number.kind, isFirm: true) }
    }

    /// What the record says is kept and does not count: too many identifiers hang together.
    private mutating func refuse(in book: inout IdentityBook) throws(StoreError) {
        for (number, tie) in page.ties.flatMap({ number, ties in ties.values.map { (number, $0) } })
        where number == tie.a {
            var kept = book.tie(tie.a, tie.b) ?? tie
            if kept.first == position { kept.cut(at: position) }
            page.put(kept)
            try look(at: kept, before: tie.strength(), in: &book)
        }
    }
}

// MARK: People

extension IdentityPlan {
    private mutating func apply(
        _ standings: [IdentifierNumber: IdentityGraph.Standing], before: [IdentifierNumber: IdentityRow],
        around: [IdentifierNumber: [IdentifierNumber: TieRow]], in book: inout IdentityBook
    ) throws(StoreError) {
        /// By who they were, those who are somebody else now.
        var moves: [IdentifierNumber: [IdentifierNumber]] = [:]
        for (number, standing) in standings {
            var row = before[number]!
            guard row.standing != standing else { continue }
            let (was, wasProfile) = (row.standing.person, row.isProfile)
            row.standing = standing
            changesStandings = true
            touched.formUnion([was, number, standing.person])
            page.put(row)
            profileCount += (row.isProfile ? 1 : 0) - (wasProfile ? 1 : 0)
            if was != standing.person { moves[was, default: []].append(number) }
        }
        for (was, moved) in moves.sorted(by: { $0.key < $1.key }) where moved.contains(where: { before[$0]!.hasEvents })
        {
            let isGone = standings[was].map { $0.person != was } ?? false
            let now = Set(moved.map { standings[$0]!.person })
            if isGone, now.count == 1, let into = now.first,
                moved.allSatisfy({ isNews(of: $0, into: into, standings, before, around) })
            {
                unions.append(Union(person: was, into: into))
            } else {
                remade.formUnion(moved.filter { before[$0]!.hasEvents }.map { standings[$0]!.person })
                remade.insert(was)
            }
        }
        // Whoever is made again from all her events needs no other's open purposes.
        while let union = unions.first(where: { remade.contains($0.into) || remade.contains($0.person) }) {
            remade.formUnion([union.person, union.into])
            unions.removeAll { $0 == union }
        }
    }

    /// Whether all that ties an identifier to somebody else is said by this record: then nothing would have been otherwise
    /// before.
    private func isNews(
        of number: IdentifierNumber, into person: IdentifierNumber,
        _ standings: [IdentifierNumber: IdentityGraph.Standing], _ before: [IdentifierNumber: IdentityRow],
        _ around: [IdentifierNumber: [IdentifierNumber: TieRow]]
    ) -> Bool {
        (around[number] ?? [:]).allSatisfy { other, tie in
            guard tie.strength() != nil, let first = tie.first, first < position else { return true }
            // What was said before ties it to those it was together with, or to others still.
            guard let was = before[other]?.standing.person else { return false }
            return was == before[number]!.standing.person || standings[other]?.person != person
        }
    }
}
