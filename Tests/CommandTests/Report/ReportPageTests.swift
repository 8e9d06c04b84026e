// The page of a report: what it shows, what it refuses to become, and what it says it left out.

import Testing

@testable import ThroughlineCommand
@testable import ThroughlineServer

@Suite("The page of a report")
struct ReportPageTests {
    @Test("shows each purpose once as a strand and once as a label, with state, outcome and confidence in words")
    func strands() {
        let markup = page(people: [ana])
        #expect(markup.count(of: "<g class=\"strand ") == 3)
        #expect(markup.count(of: "<div class=\"label ") == 3)
        #expect(markup.contains("<bdi>Home loan</bdi>"))
        #expect(markup.contains("<span class=\"badge closed\">closed: fulfilled</span> <span class=\"sure\">96%<"))
        #expect(markup.contains("<span class=\"badge open\">open</span> <span class=\"sure\">71%<"))
        #expect(markup.contains("<span class=\"badge dormant\">dormant</span> <span class=\"sure\">80%<"))
        #expect(markup.contains("aria-label=\"Home loan, closed: fulfilled, 96% confident, 2 events\""))
    }

    @Test("shows every event as a dot or a tick and as a row, and marks the tentative ones")
    func events() {
        let markup = page(people: [ana])
        // Beside the five of hers, the legend draws five full dots and a hollow one.
        #expect(markup.count(of: "<circle class=\"dot\"") == 4 + 6)
        #expect(markup.count(of: "<circle class=\"dot tentative\"") == 1 + 1)
        #expect(markup.count(of: "<line class=\"tick\"") == 1)
        #expect(markup.count(of: "<tr id=\"p1e") == 6)
        #expect(markup.count(of: ", tentative</td>") == 1)
        let sentence = "3 Mar 2024, 14:05. Product Searched: home loan rates (web, 90% confident)"
        #expect(markup.contains("<title>\(sentence)</title>") && markup.contains("aria-label=\"\(sentence)\""))
        #expect(markup.contains("<time datetime=\"2024-03-03T14:05Z\">3 Mar 2024, 14:05</time>"))
        // One tab stop for each of the three purposes and one for the routine.
        #expect(markup.count(of: "tabindex=\"0\" aria-label") == 4)
    }

    @Test("orders purposes by their first event, so that threads do not cross")
    func order() throws {
        let markup = page(people: [ana])
        let first = try #require(markup.firstRange(of: "aria-label=\"Home loan,"))
        let second = try #require(markup.firstRange(of: "aria-label=\"Credit card,"))
        #expect(first.lowerBound < second.lowerBound)
    }

    @Test("is one file that loads nothing and says so to the browser")
    func selfContained() {
        let markup = page(people: [ana])
        #expect(markup.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
        #expect(markup.contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"))
        #expect(markup.contains("content=\"default-src &#39;none&#39;; style-src &#39;sha256-"))
        for outside in ["http:", "https:", "src=", "@import", "url(", " style=\"", " onclick"] {
            #expect(!markup.contains(outside), "the page contains \(outside)")
        }
        #expect(markup.count(of: "<h1>") == 1)
        #expect(markup.count(of: "<script>") == 1)
    }

    @Test("names its own style and script by their hash")
    func hashes() {
        #expect("sha256-" + sha256Base64(ReportStyle.css.rendered) == ReportStyle.hash)
        #expect("sha256-" + sha256Base64(ReportScript.javaScript.rendered) == ReportScript.hash)
        // The digest itself, held to the example of FIPS 180-2.
        #expect(sha256Base64("abc") == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
    }

    /// U+FFFE and U+FDD0, which a literal cannot hold.
    private static let noncharacters = String(decoding: [0xFFFE, 0xFDD0] as [UInt16], as: UTF16.self)

    static let hostileTexts = [
        "</script><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
        "</title></style><svg onload=alert(1)>", "<!--", "&lt;b&gt;", "a\u{0}b\u{7}c\u{9B}", "\u{202E}gnp.exe\u{2066}",
        noncharacters, String(repeating: "W", count: 10_000), "e" + String(repeating: "\u{301}", count: 10_000),
    ]

    @Test("no text becomes markup, wherever it is shown", arguments: hostileTexts)
    func hostile(text: String) {
        func moment(at instant: Int64) -> Report.Moment {
            Report.Moment(
                millisecondsSince1970: instant, title: text, text: text, channel: text, confidence: .nan,
                isTentative: true)
        }
        let strand = Report.Strand(
            id: text, name: text, state: .closed, outcome: text, confidence: .infinity,
            moments: [moment(at: .min), moment(at: .max)])
        let person = Report.Person(id: text, strands: [strand], routine: [moment(at: 0)])
        let markup = page(people: [person], title: text, files: [text, text])

        // The elements and comments are those of the same page with a harmless text, one for one.
        let harmless = Report.Person(
            id: "a",
            strands: [
                Report.Strand(
                    id: "a", name: "a", state: .closed, outcome: "a", confidence: 1,
                    moments: [plain(at: .min), plain(at: .max)])
            ], routine: [plain(at: 0)])
        let expected = page(people: [harmless], title: "a", files: ["a", "a"])
        for mark in ["<", ">", "\"", "<script", "<img", "<!"] {
            #expect(markup.count(of: mark) == expected.count(of: mark), "\(mark) in \(text.prefix(40))")
        }
        for scalar in markup.unicodeScalars {
            let isForbidden = scalar.value < 0x20 && scalar != "\n" || (0x7F...0x9F).contains(scalar.value)
            let isReordering = (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            #expect(!isForbidden && !isReordering && !scalar.properties.isNoncharacterCodePoint)
        }
    }

    @Test("a long text is cut at a character and says so")
    func cut() {
        #expect(String(repeating: "W", count: 10_000).cut(toScalars: 160) == String(repeating: "W", count: 159) + "…")
        #expect(("e" + String(repeating: "\u{301}", count: 10_000)).cut(toScalars: 160) == "…")
        #expect("👩‍👩‍👧👩‍👩‍👧".cut(toScalars: 9) == "👩‍👩‍👧…")
        #expect("Ana Kovač".cut(toScalars: 9) == "Ana Kovač")
    }

    @Test("an interpolated text is escaped once, and a fragment not again")
    func escaping() {
        let inner: HTML = "<b>\("1 < 2 & \"3\"")</b>"
        let outer: HTML = "<p title=\"\("it's")\">\(inner)\([inner, inner])\(nil as HTML?)\(7)</p>"
        let escaped = "<b>1 &lt; 2 &amp; &quot;3&quot;</b>"
        #expect(outer.rendered == "<p title=\"it&#39;s\">\(escaped)\(escaped)\(escaped)7</p>")
    }

    @Test("says how many people are left out")
    func peopleLimit() {
        let crowd = (0..<Report.peopleShownMax + 12).map { Report.Person(id: "p\($0)", strands: [], routine: []) }
        let markup = page(people: crowd, omittedPeople: 30)
        #expect(markup.count(of: "<section class=\"person\"") == Report.peopleShownMax)
        #expect(markup.contains("200 people are shown; 42 more"))
        #expect(!page(people: [ana]).contains("class=\"omitted\""))
    }

    @Test("says how many events of a person are left out, and keeps the latest")
    func momentsLimit() {
        let count = Report.momentsShownPerPersonMax + 500
        let moments = (0..<count).map { plain(at: Int64($0) * 60_000, text: "event \($0).") }
        let strand = Report.Strand(
            id: "a", name: "Many", state: .open, outcome: nil, confidence: 1, moments: moments.reversed())
        let markup = page(people: [Report.Person(id: "a", strands: [strand], routine: [])])
        #expect(markup.count(of: "<tr id=\"p1e") == Report.momentsShownPerPersonMax)
        #expect(markup.contains("2,000 of 2,500 events are\nshown, the latest; 500 are left out."))
        #expect(markup.contains("<bdi>event 2499.</bdi>") && !markup.contains("<bdi>event 499.</bdi>"))
    }

    @Test("says how many purposes of a person are left out, and keeps the eventful ones")
    func purposesLimit() {
        let strands = (0..<Report.purposesShownPerPersonMax + 5).map { index in
            Report.Strand(
                id: "\(index)", name: "Purpose \(index).", state: .open, outcome: nil, confidence: 1,
                moments: (0..<(index < 5 ? 1 : 2)).map { _ in plain(at: Int64(index)) })
        }
        let markup = page(people: [Report.Person(id: "a", strands: strands, routine: [])])
        #expect(markup.count(of: "<g class=\"strand ") == Report.purposesShownPerPersonMax)
        #expect(markup.contains("The 100 purposes with the most events are shown;\n5 more are left out."))
        #expect(!markup.contains("Purpose 4.") && markup.contains("Purpose 5."))
    }

    @Test("keeps to a page's number of events by leaving out people")
    func pageLimit() {
        let routine = (0..<Report.momentsShownPerPersonMax).map { plain(at: Int64($0)) }
        let crowd = (0..<12).map { Report.Person(id: "p\($0)", strands: [], routine: routine) }
        let report = Report(
            title: "", generatedFrom: [], summary: summary, people: crowd, omittedPeople: 1)
        #expect(report.shown().people.count == 10)
        #expect(report.shown().omittedPeople == 3)
    }

    @Test("says so when there is nothing")
    func empty() {
        let nothing = Report.Summary(
            people: 0, events: 0, purposes: 0, routineEvents: 0, firstMilliseconds: nil, lastMilliseconds: nil)
        let report = Report(title: "Empty", generatedFrom: [], summary: nothing, people: [], omittedPeople: 0)
        #expect(ReportPage(report: report).html.rendered.contains("No events were read"))
    }

    @Test("is a pure function of its model")
    func pure() { #expect(page(people: [ana]) == page(people: [ana])) }
}

@Suite("The time of a report")
struct ReportTimeTests {
    static let instants: [(milliseconds: Int64, text: String)] = [
        (0, "1 Jan 1970, 00:00"), (-1, "31 Dec 1969, 23:59"), (951_782_400_000, "29 Feb 2000, 00:00"),
        (1_709_474_700_000, "3 Mar 2024, 14:05"), (4_107_542_400_000, "1 Mar 2100, 00:00"),
        (.min, "1 Jan 1, 00:00"), (.max, "31 Dec 9999, 23:59"),
    ]

    @Test("an instant is read by the Gregorian calendar in UTC", arguments: instants)
    func calendar(_ example: (milliseconds: Int64, text: String)) {
        #expect(CalendarTime(milliseconds: example.milliseconds).dateAndClock == example.text)
    }

    @Test(
        "an axis has few, round and ordered ticks at any length",
        arguments: [0.000_01, 0.1, 1, 9, 40, 400, 4_000, 3_000_000])
    func ticks(days: Double) {
        let first: Int64 = 1_709_474_700_123
        let last = min(first + Int64(days * 86_400_000), 253_402_300_799_999)
        for ticksMax in [4, 9, 30] {
            let ticks = AxisTick.ticks(from: first, through: last, ticksMax: ticksMax)
            #expect(ticks.count <= ticksMax)
            #expect(ticks.allSatisfy { (first...last).contains($0.milliseconds) })
            #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.milliseconds < $1.milliseconds })
            if days >= 0.1, days <= 4_000 { #expect(ticks.count >= ticksMax / 4, "\(days) days, \(ticksMax) ticks") }
        }
    }

    @Test("a tick says the month, and the year where it changes")
    func labels() {
        // From December 2023 to June 2024.
        let ticks = AxisTick.ticks(from: 1_701_388_800_001, through: 1_717_200_000_000, ticksMax: 9)
        #expect(ticks.map(\.label) == ["Jan", "Feb", "Mar", "Apr", "May", "Jun"])
        #expect(ticks.map(\.context) == ["2024", nil, nil, nil, nil, nil])
        // March 2024.
        let weeks = AxisTick.ticks(from: 1_709_251_200_000, through: 1_711_929_600_000, ticksMax: 6)
        #expect(weeks.map(\.label) == ["4 Mar", "11 Mar", "18 Mar", "25 Mar", "1 Apr"])
    }

    @Test("a share is written in per cent, whatever it is")
    func percentages() {
        #expect([0, 0.005, 0.714, 1].map(percentage) == ["0%", "1%", "71%", "100%"])
        #expect([7, -1, .nan, .infinity].map(percentage) == ["100%", "0%", "0%", "100%"])
    }
}

// MARK: - A small world

private let noon: Int64 = 1_709_474_700_000  // 3 March 2024, 14:05 UTC
private let day: Int64 = 86_400_000

private let summary = Report.Summary(
    people: 1, events: 6, purposes: 3, routineEvents: 1, firstMilliseconds: noon, lastMilliseconds: noon + 40 * day)

private func plain(at instant: Int64, text: String = "a") -> Report.Moment {
    Report.Moment(
        millisecondsSince1970: instant, title: "a", text: text, channel: "a", confidence: 0, isTentative: true)
}

private let ana = Report.Person(
    id: "Ana",
    strands: [
        Report.Strand(
            id: "2", name: "Credit card", state: .open, outcome: nil, confidence: 0.714,
            moments: [event(on: 10, "card without fee"), event(on: 40, "", isTentative: true)]),
        Report.Strand(
            id: "1", name: "Home loan", state: .closed, outcome: "fulfilled", confidence: 0.96,
            moments: [event(on: 0, "home loan rates"), event(on: 20, "20 years fixed")]),
        Report.Strand(
            id: "3", name: "Garden chairs", state: .dormant, outcome: nil, confidence: 0.8,
            moments: [event(on: 30, "folding chairs")]),
    ],
    routine: [event(on: 5, "")])

private func event(on dayNumber: Int64, _ text: String, isTentative: Bool = false) -> Report.Moment {
    Report.Moment(
        millisecondsSince1970: noon + dayNumber * day, title: "Product Searched", text: text, channel: "web",
        confidence: 0.9, isTentative: isTentative)
}

private func page(
    people: [Report.Person], title: String = "Purposes", files: [String] = ["events.ndjson"], omittedPeople: Int = 0
) -> String {
    let report = Report(
        title: title, generatedFrom: files, summary: summary, people: people, omittedPeople: omittedPeople)
    return ReportPage(report: report).html.rendered
}

extension String {
    fileprivate func count(of part: String) -> Int { ranges(of: part).count }
}
