import Throughline

extension IdentityPlan {
    /// Takes a person away: the events of all that she is known by, and each identifier that nothing else in the log names. Then
    /// looks again at those of whom it said something.
    ///
    /// Of a visitor whom she shares with others no event is left either: each may be hers, and none was on anybody's
    /// timeline. What others name beside themselves stays theirs.
    mutating func erase(_ number: IdentifierNumber, in book: inout IdentityBook) throws(StoreError) {
        guard let asked = try book.rowIfThere(number) else { return }
        let members = try book.members(of: asked.standing.person)
        let strands = members.filter(\.kind.hasStrand) + (try sharedVisitors(of: members, in: &book))
        let emptied = Set(strands)
        let found = try namedOnlyBeside(members, emptied, in: &book)
        var erased = Erasure(request: position, identifiers: found.gone.sorted(), strands: strands, names: [])
        for number in found.gone.union(emptied).sorted() {
            var row = try book.row(number)
            erased.names.append(Mention.name(of: row.identifier))
            if found.gone.contains(number) {
                if row.isProfile { profileCount -= 1 }
                continue
            }
            row.hasEvents = false
            row.hasPrivacySignal = false
            row.session = row.session.flatMap { found.gone.contains($0.user) ? nil : $0 }
            page.put(row)
            changed.insert(number)
        }
        for tie in found.ties {
            let empty = TieRow(tie.a, tie.b)
            page.put(empty)
            try look(at: empty, before: tie.strength(), in: &book)
        }
        changed.subtract(found.gone)
        try evaluate(in: &book, isErasing: true)
        for number in found.gone { page.remove(number) }
        erasure = erased
    }

    private func sharedVisitors(
        of members: [IdentifierNumber], in book: inout IdentityBook
    ) throws(StoreError) -> [IdentifierNumber] {
        var shared: Set<IdentifierNumber> = []
        for member in members {
            for other in try book.ties(of: member).keys where other.kind == .anonymous {
                if try book.row(other).standing.reason == .shared { shared.insert(other) }
            }
        }
        return shared.sorted()
    }

    /// Who is named by nothing but what some identifiers did, and the ties that were said by that alone.
    ///
    /// - Parameter emptied: of whom no event is left.
    private func namedOnlyBeside(
        _ members: [IdentifierNumber], _ emptied: Set<IdentifierNumber>, in book: inout IdentityBook
    ) throws(StoreError) -> (gone: Set<IdentifierNumber>, ties: Set<TieRow>) {
        let users = Set(members.filter { $0.kind == .user })
        let erased = Set(try book.positions(of: emptied.sorted()))
        var gone: Set<IdentifierNumber> = []
        var ties: Set<TieRow> = []
        var seen = Set(members).union(emptied)
        var waiting = seen.sorted()
        while let number = waiting.popLast() {
            var isNamed = emptied.contains(number) ? false : try book.row(number).hasEvents
            for (other, tie) in try book.ties(of: number) {
                // What names a user is an event of the user's; of what names none, the first record says whose it is.
                let isOthers = [number, other].contains { $0.kind == .user && !users.contains($0) }
                let isHers = users.contains(number) || users.contains(other)
                if !isHers, isOthers || !(tie.first.map(erased.contains) ?? false) {
                    isNamed = true
                    continue
                }
                ties.insert(tie)
                if seen.insert(other).inserted { waiting.append(other) }
            }
            if !isNamed { gone.insert(number) }
        }
        return (gone, ties)
    }
}
