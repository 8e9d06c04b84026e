import Throughline

/// Histories of consent while groups of records are folded: those of this group and of the one before, which the store may not
/// have yet.
struct ConsentBook {
    private var last: [IdentifierNumber: ConsentHistory] = [:]
    private var current: [IdentifierNumber: ConsentHistory] = [:]
    private var touched: Set<IdentifierNumber> = []

    /// Begins a group.
    mutating func begin() {
        guard !current.isEmpty || !last.isEmpty else { return }
        last = current.filter { touched.contains($0.key) }
        current = [:]
        touched = []
    }

    /// What was said on a strand.
    ///
    /// - Parameter stored: what the store has.
    mutating func history(
        of strand: IdentifierNumber, stored: ([IdentifierNumber]) throws(StoreError) -> [[UInt8]?]
    ) throws(StoreError) -> ConsentHistory {
        if let known = current[strand] ?? last[strand] {
            current[strand] = known
            return known
        }
        let history = try ConsentBook.history(try stored([strand])[0], of: strand)
        current[strand] = history
        return history
    }

    /// Reads what a store keeps.
    static func history(_ bytes: [UInt8]?, of strand: IdentifierNumber) throws(StoreError) -> ConsentHistory {
        guard let bytes else { return ConsentHistory(strand.kind == .user ? .user : .anonymous) }
        do throws(StateError) {
            return try bytes.withUnsafeBufferPointer { bytes throws(StateError) in
                try ConsentHistory(decoding: UnsafeRawBufferPointer(bytes))
            }
        } catch {
            throw StoreError(
                .damaged,
                "the consents of strand \(strand.rawValue): \(error); make the state again with throughline rebuild")
        }
    }

    /// Adds lines to a history that was asked for.
    mutating func add(_ entries: [ConsentEntry], to strand: IdentifierNumber) {
        guard !entries.isEmpty else { return }
        for entry in entries { current[strand]?.append(entry) }
        touched.insert(strand)
    }

    /// The histories of this group to which something was added, in order.
    var changed: [(strand: IdentifierNumber, history: [UInt8])] {
        touched.sorted().map { ($0, current[$0]!.encoded()) }
    }
}
