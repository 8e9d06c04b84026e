#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Numbers for texts: each distinct text gets the next number, and can be had back.
///
/// Texts lie in one buffer. Hashes are seeded by this process, so that nobody can pick texts that collide.
struct KeyInterner {
    private var bytes: [UInt8] = []
    private var ends: [Int] = [0]
    /// Number + 1, or 0 where free.
    private var slots = [UInt32](repeating: 0, count: 1024)

    var count: Int { ends.count - 1 }

    /// The number of a text.
    mutating func number(of text: UnsafeBufferPointer<UInt8>) -> UInt32 {
        number(of: text, hash: KeyInterner.hash(of: text))
    }

    /// The number of a text whose ``hash(of:)`` is known.
    mutating func number(of text: UnsafeBufferPointer<UInt8>, hash: Int) -> UInt32 {
        if count * 2 >= slots.count { grow() }
        var slot = hash & (slots.count - 1)
        while slots[slot] != 0 {
            let number = slots[slot] - 1
            if holds(text, as: number) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        precondition(count < Int(UInt32.max) - 2, "more than four billion distinct identifiers")
        bytes.append(contentsOf: text)
        ends.append(bytes.count)
        slots[slot] = UInt32(count)
        return UInt32(count - 1)
    }

    /// The number that a text has; nil where it has none.
    func known(_ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
        var slot = KeyInterner.hash(of: text) & (slots.count - 1)
        while slots[slot] != 0 {
            if holds(text, as: slots[slot] - 1) { return slots[slot] - 1 }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private func holds(_ text: UnsafeBufferPointer<UInt8>, as number: UInt32) -> Bool {
        let place = ends[Int(number)]..<ends[Int(number) + 1]
        guard place.count == text.count else { return false }
        return text.isEmpty
            || bytes.withUnsafeBufferPointer {
                memcmp($0.baseAddress! + place.lowerBound, text.baseAddress!, text.count) == 0
            }
    }

    func text(_ number: UInt32) -> String { withBytes(of: number) { String(decoding: $0, as: UTF8.self) } }

    func withBytes<Result>(of number: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[ends[Int(number)]..<ends[Int(number) + 1]]))
        }
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for number in 0..<count {
            var slot = bytes.withUnsafeBufferPointer { bytes in
                KeyInterner.hash(of: UnsafeBufferPointer(rebasing: bytes[ends[number]..<ends[number + 1]]))
                    & (slots.count - 1)
            }
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(number) + 1
        }
    }

    /// The hash of a text, the same on every thread of this process.
    static func hash(of text: UnsafeBufferPointer<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(text))
        return hasher.finalize() & .max
    }
}
