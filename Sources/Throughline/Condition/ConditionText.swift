/// How values are written as text, and read from it.
enum ConditionText {
    /// The shortest text that is read back as the same number: `0.1`, `100`, `1e+21`.
    static func text(of number: Double) -> String {
        guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf" }
        guard number != 0 else { return number.sign == .minus ? "-0" : "0" }
        let (digits, exponent) = shortest(number.magnitude)
        let sign = number < 0 ? "-" : ""
        if exponent < -4 || exponent >= 21 {
            let rest = digits.dropFirst()
            let power = String(abs(exponent))
            return sign + digits.prefix(1) + (rest.isEmpty ? "" : "." + rest) + (exponent < 0 ? "e-" : "e+")
                + (power.count < 2 ? "0" + power : power)
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        guard digits.count > exponent + 1 else {
            return sign + digits + String(repeating: "0", count: exponent + 1 - digits.count)
        }
        return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
    }

    /// The digits without zeros at their ends, and the power of ten of the first one.
    private static func shortest(_ magnitude: Double) -> (digits: String, exponent: Int) {
        let parts = magnitude.description.split(separator: "e")
        let number = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = number[0].drop { $0 == "0" }
        let fraction = number.count > 1 ? number[1] : ""
        var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + whole.count - 1
        var digits = String(whole + fraction)
        if whole.isEmpty {
            let zeros = digits.prefix { $0 == "0" }.count
            digits.removeFirst(zeros)
            exponent -= zeros
        }
        while digits.last == "0" { digits.removeLast() }
        return (digits, exponent)
    }

    /// `1.5`, `-3e8`, `inf`, `-Infinity`, `NaN`. Nil for a text that is no number, or has blanks around it.
    static func double(from text: String) -> Double? {
        let unsigned = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        switch unsigned.lowercased() {
        case "inf", "infinity": return text.first == "-" ? -.infinity : .infinity
        case "nan": return .nan
        default: break
        }
        // Excludes what Swift takes besides, such as hexadecimal numbers.
        guard unsigned.utf8.contains(where: \.isDigit),
            unsigned.utf8.allSatisfy({ $0.isDigit || "+-.eE".utf8.contains($0) })
        else { return nil }
        return Double(text)
    }

    static func bool(from text: String) -> Bool? {
        switch text {
        case "1", "t", "true", "TRUE", "True": true
        case "0", "f", "false", "FALSE", "False": false
        default: nil
        }
    }
}

// MARK: Times

extension ConditionText {
    /// `2026-03-01T09:30:00Z`, with 3, 6 or 9 digits of a fraction where there is one.
    static func text(of moment: ConditionTimestamp) -> String {
        let whole = Instant(millisecondsSince1970: moment.secondsSince1970 * 1000).rfc3339
        return whole.prefix(19) + fraction(Int64(moment.nanoseconds)) + "Z"
    }

    /// `90s`, `-0.250s`.
    static func text(of duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let sign = seconds < 0 || attoseconds < 0 ? "-" : ""
        return sign + String(seconds.magnitude) + fraction(abs(attoseconds) / 1_000_000_000) + "s"
    }

    private static func fraction(_ nanoseconds: Int64) -> String {
        guard nanoseconds != 0 else { return "" }
        let digits = String(1_000_000_000 + nanoseconds).dropFirst()
        if nanoseconds % 1_000_000 == 0 { return "." + digits.prefix(3) }
        return "." + digits.prefix(nanoseconds % 1000 == 0 ? 6 : 9)
    }

    /// Reads `2026-03-01T09:30:00.25+02:00`, and only just that shape. A tenth digit of a fraction is cut off.
    static func timestamp(from text: String) -> ConditionTimestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= timestampBytesMax, bytes[10] | 0x20 == UInt8(ascii: "t"),
            bytes[17] != UInt8(ascii: "6")
        else { return nil }
        var place = 19
        var nanoseconds: Int32 = 0
        if bytes[19] == UInt8(ascii: ".") {
            var unit: Int32 = 100_000_000
            place = 20
            while place < bytes.count, bytes[place].isDigit {
                nanoseconds += Int32(bytes[place] - UInt8(ascii: "0")) * unit
                unit /= 10
                place += 1
            }
            guard place > 20 else { return nil }
        }
        let zone = bytes[place...]
        guard zone.count == 1 || (zone.count == 6 && zone[place + 3] == UInt8(ascii: ":")) else { return nil }
        guard let whole = try? Instant(rfc3339: String(decoding: bytes[..<19] + zone, as: UTF8.self)) else {
            return nil
        }
        return ConditionTimestamp(secondsSince1970: whole.secondsSince1970, nanoseconds: nanoseconds)
    }

    private static let timestampBytesMax = 64

    /// Reads `1h30m`, `-1.5s`, `250ms`, `0`: numbers with the units h, m, s, ms, us, µs and ns.
    static func duration(from text: String) -> Duration? {
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        guard rest != "0" else { return .zero }
        guard !rest.isEmpty, rest.utf8.count <= durationBytesMax else { return nil }
        var sum = Duration.zero
        while !rest.isEmpty {
            guard let part = durationPart(&rest) else { return nil }
            sum += part
            guard Duration.writable.contains(sum) else { return nil }
        }
        return isNegative ? .zero - sum : sum
    }

    private static let durationBytesMax = 128

    /// One number with its unit, cut off below a nanosecond.
    private static func durationPart(_ rest: inout Substring) -> Duration? {
        let whole = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest[whole.endIndex...]
        var fraction = rest[..<rest.startIndex]
        if rest.first == "." {
            fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            rest = rest[fraction.endIndex...]
        }
        let unitText = rest.prefix { !($0.isNumber || $0 == ".") }
        rest = rest[unitText.endIndex...]
        guard !whole.isEmpty || !fraction.isEmpty, let unit = nanosecondsOfUnit[unitText] else { return nil }
        guard let number = Int64(whole.isEmpty ? "0" : whole) else { return nil }
        // Whole seconds have room for more than nanoseconds do.
        let second: Int64 = 1_000_000_000
        let (product, isTooLong) = number.multipliedReportingOverflow(by: unit >= second ? unit / second : unit)
        guard !isTooLong else { return nil }
        var parts: Int64 = 0
        var scale = unit
        for digit in fraction.utf8 {
            parts += Int64(digit - UInt8(ascii: "0")) * scale / 10
            scale /= 10
        }
        return (unit >= second ? .seconds(product) : .nanoseconds(product)) + .nanoseconds(parts)
    }

    private static let nanosecondsOfUnit: [Substring: Int64] = [
        "h": 3_600_000_000_000, "m": 60_000_000_000, "s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "\u{B5}s": 1_000,
        "\u{3BC}s": 1_000,
        "ns": 1,
    ]

    /// How far a zone may be ahead of UTC, or behind it.
    static let secondsAheadOfUTC = -86_400...86_400

    /// Reads how far a zone is ahead of UTC: `UTC`, `+02:00`, `-09:30`, `02:00`. Nil for a name.
    static func secondsAheadOfUTC(from zone: String) -> Int? {
        guard zone != "UTC" else { return 0 }
        let isWest = zone.first == "-"
        let digits = isWest || zone.first == "+" ? zone.dropFirst() : zone[...]
        let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count <= 2, parts[1].count == 2,
            digits.utf8.allSatisfy({ $0.isDigit || $0 == 0x3A }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), hours < 24, minutes < 60
        else { return nil }
        return (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
