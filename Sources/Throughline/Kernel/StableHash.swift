/// A 64-bit hash of bytes that is the same in every process and release, for tables in model files and for sketches.
///
/// FNV-1a with a final mix (Fowler, Noll and Vo; the mix is that of SplitMix64). It is no defence against chosen
/// collisions: where a stranger picks the keys of a table that must stay fast, or where an id must not be forged, use
/// Swift's `Hasher` or SHA-256.
public enum StableHash {
    @inlinable public static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return mixed(state)
    }

    public static func of(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { of($0) }
    }

    /// Another hash of bytes, eight at a time: for many of them.
    @inlinable public static func ofMany(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state = UInt64(bytes.count) ^ 0xcbf2_9ce4_8422_2325
        var offset = 0
        while offset + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            state = (state ^ word) &* 0x9e37_79b9_7f4a_7c15
            state ^= state >> 32
            offset += 8
        }
        while offset < bytes.count {
            state = (state ^ UInt64(bytes[offset])) &* 0x100_0000_01b3
            offset += 1
        }
        return mixed(state)
    }

    /// The hash of a word with the case of ASCII letters folded: how words, names and keys are known everywhere.
    @inlinable public static func folded(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in word {
            let isUpper = byte >= 0x41 && byte <= 0x5A
            state = (state ^ UInt64(isUpper ? byte | 0x20 : byte)) &* 0x100_0000_01b3
        }
        return mixed(state)
    }

    /// Spreads the entropy of a number over all of its bits.
    @inlinable public static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
