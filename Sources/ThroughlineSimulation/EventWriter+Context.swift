/// What a company's events have in common, ready for writing.
struct Site: Sendable {
    /// The first part of user identifiers, `bank-`.
    let userPrefix: [UInt8]
    /// The address of the web site, without the slash at its end.
    let address: [UInt8]
    let title: [UInt8]

    init(_ company: Company) {
        userPrefix = escaped(company.name + "-")
        address = escaped("https://" + company.name + ".example.com")
        title = escaped(company.title)
    }
}

extension EventWriter {
    private static let campaigns: [StaticString] = [
        #","campaign":{"name":"customer-letter","source":"newsletter","medium":"email"}"#,
        #","campaign":{"name":"winter-offers","source":"newsletter","medium":"email"}"#,
        #","campaign":{"name":"brand","source":"search","medium":"cpc"}"#,
        #","campaign":{"name":"spring-offers","source":"social","medium":"paid"}"#,
    ]
    private static let referrers: [StaticString] = [
        "https://search.example.com/", "https://search.example.com/", "https://news.example.com/",
        "https://social.example.com/", "",
    ]
    private static let server: StaticString =
        #","library":{"name":"analytics-node","version":"2.3.0"},"source":{"system":"crm","version":"4.12.1"}"#
    private static let networks: [StaticString] = ["instagram", "facebook", "linkedin", "tiktok"]

    /// Adds what the channel itself records: the conversation, the mail, the network.
    mutating func writeChannelProperties(
        _ touch: CompiledTouch, _ event: PlannedEvent, _ person: Person
    ) {
        switch touch.channel {
        case .chat:
            // One conversation a day, whatever it is about: the identifier must not tell purposes apart.
            let day = UInt64(bitPattern: Clock.floorDivide(event.instant, Clock.day))
            line.write(#""conversation_id":"cv-"#)
            line.write(hexadecimal: SplitMix64.mix(person.anonymousIdentifier.0 &+ day), digits: 8)
            line.write("\",")
        case .email:
            line.write(#""email_id":"em-"#)
            line.write(1_000 + random.below(9_000))
            line.write("\",")
            if touch.isLinkClick {
                line.write(#""link_id":"l"#)
                line.write(1 + random.below(6))
                line.write("\",")
            }
        case .call, .branch:
            line.write(#""resource":"desk-"#)
            line.write(1 + random.below(40), digits: 2)
            line.write(#"","duration_seconds":"#)
            line.write(60 + random.below(1_200))
            line.write(",")
        case .social:
            line.write(#""network":""#)
            line.write(random.pick(Self.networks))
            line.write("\",")
        case .web where touch.kind == .page:
            line.write(#""url":""#)
            writeAddress(of: touch, person)
            line.write(#"","path":""#)
            writePath(of: touch)
            line.write("\",")
        case .web, .app, .sms, .push, .pos: break
        }
    }

    /// Writes the context. `title` tells where in the line the title of the page already stands.
    mutating func writeContext(
        _ touch: CompiledTouch, _ person: Person, title: Range<Int>?
    ) {
        line.write(#","context":{"channel":""#)
        line.write(channelName(touch.channel))
        line.write("\"")
        switch touch.channel {
        case .web, .chat: writeBrowser(touch, person, title: title)
        case .app, .push: writePhone(person)
        case .email: writeMailServer(person)
        case .branch, .call, .sms, .social, .pos:
            line.write(Self.server)
            line.write(#","integrations":{"All":true,"Warehouse":true,"Mail":false}"#)
        }
        line.write(#","locale":""#)
        line.write(Locale.all[person.locale].locale)
        line.write(#"","timezone":""#)
        line.write(Locale.all[person.locale].timeZone)
        line.write("\"}")
    }

    private mutating func writeBrowser(
        _ touch: CompiledTouch, _ person: Person, title: Range<Int>?
    ) {
        line.write(#","library":{"name":"analytics.js","version":"next-1.81.0"},"page":{"url":""#)
        writeAddress(of: touch, person)
        line.write(#"","path":""#)
        writePath(of: touch)
        line.write(#"","title":""#)
        if let title {
            line.writeAgain(title)
            line.write(" | ")
        }
        line.write(sites[person.company].title)
        line.write(#"","referrer":""#)
        let comesFromOutside = random.chance(30)
        if comesFromOutside {
            line.write(random.pick(Self.referrers))
        } else {
            line.write(sites[person.company].address)
            line.write("/")
        }
        line.write(#""},"#)
        line.write(Device.browsers[person.browser])
        line.write(#","ip":"203.0.113."#)
        line.write(person.address)
        line.write("\"")
        if comesFromOutside && random.chance(45) { line.write(random.pick(Self.campaigns)) }
    }

    private mutating func writePhone(_ person: Person) {
        line.write(#","library":{"name":"analytics-kotlin","version":"1.19.2"},"app":{"name":""#)
        line.write(sites[person.company].title)
        line.write(#"","version":"8.4."#)
        line.write(person.browser)
        line.write(#"","build":"84"#)
        line.write(person.browser)
        line.write(#""},"#)
        line.write(Device.phones[person.phone])
        let isAtHome = random.chance(60)
        line.write(#","network":{"wifi":"#)
        line.write(isAtHome ? "true" : "false")
        line.write(#","cellular":"#)
        line.write(isAtHome ? "false}" : "true}")
        line.write(#","ip":"203.0.113."#)
        line.write(person.address)
        line.write("\"")
    }

    private mutating func writeMailServer(_ person: Person) {
        line.write(Self.server)
        line.write(",")
        line.write(Device.browsers[person.browser])
        line.write(random.pick(Self.campaigns))
    }

    private mutating func writeAddress(of touch: CompiledTouch, _ person: Person) {
        line.write(sites[person.company].address)
        writePath(of: touch)
    }

    private mutating func writePath(of touch: CompiledTouch) {
        if touch.path.isEmpty { line.write("/") } else { line.write(touch.path) }
    }

    private func channelName(_ channel: Touch.Channel) -> StaticString {
        switch channel {
        case .web: "web"
        case .app: "app"
        case .branch: "branch"
        case .call: "call"
        case .email: "email"
        case .sms: "sms"
        case .push: "push"
        case .social: "social"
        case .pos: "pos"
        case .chat: "chat"
        }
    }
}
