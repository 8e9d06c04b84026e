/// For whoever counts: tables of neutral values, to be filled in.
extension OrderTables {
    /// Tables that say nothing of any name.
    ///
    /// - Parameter names: hashes of names, ascending.
    package static func empty(names: [UInt64]) -> OrderTables {
        precondition(names.count <= namesMax, "at most \(namesMax) names")
        var tables = OrderTables()
        let count = names.count
        tables.names = names
        tables.texts = [String](repeating: "", count: count)
        tables.next = [Float](repeating: 0, count: count * count)
        tables.nextOfTwo = [Float](repeating: 0, count: (count + 1) * count * count)
        tables.start = [Float](repeating: 0, count: count)
        tables.holding = tables.next
        tables.holdingNone = tables.start
        tables.repetition = [Float](repeating: 0, count: count * repetitionsMax)
        tables.gaps = [GapStatistics](repeating: GapStatistics(), count: count * count)
        return tables
    }

    package mutating func setNext(_ before: Int, _ name: Int, _ value: Float) { next[before * count + name] = value }

    package mutating func setNextOfTwo(_ twoBefore: Int, _ before: Int, _ name: Int, _ value: Float) {
        nextOfTwo[(twoBefore * count + before) * count + name] = value
    }

    package mutating func setStart(_ name: Int, _ value: Float) { start[name] = value }
    package mutating func setHolding(_ name: Int, _ held: Int, _ value: Float) { holding[name * count + held] = value }
    package mutating func setHoldingNone(_ name: Int, _ value: Float) { holdingNone[name] = value }

    package mutating func setRepetition(_ name: Int, _ times: Int, _ value: Float) {
        repetition[name * OrderTables.repetitionsMax + times] = value
    }

    package mutating func setGaps(pair: Int, _ statistics: GapStatistics) { gaps[pair] = statistics }

    /// Takes over what other tables say of a name, as far as they know the names that go with it. What holding none of
    /// them says is left as it is.
    ///
    /// - Parameter places: the places of this table's names in the other, -1 for unknown.
    mutating func copy(_ name: Int, from other: OrderTables, _ places: [Int32]) {
        let there = Int(places[name])
        start[name] = other.start[there]
        for times in 0..<OrderTables.repetitionsMax {
            repetition[name * OrderTables.repetitionsMax + times] =
                other.repetition[there * OrderTables.repetitionsMax + times]
        }
        for (before, place) in places.enumerated() where place >= 0 {
            holding[name * count + before] = other.holding[there * other.count + Int(place)]
            next[before * count + name] = other.next(after: place, name: Int32(there))
            gaps[before * count + name] = other.gaps[Int(place) * other.count + there]
            setNextOfTwo(count, before, name, other.nextOfTwo(after: -1, place, name: Int32(there)))
            for (twoBefore, first) in places.enumerated() where first >= 0 {
                setNextOfTwo(twoBefore, before, name, other.nextOfTwo(after: first, place, name: Int32(there)))
            }
        }
    }
}
