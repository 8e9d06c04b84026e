import Throughline

/// What is counted of people and channels.
extension InsightReader {
    /// How often people were in touch in a month by a channel.
    public struct Contacts: Sendable {
        /// Twelve times the year, and 0 for January.
        public var month: Int64
        /// Nil where it is not known.
        public var channel: String?
        public var interactions: Int
        /// People who were in touch at least once.
        public var customers: Int
        /// Interactions of a customer, less those of the month before; nil where nobody was in touch then.
        public var change: Double?

        public var perCustomer: Double { Double(interactions) / Double(max(1, customers)) }
    }

    /// Interactions of a customer by month and channel, the first month first; and by month whatever the channel.
    public func contacts() throws(StoreError) -> (byChannel: [Contacts], all: [Contacts]) {
        var interactions: [Place: Int] = [:]
        var customers: [Place: Int] = [:]
        for (key, tally) in try tallies(.interactions) {
            let month = Int64(bitPattern: key.a)
            interactions[Place(month: month, channel: key.b), default: 0] += Int(tally.count)
            interactions[Place(month: month, channel: CountKey.anyChannel), default: 0] += Int(tally.count)
        }
        for (key, tally) in try tallies(.customers) {
            customers[Place(month: Int64(bitPattern: key.a), channel: key.b)] = Int(tally.count)
        }
        func contacts(_ place: Place) -> Contacts {
            Contacts(
                month: place.month, channel: KnownChannel.name(of: place.channel),
                interactions: interactions[place] ?? 0, customers: customers[place] ?? 0)
        }
        let found = customers.keys.sorted { ($0.month, $0.channel) < ($1.month, $1.channel) }.map { place in
            var told = contacts(place)
            let before = Place(month: place.month - 1, channel: place.channel)
            if customers[before] != nil { told.change = told.perCustomer - contacts(before).perCustomer }
            return (place: place, contacts: told)
        }
        return (
            found.filter { $0.place.channel != CountKey.anyChannel }.map(\.contacts),
            found.filter { $0.place.channel == CountKey.anyChannel }.map(\.contacts)
        )
    }

    private struct Place: Hashable {
        var month: Int64
        var channel: UInt64
    }

    /// Purposes that people have at the same time.
    public struct Overlap: Sendable {
        public struct Pair: Sendable {
            /// Nil for purposes of no type.
            public var one: String?
            public var other: String?
            public var count: Int
        }

        /// Pairs of purposes of one person that lie over each other, by their types.
        public var pairs: [Pair]
        /// By how many were open when one began, that one among them: how often that was so.
        public var parallel: [(open: Int, count: Int)]
    }

    public func overlap(in book: TypeBook) throws(StoreError) -> Overlap {
        var sums: [[UInt16]: Int] = [:]
        for (key, tally) in try tallies(.overlap) {
            let pair = [key.a, key.b].map { book.resolved(UInt16(clamping: $0)) }.sorted()
            sums[pair, default: 0] += Int(tally.count)
        }
        let most = sums.sorted { one, other in
            one.value == other.value ? one.key.lexicographicallyPrecedes(other.key) : one.value > other.value
        }.prefix(InsightReader.pairsMax)
        let parallel = try tallies(.parallel).map { (open: Int($0.key.a), count: Int($0.tally.count)) }
        return Overlap(
            pairs: most.map {
                Overlap.Pair(one: book.entry($0.key[0])?.name, other: book.entry($0.key[1])?.name, count: $0.value)
            }, parallel: parallel.sorted { $0.open < $1.open })
    }

    /// Steps of purposes that came by another channel than the one before.
    public struct Handover: Sendable {
        public var from: String
        public var to: String
        public var count: Int
        public var meanSeconds: Int
    }

    /// - Parameter type: a number that stands for itself; nil for all.
    public func handovers(of type: UInt16?, in book: TypeBook) throws(StoreError) -> [Handover] {
        var sums: [Place: Tally] = [:]
        for (key, tally) in try tallies(.handover, of: type, in: book) {
            sums[Place(month: Int64(key.a), channel: key.b), default: .zero] += tally
        }
        return sums.sorted { one, other in
            (other.value.count, one.key.month, one.key.channel) < (one.value.count, other.key.month, other.key.channel)
        }.map { key, tally in
            let known = KnownChannel.other.name
            return Handover(
                from: KnownChannel.name(of: UInt64(key.month)) ?? known,
                to: KnownChannel.name(of: key.channel) ?? known,
                count: Int(tally.count), meanSeconds: Int(tally.total / max(1, tally.count)))
        }
    }

    /// What became of the purposes that began in a month.
    public struct Cohort: Sendable {
        public var month: Int64
        public var size: Int
        /// By outcome and by how many months later it came.
        public var ended: [(outcome: Outcome, months: Int, count: Int)]
    }

    /// - Parameter type: a number that stands for itself; nil for all.
    public func cohorts(of type: UInt16?, in book: TypeBook) throws(StoreError) -> [Cohort] {
        var cohorts: [Int64: Cohort] = [:]
        for (key, tally) in try tallies(.cohortSize, of: type, in: book) {
            let month = Int64(bitPattern: key.a)
            cohorts[month, default: Cohort(month: month, size: 0, ended: [])].size += Int(tally.count)
        }
        var ended: [Int64: [Ending: Int]] = [:]
        for (key, tally) in try tallies(.cohort, of: type, in: book) {
            let ending = Ending(code: UInt8(clamping: key.b), months: Int(clamping: Int64(bitPattern: key.c)))
            ended[Int64(bitPattern: key.a), default: [:]][ending, default: 0] += Int(tally.count)
        }
        for (month, counts) in ended {
            cohorts[month]?.ended = counts.sorted { ($0.key.code, $0.key.months) < ($1.key.code, $1.key.months) }
                .compactMap { ending, count in
                    Outcome(code: ending.code).map { ($0, ending.months, count) }
                }
        }
        return cohorts.values.sorted { $0.month < $1.month }
    }

    private struct Ending: Hashable {
        var code: UInt8
        var months: Int
    }

    /// Of the people whose first event was in a month, how many were in touch so many months later.
    public func retention() throws(StoreError) -> [(month: Int64, later: Int, people: Int)] {
        try tallies(.retention).map { key, tally in
            (Int64(bitPattern: key.a), Int(clamping: Int64(bitPattern: key.b)), Int(tally.count))
        }.sorted { ($0.month, $0.later) < ($1.month, $1.later) }
    }
}
