/// The natural logarithm, the same bits on every machine: the platform's own may differ in the last place, and a
/// placement must replay. Relative error below 2e-7; arguments are positive and finite.
///
/// The argument is split as m * 2^e with m in [sqrt(1/2), sqrt(2)); ln m = 2 artanh((m-1)/(m+1)) by its series.
@inlinable
public func naturalLog(_ x: Float) -> Float {
    precondition(x > 0 && x.isFinite, "a logarithm needs a positive, finite number")
    var bits = x.bitPattern
    var exponent = 0
    if bits < 0x80_0000 {  // Subnormal.
        bits = (x * 8_388_608).bitPattern
        exponent = -23
    }
    exponent += Int(bits >> 23) - 127
    var mantissa = Float(bitPattern: bits & 0x7F_FFFF | 0x3F80_0000)
    if mantissa > 1.414_213_5 {
        mantissa *= 0.5
        exponent += 1
    }
    let t = (mantissa - 1) / (mantissa + 1)
    let square = t * t
    let series = 2 * t * (1 + square * (1 / 3 + square * (1 / 5 + square * (1 / 7 + square * (1 / 9)))))
    return Float(exponent) * 0.693_147_2 + series
}

/// e to the power of x, the same bits on every machine; 0 below -87, largest finite above 88. Relative error below
/// 3e-7.
@inlinable
public func exponential(_ x: Float) -> Float {
    guard x > -87 else { return 0 }
    guard x < 88 else { return .greatestFiniteMagnitude }
    let power = (x * 1.442_695).rounded(.toNearestOrEven)
    let rest = x - power * 0.693_359_4 + power * 2.121_944_4e-4
    let series = 1 + rest * (1 + rest * (1 / 2 + rest * (1 / 6 + rest * (1 / 24 + rest * (1 / 120 + rest / 720)))))
    return series * Float(bitPattern: UInt32(Int(power) + 127) << 23)
}

/// The natural logarithm of a count, 0 for none; small ones are looked up.
@inline(__always)
func logOfCount(_ count: Int) -> Float {
    count < logsOfCounts.count ? logsOfCounts[max(0, count)] : naturalLog(Float(count))
}

private let logsOfCounts = (0..<256).map { naturalLog(Float(max(1, $0))) }
