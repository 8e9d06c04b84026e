/// A line of text being written as UTF-8 bytes, in storage that is used again for the next one.
///
/// Interpolation would allocate a string for each piece; at hundreds of thousands of lines a second that is most of
/// the time.
struct ByteLine {
    private(set) var bytes: [UInt8] = []

    /// Empties the line and keeps its storage.
    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
    }

    mutating func write(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func write(_ text: [UInt8]) {
        bytes.append(contentsOf: text)
    }

    /// Takes back `character` where the line ends with it and something was written since it was `start` bytes long.
    mutating func dropLast(_ character: Unicode.Scalar, after start: Int) {
        if bytes.count > start, bytes.last == UInt8(ascii: character) { bytes.removeLast() }
    }

    /// Writes a part of this line a second time, such as a title that also stands in the context.
    mutating func writeAgain(_ range: Range<Int>) {
        bytes.reserveCapacity(bytes.count + range.count)
        for index in range { bytes.append(bytes[index]) }
    }

    /// Writes a number that is not negative, with zeros in front up to `digits` places.
    mutating func write(_ number: Int, digits: Int = 1) {
        var places = 1
        var bound = 10
        while places < digits || number >= bound {
            places += 1
            bound *= 10
        }
        // From the right, so that every division is by a constant, which costs a multiplication.
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: places))
        var rest = number
        var index = bytes.count - 1
        while rest > 0 {
            bytes[index] += UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            index -= 1
        }
    }

    /// Writes the lowest `digits` places of a number to the base of sixteen.
    mutating func write(hexadecimal number: UInt64, digits: Int = 16) {
        for place in (0..<digits).reversed() {
            bytes.append(hexadecimalDigit(UInt8(truncatingIfNeeded: number >> (4 * UInt64(place))) & 15))
        }
    }

    /// Writes an instant, in milliseconds since 1970, as RFC 3339 in UTC.
    mutating func write(timestamp instant: Int64) {
        let days = Clock.floorDivide(instant, Clock.day)
        let date = Clock.civilDate(daysSince1970: days)
        let time = Int(instant - days * Clock.day)
        write(Int(date.year), digits: 4)
        write("-")
        write(Int(date.month), digits: 2)
        write("-")
        write(Int(date.day), digits: 2)
        write("T")
        write(time / 3_600_000, digits: 2)
        write(":")
        write(time / 60_000 % 60, digits: 2)
        write(":")
        write(time / 1_000 % 60, digits: 2)
        write(".")
        write(time % 1_000, digits: 3)
        write("Z")
    }

    /// Swaps two neighbouring small letters of `range`, or drops one, as hurried fingers do.
    ///
    /// Touches only letters that have a letter before them, so that no escape sequence can break.
    mutating func slip(in range: Range<Int>, _ random: inout SplitMix64) {
        guard range.count >= 4 else { return }
        let index = random.pickElement(of: range.lowerBound + 1..<range.upperBound - 1)
        guard isLetter(bytes[index - 1]), isLetter(bytes[index]), isLetter(bytes[index + 1]) else { return }
        if random.chance(60) {
            bytes.swapAt(index, index + 1)
        } else {
            bytes.remove(at: index)
        }
    }

    private func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
    }
}
