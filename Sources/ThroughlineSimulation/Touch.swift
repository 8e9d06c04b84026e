/// One kind of contact between a person and a company, as the vocabulary of a company writes it down.
///
/// Texts may hold slots in braces, `"home loan in {city}"`, that the purpose fills once and for all its events.
struct Touch: Sendable {
    enum Kind: Sendable { case track, page, screen, identify }
    enum Channel: String, Sendable { case web, app, branch, call, email, sms, push, social, pos, chat }

    /// What stands behind a property name: a text, or a number that is written without quotes.
    enum Value: Sendable, ExpressibleByStringLiteral {
        case text(String)
        case number(String)

        init(stringLiteral value: String) { self = .text(value) }
    }

    let kind: Kind
    let channel: Channel
    /// The event's name; pages and screens take theirs from the text.
    var event = ""
    /// The page on which it happened; empty where the company's start page will do.
    var path = ""
    /// The property that carries the text: `query`, `title`, `text`, `note`, `subject`.
    var textName = ""
    /// Ways to say the same thing; one is drawn for each event.
    var texts: [String] = []
    var properties: [(name: String, value: Value)] = []
}

extension Touch {
    static func search(_ queries: String...) -> Touch {
        Touch(
            kind: .track, channel: .web, event: "Products Searched", path: "/search", textName: "query", texts: queries)
    }

    static func page(_ path: String, _ titles: String...) -> Touch {
        Touch(kind: .page, channel: .web, path: path, textName: "title", texts: titles)
    }

    static func screen(_ names: String...) -> Touch {
        Touch(kind: .screen, channel: .app, textName: "title", texts: names)
    }

    static func chat(_ messages: String...) -> Touch {
        Touch(
            kind: .track, channel: .chat, event: "Live Chat Message Sent", path: "/help", textName: "text",
            texts: messages)
    }

    static func call(_ notes: String...) -> Touch {
        Touch(kind: .track, channel: .call, event: "Call Logged", textName: "note", texts: notes)
    }

    static func visit(_ notes: String...) -> Touch {
        Touch(kind: .track, channel: .branch, event: "Branch Visited", textName: "note", texts: notes)
    }

    static func email(_ subjects: String...) -> Touch {
        Touch(kind: .track, channel: .email, event: "Email Link Clicked", textName: "subject", texts: subjects)
    }

    static func sms(_ replies: String...) -> Touch {
        Touch(kind: .track, channel: .sms, event: "Text Message Received", textName: "text", texts: replies)
    }

    static func push(_ messages: String...) -> Touch {
        Touch(kind: .track, channel: .push, event: "Push Notification Tapped", textName: "text", texts: messages)
    }

    static func liked(_ posts: String...) -> Touch {
        Touch(kind: .track, channel: .social, event: "Post Liked", textName: "text", texts: posts)
    }

    static func shared(_ posts: String...) -> Touch {
        Touch(kind: .track, channel: .social, event: "Post Shared", textName: "text", texts: posts)
    }

    /// An event of the Segment e-commerce kind about the purpose's `{product}`.
    static func product(_ event: String, _ path: String, _ channel: Channel = .web) -> Touch {
        Touch(
            kind: .track, channel: channel, event: event, path: path, textName: "name", texts: ["{product}"],
            properties: [
                ("product_id", "{product_id}"), ("price", .number("{price}")), ("currency", "EUR"),
                ("cart_id", "{cart_id}"),
            ])
    }

    /// Any other event, told by its name and properties.
    static func did(
        _ event: String, _ channel: Channel = .web, _ path: String = "",
        _ properties: KeyValuePairs<String, Value> = [:]
    ) -> Touch {
        Touch(
            kind: .track, channel: channel, event: event, path: path,
            properties: properties.map { (name: $0.key, value: $0.value) })
    }

    /// The moment at which a visitor says who she is.
    static let identify = Touch(kind: .identify, channel: .web, path: "/login")
}
