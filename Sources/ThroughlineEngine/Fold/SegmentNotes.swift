import Throughline

/// What a group of records means to segments: what was defined, who was put on lists, and to whom something happened.
struct SegmentNotes {
    /// By organization; nil until they are asked for.
    private var books: [UInt32: SegmentBook]?
    private var changed: Set<UInt32> = []
    private var news = SegmentNews()
    private var touched: Set<IdentifierNumber> = []

    /// Begins the next group.
    mutating func begin(
        stored: () throws(StoreError) -> [(organization: UInt32, book: SegmentBook)]
    ) throws(StoreError) {
        if books == nil { books = Dictionary(try stored().map { ($0.organization, $0.book) }) { first, _ in first } }
        changed = []
        news = SegmentNews()
        touched = []
    }

    /// Notes what one record changes.
    ///
    /// - Parameter edit: what it decides, where it is such a command.
    mutating func note(
        _ plan: IdentityPlan, _ edit: SegmentEdit?, at position: LogPosition, of organization: UInt32
    ) {
        if let edit { decide(edit, plan.listed, at: position, of: organization) }
        guard let book = books?[organization], !book.isEmpty else { return }
        touched.formUnion(plan.touched)
        touched.formUnion(plan.remade)
        for union in plan.unions { touched.formUnion([union.person, union.into]) }
        if let person = plan.person { touched.insert(person) }
        for row in plan.page.rows.values { touched.formUnion([row.number, row.standing.person]) }
        if let erasure = plan.erasure { touched.formUnion(erasure.identifiers + erasure.strands) }
    }

    private mutating func decide(
        _ edit: SegmentEdit, _ strand: IdentifierNumber?, at position: LogPosition, of organization: UInt32
    ) {
        var book = books?[organization] ?? SegmentBook()
        guard book.refusal(of: edit) == nil else { return }
        switch edit {
        case .list, .unlist:
            guard let strand, let list = book[edit.name]?.id else { return }
            var isListed = false
            if case .list = edit { isListed = true }
            news.listed.append((list, strand, isListed))
            return
        case .delete(let name): if let gone = book[name]?.id { news.goneLists.append(gone) }
        case .define: break
        }
        book.apply(edit, id: position.rawValue)
        books?[organization] = book
        changed.insert(organization)
    }

    /// What the group brought.
    ///
    /// - Parameter people: those of whom the fold keeps another state, too.
    func news(of people: [ProfileNumber]) -> SegmentNews {
        var news = news
        news.books = changed.sorted().map { ($0, books?[$0] ?? SegmentBook()) }
        if books?.values.contains(where: { !$0.isEmpty }) ?? false {
            news.touched = touched.union(people.map { IdentifierNumber(rawValue: $0.rawValue) }).sorted()
        }
        return news
    }
}
