import Foundation
import Throughline
import ThroughlineEngine

/// The page on which a person reads what is kept of her: a pure function of what was found.
struct PersonPage {
    var identifiers: [Identifier]
    var traits: [PersonTrait]
    var links: [PersonReader.Link]
    var contacts: [LastContact]
    var purposes: [PersonPurpose]
    var consents: [ConsentRecord]
    var readings: [Reading]
    var madeAt: Instant

    /// All that stands before her events.
    var head: HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <title>What is kept of you</title>
        <style>\(PersonPage.style)</style>
        </head>
        <body>
        <header>
        <h1>What is kept of you</h1>
        <p>Everything that this company's Throughline holds of you, as of \(PersonPage.told(madeAt)). All times are UTC.</p>
        </header>
        <main>
        <section aria-labelledby="known">
        <h2 id="known">What you are known by</h2>
        <ul>\(identifiers.map { "<li>\(PersonPage.word($0.kind)) <b>\($0.value)</b></li>" as HTML })</ul>
        </section>
        <section aria-labelledby="said">
        <h2 id="said">What is said of you</h2>
        \(traits.isEmpty ? "<p>Nothing yet.</p>" : sayings)
        </section>
        <section aria-labelledby="about">
        <h2 id="about">What you are about</h2>
        \(purposes.isEmpty ? "<p>Nothing was found yet.</p>" : list)
        </section>
        <section aria-labelledby="linked">
        <h2 id="linked">Whom you are linked to</h2>
        \(links.isEmpty ? "<p>Nobody.</p>" : linked)
        </section>
        <section aria-labelledby="touch">
        <h2 id="touch">When we were in touch last</h2>
        \(contacts.isEmpty ? "<p>Not yet.</p>" : touches)
        </section>
        <section aria-labelledby="agreed">
        <h2 id="agreed">What you agreed to</h2>
        \(consents.isEmpty ? "<p>You were not asked yet, or did not answer.</p>" : agreements)
        </section>
        <section aria-labelledby="looked">
        <h2 id="looked">Who looked at this</h2>
        \(readings.isEmpty ? "<p>Nobody yet.</p>" : looks)
        </section>
        <section aria-labelledby="events">
        <h2 id="events">Everything that was noted, the latest first</h2>
        <ol class="events">

        """
    }

    static let tail: HTML = """
        </ol>
        </section>
        </main>
        <footer><p>This page loads nothing and sends nothing. It holds personal data.</p></footer>
        </body>
        </html>

        """

    /// One event, with all that was sent.
    static func row(_ record: EventRecord, name: String, purpose: String?) -> HTML {
        let about: HTML? = purpose.map { " <span class=\"for\">\($0)</span>" }
        return """
            <li><time datetime="\(record.timestamp.rfc3339)">\(told(record.timestamp))</time> \(name)\(about)
            <details><summary>as it was sent</summary><pre>\(String(decoding: record.json, as: UTF8.self))</pre></details></li>

            """
    }

    private var linked: HTML {
        let items: [HTML] = links.map { "<li>\($0.row.kind.name): <b>\($0.other.identifier.value)</b></li>" }
        return "<ul>\(items)</ul>"
    }

    private var touches: HTML {
        let items: [HTML] = contacts.map { contact in
            "<li>\(contact.channel): <b>\(contact.event)</b>, \(PersonPage.told(contact.at))</li>"
        }
        return "<ul>\(items)</ul>"
    }

    private var sayings: HTML {
        let items: [HTML] = traits.map { trait in
            let unverified: HTML? = trait.isVerified ? nil : " <small>not verified</small>"
            let claimed: HTML? = trait.claimed.map {
                " <small>since claimed: \(PersonPage.plain($0))</small>"
            }
            let group: HTML? = trait.subject == .facet ? "member of " : nil
            return """
                <li>\(group)\(trait.name): <b>\(PersonPage.plain(trait.saying))</b>\(unverified)\(claimed)</li>
                """
        }
        return "<ul>\(items)</ul>"
    }

    /// What was said, for people to read: a text without its quotes.
    private static func plain(_ saying: PersonTrait.Saying) -> String {
        guard let value = saying.value else { return "a long text, below among the events" }
        return (try? JSONDecoder().decode(String.self, from: Data(value.utf8))) ?? value
    }

    private var list: HTML {
        let items: [HTML] = purposes.map { found in
            let purpose = found.purpose
            let ended: HTML? = purpose.outcome.map { ", \($0.rawValue)" }
            return """
                <li><b>\(purpose.name)</b>: \(purpose.state.rawValue)\(ended), \(PersonPage.count(purpose))</li>
                """
        }
        return "<ul>\(items)</ul>"
    }

    private var agreements: HTML {
        let items: [HTML] = consents.map { record in
            let whom: HTML? = record.use.organization.map { " with \($0.rawValue)" }
            let channel: HTML? = record.channel.map { " by \($0.rawValue)" }
            let permits = record.answer.state.permits(record.use)
            return """
                <li>\(record.use.kind.name)\(whom)\(channel): \(PersonPage.word(record.answer.state)), so it is \(permits ? "" : "not ")done</li>
                """
        }
        return "<ul>\(items)</ul>"
    }

    private var looks: HTML {
        let items: [HTML] = readings.map { reading in
            let reason: HTML? = reading.reason.map { ": \($0)" }
            return """
                <li><time datetime="\(reading.at.rfc3339)">\(PersonPage.told(reading.at))</time>
                \(reading.actor ?? "a program") with the key \(reading.key), \(reading.what)\(reason)</li>
                """
        }
        return "<ul>\(items)</ul>"
    }

    /// How much of it there was, and when.
    private static func count(_ purpose: Purpose) -> String {
        guard purpose.eventCount > 1 else { return "once, \(told(purpose.first))" }
        return "\(purpose.eventCount) times from \(told(purpose.first)) to \(told(purpose.last))"
    }

    private static func word(_ state: ConsentState) -> HTML {
        switch state {
        case .unknown: "you did not say"
        case .provisional: "somebody who may be you agreed"
        case .granted: "you agreed"
        case .refused: "you refused"
        case .withdrawn: "you withdrew"
        }
    }

    private static func word(_ kind: Identifier.Kind) -> HTML {
        switch kind {
        case .user: "customer number"
        case .anonymous: "visits as"
        case .email: "address"
        case .phone: "phone"
        case .device: "device"
        }
    }

    /// To the minute.
    private static func told(_ instant: Instant) -> String {
        String(instant.rfc3339.prefix(16)).replacing("T", with: " ")
    }

    /// Paper and ink, one column; light and dark, phone and print.
    private static let style = HTML(
        trusted: """
            :root { color-scheme: light dark; --paper: #fbfaf7; --ink: #1b1f24; --soft: #555c66; --line: #dcd9d0 }
            @media screen and (prefers-color-scheme: dark) {
              :root { --paper: #14161a; --ink: #eceae4; --soft: #a9afb8; --line: #31363d }
            }
            body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 44rem; background: var(--paper); color: var(--ink);
              font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere }
            h1 { font-size: 1.6rem; line-height: 1.2 } h2 { font-size: 1.1rem; margin-top: 2.5rem }
            ul, ol { padding-left: 1.2rem } .events { list-style: none; padding: 0 }
            .events > li { border-top: 1px solid var(--line); padding: .6rem 0 }
            time, summary, footer { color: var(--soft) } .for { font-weight: 600 }
            summary { cursor: pointer; font-size: .9rem } pre { white-space: pre-wrap; font-size: .85rem }
            :focus-visible { outline: 3px solid currentColor; outline-offset: 2px }
            """)
}
