extension StateWriter {
    /// Writes a number in as few bytes as it takes, seven bits in each, the lowest first.
    mutating func write(compact number: UInt64) {
        var rest = number
        while rest > 0x7F {
            write(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        write(UInt8(rest))
    }
}

extension StateReader {
    /// A number as ``StateWriter/write(compact:)`` writes it, and not in more bytes than that.
    mutating func compact() throws(StateError) -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: 0 as UInt64, to: 64, by: 7) {
            let byte: UInt8 = try self.number()
            guard shift < 63 || byte <= 1, shift == 0 || byte != 0 else { throw StateError() }
            number |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return number }
        }
        throw StateError()
    }

    /// A number that is written as what it is below another.
    mutating func number(before other: UInt64) throws(StateError) -> UInt64 {
        let span = try compact()
        guard span <= other else { throw StateError() }
        return other - span
    }

    /// Milliseconds that are written as how long they are before others.
    mutating func moment(before other: Int64) throws(StateError) -> Int64 {
        let moment = other &- Int64(bitPattern: try compact())
        guard moment <= other else { throw StateError() }
        return moment
    }
}
