public typealias SHA256Digest = [UInt8]

/// Stands in for swift-crypto's hash when fuzzing, so that nothing need be fetched or built for it: spread well, secret
/// from nobody.
public struct SHA256 {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    public init() {}

    public mutating func update(bufferPointer bytes: UnsafeRawBufferPointer) {
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    public func finalize() -> SHA256Digest {
        (0..<32).map { place in
            var z = state &+ UInt64(place) &* 0x9E37_79B9_7F4A_7C15
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return UInt8(truncatingIfNeeded: z >> 32)
        }
    }

    public mutating func update(data: some Sequence<UInt8>) {
        Array(data).withUnsafeBytes { update(bufferPointer: $0) }
    }

    public static func hash(data: some Sequence<UInt8>) -> SHA256Digest {
        var hash = SHA256()
        hash.update(data: data)
        return hash.finalize()
    }
}
