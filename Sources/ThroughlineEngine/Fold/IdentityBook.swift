import Throughline

/// What is known of identifiers while groups of records are folded: what the store has, and above it what the last groups
/// said, which the store may not have yet.
struct IdentityBook {
    /// What was said since some point.
    struct Page {
        var numbers: [Identifier: IdentifierNumber] = [:]
        var rows: [IdentifierNumber: IdentityRow] = [:]
        var ties: [IdentifierNumber: [IdentifierNumber: TieRow]] = [:]

        var isEmpty: Bool { rows.isEmpty && ties.isEmpty }

        mutating func put(_ row: IdentityRow) {
            numbers[row.identifier] = row.number
            rows[row.number] = row
        }

        mutating func put(_ tie: TieRow) {
            ties[tie.a, default: [:]][tie.b] = tie
            ties[tie.b, default: [:]][tie.a] = tie
        }

        /// Takes an identifier away; what is said of its ties stays.
        mutating func remove(_ number: IdentifierNumber) {
            if let row = rows.removeValue(forKey: number) { numbers[row.identifier] = nil }
        }

        mutating func put(all page: Page) {
            for row in page.rows.values { put(row) }
            for (number, row) in page.ties.lazy.flatMap({ number, ties in ties.values.map { (number, $0) } })
            where row.a == number { put(row) }
        }
    }

    /// The group before, and the group that is being read.
    private var last = Page()
    private(set) var current = Page()
    /// What was read from the store for this group: it does not change under it, but by what is above.
    private var fetched = Page()
    private var absent: Set<Identifier> = []
    /// What events name, each once, and the number of each as far as it has one.
    private var seats: [Identifier: Int] = [:]
    private var numbersOfSeats: [IdentifierNumber?] = []
    private let store: any Identities

    init(over store: any Identities, after book: IdentityBook? = nil) {
        self.store = store
        last = book?.current ?? Page()
    }

    /// Reads what some identifiers are from the store, once for all.
    mutating func fetch(_ identifiers: [Identifier]) throws(StoreError) {
        for (identifier, row) in zip(identifiers, try store.identities(of: identifiers)) {
            if let row {
                fetched.put(row)
                note(row.number, of: identifier)
            } else {
                absent.insert(identifier)
            }
        }
    }

    /// Reads what was said of some pairs, once for all.
    mutating func fetch(pairs: [(IdentifierNumber, IdentifierNumber)]) throws(StoreError) {
        for tie in try store.ties(between: pairs) { if let tie { fetched.put(tie) } }
    }

    mutating func put(_ page: Page) {
        guard !page.isEmpty else { return }
        current.put(all: page)
        for (identifier, number) in page.numbers { note(number, of: identifier) }
    }

    private mutating func note(_ number: IdentifierNumber, of identifier: Identifier) {
        if let seat = seats[identifier] { numbersOfSeats[seat] = number }
    }

    /// The place of an identifier among all that events name: whoever has it is found without its text.
    mutating func seat(_ identifier: Identifier) -> Int {
        if let seat = seats[identifier] { return seat }
        seats[identifier] = numbersOfSeats.count
        numbersOfSeats.append(current.numbers[identifier] ?? last.numbers[identifier])
        return numbersOfSeats.count - 1
    }

    /// What is known of an identifier that was fetched; nil where it is new.
    func row(atSeat seat: Int) -> IdentityRow? {
        guard let number = numbersOfSeats[seat] else { return nil }
        return current.rows[number] ?? last.rows[number] ?? fetched.rows[number]
    }

    /// Forgets all of this group but a page: the group ended earlier.
    mutating func keep(_ page: Page) { current = page }

    /// Reads what the identifiers of some events are, and what was said of each two that an event names.
    mutating func fetch(_ events: some Sequence<EventIdentifiers>) throws(StoreError) {
        var wanted = Set(seats.keys.filter { !isHere($0) })
        for event in events where !event.isPlain {
            for identifier in event.all where !isHere(identifier) { wanted.insert(identifier) }
        }
        try fetch(Array(wanted))
        var pairs: [(IdentifierNumber, IdentifierNumber)] = []
        var met: Set<[IdentifierNumber]> = []
        for event in events where event.namesSeveral {
            if event.isPlain {
                guard let user = event.seats.user.flatMap({ numbersOfSeats[$0] }),
                    let visitor = event.seats.anonymous.flatMap({ numbersOfSeats[$0] }), tie(user, visitor) == nil,
                    met.insert([min(user, visitor), max(user, visitor)]).inserted
                else { continue }
                pairs.append((user, visitor))
                continue
            }
            let numbers = event.all.compactMap { number(of: $0) }
            for (index, a) in numbers.enumerated() {
                for b in numbers[(index + 1)...] where met.insert([min(a, b), max(a, b)]).inserted {
                    pairs.append((a, b))
                }
            }
        }
        if !pairs.isEmpty { try fetch(pairs: pairs) }
    }

    private func number(of identifier: Identifier) -> IdentifierNumber? {
        current.numbers[identifier] ?? last.numbers[identifier] ?? fetched.numbers[identifier]
    }

    private func isHere(_ identifier: Identifier) -> Bool {
        current.numbers[identifier] != nil || last.numbers[identifier] != nil
    }

    mutating func row(of identifier: Identifier) throws(StoreError) -> IdentityRow? {
        if let number = current.numbers[identifier] { return current.rows[number] }
        if let number = last.numbers[identifier] { return last.rows[number] }
        if let number = fetched.numbers[identifier] { return fetched.rows[number] }
        guard !absent.contains(identifier) else { return nil }
        try fetch([identifier])
        return fetched.numbers[identifier].flatMap { fetched.rows[$0] }
    }

    /// What is known of a number; nil where nothing has it.
    mutating func rowIfThere(_ number: IdentifierNumber) throws(StoreError) -> IdentityRow? {
        if let row = current.rows[number] ?? last.rows[number] ?? fetched.rows[number] { return row }
        guard let row = try store.identities(of: [number])[0] else { return nil }
        fetched.put(row)
        return row
    }

    mutating func row(_ number: IdentifierNumber) throws(StoreError) -> IdentityRow {
        guard let row = try rowIfThere(number) else {
            throw StoreError(
                .damaged,
                "identifier \(number.rawValue) is named and not there; make the state again with throughline rebuild")
        }
        return row
    }

    /// What was said of two identifiers.
    ///
    /// - Precondition: they were fetched, or one of them is new.
    func tie(_ a: IdentifierNumber, _ b: IdentifierNumber) -> TieRow? {
        current.ties[a]?[b] ?? last.ties[a]?[b] ?? fetched.ties[a]?[b]
    }

    /// All that was said of an identifier.
    func ties(of number: IdentifierNumber) throws(StoreError) -> [IdentifierNumber: TieRow] {
        var ties: [IdentifierNumber: TieRow] = [:]
        for tie in try store.ties(of: [number], limit: .max)[0] { ties[tie.other(than: number)] = tie }
        for page in [last, current] { ties.merge(page.ties[number] ?? [:]) { $1 } }
        return ties
    }

    /// Where the events of some strands lie that the store has.
    func positions(of strands: [IdentifierNumber]) throws(StoreError) -> [LogPosition] {
        try store.entries(of: strands).map(\.key.position)
    }

    /// Who stands as a person, in order.
    func members(of person: IdentifierNumber) throws(StoreError) -> [IdentifierNumber] {
        var members = Set(try store.members(of: person))
        for page in [last, current] {
            for row in page.rows.values {
                if row.standing.person == person { members.insert(row.number) } else { members.remove(row.number) }
            }
        }
        return members.sorted()
    }
}
