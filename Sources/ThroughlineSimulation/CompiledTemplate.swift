/// A purpose template made ready for writing: names looked up, texts cut at their slots, JSON escaped.
struct CompiledTemplate: Sendable {
    let touches: [CompiledTouch]
    let slots: [CompiledSlot]
    /// The properties that events carry of their own accord once the purpose has got so far.
    let identifiers: [(member: [UInt8], slot: Int, from: Truth.Stage)]

    init(_ template: PurposeTemplate) {
        touches = template.touches.map { CompiledTouch($0, slots: template.slots) }
        slots = template.slots.map(CompiledSlot.init)
        identifiers = template.slots.enumerated().compactMap { index, slot in
            guard case .identifier(let name, _, let stage) = slot else { return nil }
            return (member: escaped(name).quotedMember, slot: index, from: stage)
        }
    }
}

/// A touch made ready for writing.
struct CompiledTouch: Sendable {
    /// A property: its name with what follows up to the value, and the value.
    struct Property: Sendable {
        let member: [UInt8]
        let value: SlottedText
        let isNumber: Bool
    }

    let kind: Touch.Kind
    let channel: Touch.Channel
    /// The line up to the event's name, including it where it is fixed.
    let head: [UInt8]
    let path: [UInt8]
    /// The name of the text property with what follows up to the value; empty where there is no text.
    let textMember: [UInt8]
    let texts: [SlottedText]
    let properties: [Property]
    let isSearch: Bool
    let isLinkClick: Bool

    init(_ touch: Touch, slots: [Slot]) {
        kind = touch.kind
        channel = touch.channel
        head =
            switch touch.kind {
            case .track: Array(#"{"type":"track","event":""#.utf8) + escaped(touch.event) + [UInt8(ascii: "\"")]
            case .page: Array(#"{"type":"page","name":""#.utf8)
            case .screen: Array(#"{"type":"screen","name":""#.utf8)
            case .identify: Array(#"{"type":"identify""#.utf8)
            }
        path = escaped(touch.path)
        textMember = touch.texts.isEmpty ? [] : escaped(touch.textName).quotedMember
        texts = touch.texts.map { SlottedText($0, slots: slots) }
        properties = touch.properties.map { name, value in
            switch value {
            case .text(let text):
                Property(member: escaped(name).quotedMember, value: SlottedText(text, slots: slots), isNumber: false)
            case .number(let text):
                Property(member: escaped(name).quotedMember, value: SlottedText(text, slots: slots), isNumber: true)
            }
        }
        isSearch = touch.textName == "query"
        isLinkClick = touch.event == "Email Link Clicked"
    }
}

/// A slot made ready for writing.
enum CompiledSlot: Sendable {
    /// The values by row and column.
    case rows([[[UInt8]]])
    case date
    case identifier(prefix: [UInt8])

    init(_ slot: Slot) {
        switch slot {
        case .choice(let name, let values):
            precondition(!values.isEmpty, "the slot \(name) needs a value")
            self = .rows(values.map { [escaped($0)] })
        case .record(let names, let rows):
            precondition(rows.allSatisfy { $0.count == names.count }, "each row of \(names) needs a value for each")
            self = .rows(rows.map { $0.map { escaped($0) } })
        case .date: self = .date
        case .identifier(_, let prefix, _): self = .identifier(prefix: escaped(prefix))
        }
    }
}

extension [UInt8] {
    /// The bytes as the name of a JSON member, with the colon.
    fileprivate var quotedMember: [UInt8] {
        [UInt8(ascii: "\"")] + self + [UInt8(ascii: "\""), UInt8(ascii: ":")]
    }
}
