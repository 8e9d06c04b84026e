// The digest that a browser compares, small enough to be read beside FIPS 180-4. For tests only: the program signs and
// hashes with Crypto.

/// The SHA-256 of a text in UTF-8, as base 64, the way a Content-Security-Policy names it.
func sha256Base64(_ text: String) -> String {
    base64(sha256(Array(text.utf8)))
}

private func sha256(_ message: [UInt8]) -> [UInt8] {
    var padded = message + [0x80]
    padded += Array(repeating: 0, count: (120 - padded.count % 64) % 64)
    padded += UInt64(message.count * 8).bigEndianBytes

    // The constants are the first 32 bits of the fractional parts of roots of the first primes.
    var primes: [Int] = []
    for candidate in 2... where primes.allSatisfy({ candidate % $0 != 0 }) {
        primes.append(candidate)
        if primes.count == 64 { break }
    }
    let rounds = primes.map { fraction(ofRoot: 3, of: $0) }
    var state = primes.prefix(8).map { fraction(ofRoot: 2, of: $0) }

    for start in stride(from: 0, to: padded.count, by: 64) {
        var w = stride(from: start, to: start + 64, by: 4).map { word in
            padded[word..<word + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        for i in 16..<64 {
            let s0 = w[i - 15].rotated(7) ^ w[i - 15].rotated(18) ^ (w[i - 15] >> 3)
            let s1 = w[i - 2].rotated(17) ^ w[i - 2].rotated(19) ^ (w[i - 2] >> 10)
            w.append(w[i - 16] &+ s0 &+ w[i - 7] &+ s1)
        }
        var v = state
        for i in 0..<64 {
            let s1 = v[4].rotated(6) ^ v[4].rotated(11) ^ v[4].rotated(25)
            let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
            let first = v[7] &+ s1 &+ choice &+ rounds[i] &+ w[i]
            let s0 = v[0].rotated(2) ^ v[0].rotated(13) ^ v[0].rotated(22)
            let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
            v = [first &+ s0 &+ majority, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
        }
        for i in 0..<8 { state[i] &+= v[i] }
    }
    return state.flatMap(\.bigEndianBytes)
}

/// The first 32 bits of the fractional part of a square or cube root, found by trying bits in whole numbers.
private func fraction(ofRoot degree: Int, of prime: Int) -> UInt32 {
    // The greatest r with r to the degree at most prime × 2^(32 × degree).
    var root: UInt64 = 0
    for bit in (0..<37).reversed() {
        let trial = root | 1 << UInt64(bit)
        let power = (1..<degree).reduce(UInt128(trial)) { power, _ in power * UInt128(trial) }
        if power <= UInt128(prime) << UInt128(32 * degree) { root = trial }
    }
    return UInt32(truncatingIfNeeded: root)
}

private func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
        for place in 0..<4 {
            text += place <= group.count ? String(alphabet[bits >> (18 - 6 * place) & 63]) : "="
        }
    }
    return text
}

extension FixedWidthInteger {
    fileprivate func rotated(_ places: Int) -> Self { self >> Self(places) | self << Self(Self.bitWidth - places) }

    fileprivate var bigEndianBytes: [UInt8] {
        stride(from: Self.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> Self($0)) }
    }
}
