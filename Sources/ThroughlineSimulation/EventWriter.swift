/// Gives planned events their words: a line of JSON, and beside it the truth.
///
/// Everything is drawn again from the seed, the person, her purpose and the place of the event, so nothing but the plan
/// has to be kept.
struct EventWriter {
    var line = ByteLine()
    private(set) var label = ByteLine()

    private let seed: UInt64
    private let start: Int64
    private let identifierKey: UInt64
    private let templates: [[CompiledTemplate]]
    let sites: [Site]

    /// The draws that fill the slots of the purpose at hand, one for each slot.
    private var fillings: [UInt64] = []
    var random = SplitMix64(seed: 0)

    private static let months: [StaticString] = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let stageNames: [StaticString] = [
        "explore", "compare", "choose", "commit", "fulfilled", "declined", "cancelled", "none",
    ]
    private static let outcomeNames: [StaticString] = ["fulfilled", "declined", "cancelled", "lapsed", "open", ""]

    init(seed: UInt64, start: Int64, companies: [Company]) {
        self.seed = seed
        self.start = start
        identifierKey = SplitMix64.mix(seed ^ 0x6D65_7373_6167_6573)
        templates = companies.map { $0.templates.map(CompiledTemplate.init) }
        sites = companies.map(Site.init)
    }

    /// Writes ``line`` and ``label`` anew for `event`.
    ///
    /// - Complexity: O(*n*) in the length of the line.
    mutating func write(_ event: PlannedEvent) {
        let person = Person(number: Int(event.person), seed: seed)
        let template = templates[person.company][Int(event.template)]
        let touch = template.touches[Int(event.touch)]
        // Mixing is one to one, so two events never share an identifier.
        let messageIdentifier = SplitMix64.mix(identifierKey ^ (UInt64(event.person) << 16 | UInt64(event.index)))
        random = SplitMix64(seed: SplitMix64.mix(messageIdentifier &+ identifierKey))
        fill(template, of: event)

        line.clear()
        line.write(touch.head)
        let text = writeName(touch, template, event)
        writeIdentity(event, person, isIdentify: touch.kind == .identify)
        line.write(#","messageId":"m-"#)
        line.write(hexadecimal: messageIdentifier)
        line.write(#"","timestamp":""#)
        line.write(timestamp: event.instant)
        line.write("\"")
        if touch.kind == .identify {
            writeTraits(person)
        } else {
            writeProperties(touch, template, event, person, name: text)
        }
        writeContext(touch, person, title: touch.kind == .page ? text : nil)
        line.write("}")
        writeLabel(event, person, messageIdentifier)
    }

    // MARK: Slots

    private mutating func fill(_ template: CompiledTemplate, of event: PlannedEvent) {
        var purpose = SplitMix64(seed: seed, person: Int(event.person), part: 2 + UInt64(event.purpose))
        fillings.removeAll(keepingCapacity: true)
        for _ in template.slots { fillings.append(purpose.next()) }
    }

    private mutating func write(_ text: SlottedText, _ template: CompiledTemplate, _ event: PlannedEvent) {
        for piece in text.pieces {
            switch piece {
            case .literal(let bytes): line.write(bytes)
            case .value(let slot, let column): write(slot: slot, column: column, template, event)
            case .cart:
                line.write("C")
                line.write(hexadecimal: SplitMix64.mix(identifierKey ^ UInt64(event.person) &* 3 &+ 1), digits: 8)
            }
        }
    }

    private mutating func write(slot: Int, column: Int, _ template: CompiledTemplate, _ event: PlannedEvent) {
        let filling = fillings[slot] >> 32
        switch template.slots[slot] {
        case .rows(let rows):
            line.write(rows[Int((filling &* UInt64(rows.count)) >> 32)][column])
        case .identifier(let prefix):
            line.write(prefix)
            line.write(Int(filling % 10_000_000), digits: 7)
        case .date:
            let date = Clock.civilDate(daysSince1970: Clock.floorDivide(start, Clock.day) + Int64(event.day))
            line.write(Int(date.day))
            line.write(" ")
            line.write(Self.months[Int(date.month) - 1])
        }
    }

    // MARK: Parts of the line

    /// Writes the name of a page or screen, and tells where it stands in the line.
    private mutating func writeName(
        _ touch: CompiledTouch, _ template: CompiledTemplate, _ event: PlannedEvent
    ) -> Range<Int>? {
        guard touch.kind == .page || touch.kind == .screen else { return nil }
        let nameStart = line.bytes.count
        write(random.pick(touch.texts), template, event)
        let name = nameStart..<line.bytes.count
        line.write("\"")
        return name
    }

    private mutating func writeIdentity(_ event: PlannedEvent, _ person: Person, isIdentify: Bool) {
        if event.isAnonymous || isIdentify {
            let (high, low) = person.anonymousIdentifier
            line.write(#","anonymousId":""#)
            line.write(hexadecimal: high >> 32, digits: 8)
            line.write("-")
            line.write(hexadecimal: high >> 16, digits: 4)
            line.write("-4")
            line.write(hexadecimal: high, digits: 3)
            line.write("-a")
            line.write(hexadecimal: low >> 48, digits: 3)
            line.write("-")
            line.write(hexadecimal: low, digits: 12)
            line.write("\"")
        }
        if !event.isAnonymous {
            line.write(#","userId":""#)
            line.write(sites[person.company].userPrefix)
            line.write(person.number, digits: 6)
            line.write("\"")
        }
    }

    private mutating func writeTraits(_ person: Person) {
        line.write(#","traits":{"email":""#)
        line.write(sites[person.company].userPrefix)
        line.write(person.number, digits: 6)
        line.write(#"@example.com","city":""#)
        line.write(Locale.all[person.locale].city)
        line.write(#"","customerSince":"#)
        line.write(person.customerSince)
        line.write("}")
    }

    private mutating func writeProperties(
        _ touch: CompiledTouch, _ template: CompiledTemplate, _ event: PlannedEvent, _ person: Person,
        name: Range<Int>?
    ) {
        line.write(#","properties":{"#)
        let propertiesStart = line.bytes.count
        if !touch.textMember.isEmpty {
            line.write(touch.textMember)
            line.write("\"")
            if let name {
                line.writeAgain(name)
            } else {
                let textStart = line.bytes.count
                write(random.pick(touch.texts), template, event)
                if touch.isSearch && random.chance(14) { line.slip(in: textStart..<line.bytes.count, &random) }
            }
            line.write("\",")
        }
        for property in touch.properties {
            line.write(property.member)
            if !property.isNumber { line.write("\"") }
            write(property.value, template, event)
            if !property.isNumber { line.write("\"") }
            line.write(",")
        }
        writeIdentifiers(touch, template, event)
        writeChannelProperties(touch, event, person)
        line.dropLast(",", after: propertiesStart)
        line.write("}")
    }

    /// Writes the identifiers that the purpose has by now; people who write or call seldom quote them.
    private mutating func writeIdentifiers(
        _ touch: CompiledTouch, _ template: CompiledTemplate, _ event: PlannedEvent
    ) {
        let percent =
            switch touch.channel {
            case .chat, .social: 0
            case .call, .branch, .email, .sms: 40
            case .web, .app, .push, .pos: touch.kind == .track ? 92 : 50
            }
        for (member, slot, stage) in template.identifiers
        where event.stage >= stage && !touch.isSearch && random.chance(percent) {
            line.write(member)
            line.write("\"")
            write(slot: slot, column: 0, template, event)
            line.write("\",")
        }
    }

    private mutating func writeLabel(_ event: PlannedEvent, _ person: Person, _ messageIdentifier: UInt64) {
        let prefix = sites[person.company].userPrefix
        label.clear()
        label.write("m-")
        label.write(hexadecimal: messageIdentifier)
        label.write("\t")
        label.write(prefix)
        label.write(person.number, digits: 6)
        label.write("\t")
        label.write(prefix)
        label.write(person.number, digits: 6)
        label.write("/p")
        label.write(Int(event.purpose))
        label.write("\t")
        label.write(Self.stageNames[Int(event.stage.rawValue)])
        label.write("\t")
        label.write(Self.outcomeNames[Int(event.outcome.rawValue)])
    }
}
