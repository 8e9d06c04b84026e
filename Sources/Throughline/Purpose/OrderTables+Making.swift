/// For whoever counts: tables of neutral values, to be filled in.
extension OrderTables {
    package mutating func setNext(_ before: Int, _ name: Int, _ value: Float) {
        self[.next, before * count + name] = value
    }

    package mutating func setNextOfTwo(_ twoBefore: Int, _ before: Int, _ name: Int, _ value: Float) {
        self[.nextOfTwo, (twoBefore * count + before) * count + name] = value
    }

    package mutating func setStart(_ name: Int, _ value: Float) { self[.start, name] = value }
    package mutating func setHolding(_ name: Int, _ held: Int, _ value: Float) {
        self[.holding, name * count + held] = value
    }

    package mutating func setHoldingNone(_ name: Int, _ value: Float) { self[.holdingNone, name] = value }

    package mutating func setRepetition(_ name: Int, _ times: Int, _ value: Float) {
        self[.repetition, name * OrderTables.repetitionsMax + times] = value
    }

    /// Takes over what other tables say of a name, as far as they know the names that go with it. What holding none of
    /// them says is left as it is.
    ///
    /// - Parameter places: the places of this table's names in the other, -1 for unknown.
    mutating func copy(_ name: Int, from other: OrderTables, _ places: [Int32]) {
        let there = Int(places[name])
        self[.start, name] = other[.start, there]
        for times in 0..<OrderTables.repetitionsMax {
            self[.repetition, name * OrderTables.repetitionsMax + times] =
                other[.repetition, there * OrderTables.repetitionsMax + times]
        }
        for (before, place) in places.enumerated() where place >= 0 {
            self[.holding, name * count + before] = other[.holding, there * other.count + Int(place)]
            self[.next, before * count + name] = other.next(after: place, name: Int32(there))
            setGaps(pair: before * count + name, other.gaps(pair: Int(place) * other.count + there))
            setNextOfTwo(count, before, name, other.nextOfTwo(after: -1, place, name: Int32(there)))
            for (twoBefore, first) in places.enumerated() where first >= 0 {
                setNextOfTwo(twoBefore, before, name, other.nextOfTwo(after: first, place, name: Int32(there)))
            }
        }
    }
}
