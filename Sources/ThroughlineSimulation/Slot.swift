/// A gap in the texts of a purpose, filled once when the purpose begins, so that its events speak of the same thing.
enum Slot: Sendable {
    /// One value of several.
    case choice(String, [String])
    /// Several names filled together, so that a product keeps its own price.
    case record([String], [[String]])
    /// A day some time after the purpose began, written like `14 March`.
    case date(String)
    /// An identifier such as an order number. Events from the stage `from` on carry it as a property of that name.
    case identifier(String, prefix: String, from: Truth.Stage)

    var names: [String] {
        switch self {
        case .choice(let name, _), .date(let name), .identifier(let name, _, _): [name]
        case .record(let names, _): names
        }
    }
}

/// A text cut at its slots, with everything between them already escaped for JSON.
struct SlottedText: Sendable {
    enum Piece: Sendable {
        case literal([UInt8])
        /// The value in column `column` of the slot number `slot`.
        case value(slot: Int, column: Int)
        /// The number of the person's shopping cart, the same in all her purposes.
        case cart
    }

    let pieces: [Piece]

    /// Cuts `text` at its slots.
    ///
    /// - Precondition: every name in braces is a slot of `slots`, or `cart_id`.
    init(_ text: String, slots: [Slot]) {
        var pieces: [Piece] = []
        var rest = text[...]
        while let opening = rest.firstIndex(of: "{"), let closing = rest[opening...].firstIndex(of: "}") {
            if opening > rest.startIndex { pieces.append(.literal(escaped(rest[..<opening]))) }
            let name = String(rest[rest.index(after: opening)..<closing])
            pieces.append(Self.piece(named: name, slots: slots))
            rest = rest[rest.index(after: closing)...]
        }
        if !rest.isEmpty { pieces.append(.literal(escaped(rest))) }
        self.pieces = pieces
    }

    private static func piece(named name: String, slots: [Slot]) -> Piece {
        if name == "cart_id" { return .cart }
        for (slot, candidate) in slots.enumerated() {
            if let column = candidate.names.firstIndex(of: name) { return .value(slot: slot, column: column) }
        }
        preconditionFailure("no slot is called \(name)")
    }
}

/// The bytes of `text` as they stand between the quotes of a JSON string.
func escaped(_ text: some StringProtocol) -> [UInt8] {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case 0..<0x20: bytes += Array("\\u00".utf8) + [hexadecimalDigit(byte >> 4), hexadecimalDigit(byte & 15)]
        default: bytes.append(byte)
        }
    }
    return bytes
}

/// The character for a number from 0 to 15.
@inline(__always)
func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
