/// Writes numbers one behind the other, little-endian, for state that is kept and read again by the same program.
///
/// Inlined into other modules: unspecialized, each number would cost more than the rest of reading a person.
package struct StateWriter: ~Copyable {
    @usableFromInline let room: UnsafeMutableRawBufferPointer
    @usableFromInline package var count = 0

    /// - Parameter room: where it writes; there must be enough.
    @inlinable package init(_ room: UnsafeMutableRawBufferPointer) { self.room = room }

    /// What was written so far.
    @inlinable package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: room[..<count]) }

    @inlinable @inline(__always)
    package mutating func write<Number: FixedWidthInteger>(_ number: Number) {
        precondition(room.count - count >= MemoryLayout<Number>.size, "there is room for all that is written")
        room.storeBytes(of: number.littleEndian, toByteOffset: count, as: Number.self)
        count += MemoryLayout<Number>.size
    }

    /// Writes bytes as they lie in memory, of which the lowest comes first on every machine that this runs on.
    @inlinable package mutating func write(raw: UnsafeRawBufferPointer) {
        precondition(room.count - count >= raw.count, "there is room for all that is written")
        UnsafeMutableRawBufferPointer(rebasing: room[count...]).copyMemory(from: raw)
        count += raw.count
    }

    @inlinable @inline(__always)
    package mutating func write(_ number: Float) { write(number.bitPattern) }
    @inlinable @inline(__always)
    package mutating func write(_ flag: Bool) { write(flag ? 1 as UInt8 : 0) }
}

/// Reads what a ``StateWriter`` wrote.
package struct StateReader {
    @usableFromInline var rest: UnsafeRawBufferPointer

    @inlinable package init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    @inlinable package var isAtEnd: Bool { rest.isEmpty }

    @inlinable @inline(__always)
    package mutating func number<Number: FixedWidthInteger>(_: Number.Type = Number.self) throws(StateError) -> Number {
        let size = MemoryLayout<Number>.size
        guard rest.count >= size else { throw StateError() }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[size...]) }
        return Number(littleEndian: rest.loadUnaligned(as: Number.self))
    }

    /// The next bytes as they lie in memory.
    @inlinable package mutating func raw(_ count: Int) throws(StateError) -> UnsafeRawBufferPointer {
        guard rest.count >= count else { throw StateError() }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
        return UnsafeRawBufferPointer(rebasing: rest[..<count])
    }

    @inlinable @inline(__always)
    package mutating func float() throws(StateError) -> Float { Float(bitPattern: try number()) }

    @inlinable package mutating func flag() throws(StateError) -> Bool {
        let byte = try number(UInt8.self)
        guard byte < 2 else { throw StateError() }
        return byte == 1
    }

    /// A number of things that follow.
    @inlinable package mutating func count(atMost most: Int) throws(StateError) -> Int {
        let count = Int(try number(UInt32.self))
        guard count <= most else { throw StateError() }
        return count
    }
}

/// Bytes are no state of this version of the program.
public struct StateError: Error, Sendable, CustomStringConvertible {
    @usableFromInline package init() {}

    public var description: String { "the bytes are no state of a person that this program wrote" }
}
