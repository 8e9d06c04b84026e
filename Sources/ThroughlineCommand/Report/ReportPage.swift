// The page of a report: a pure function from the model to one self-contained HTML file.

import ThroughlineServer

/// Shows a report as one HTML file that needs nothing else: no server, no network, no font, and no script to be read.
struct ReportPage {
    let report: Report

    /// The whole file.
    var html: HTML {
        let (people, omittedPeople) = report.shown()
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(ReportPage.contentSecurityPolicy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="generator" content="Throughline">
            <meta name="referrer" content="no-referrer">
            <title>\(report.title) · Throughline</title>
            <style>\(ReportStyle.css)</style>
            </head>
            <body>
            <a class="skip" href="#people">Skip to the people</a>
            \(header)
            <main>
            \(legend)
            \(navigation(people))
            <section id="people" aria-labelledby="people-heading">
            <h2 id="people-heading" class="unseen">People</h2>
            <p id="found" class="note" role="status"></p>
            \(people.enumerated().map { section($1, number: $0 + 1) })
            \(omission(shown: people.count, omitted: omittedPeople))
            </section>
            </main>
            <footer>
            <p>Made by Throughline from \(sources). All times are UTC. This file is complete: it loads nothing and sends
            nothing. It holds personal data; treat it as you treat its sources.</p>
            </footer>
            <div id="tip" role="tooltip" hidden></div>
            <script>\(ReportScript.javaScript)</script>
            </body>
            </html>

            """
    }

    /// Nothing may be loaded, and no style or script runs but the page's own.
    static var contentSecurityPolicy: String {
        "default-src 'none'; style-src '\(ReportStyle.hash)'; script-src '\(ReportScript.hash)'; "
            + "base-uri 'none'; form-action 'none'"
    }

    private var sources: HTML {
        guard let first = report.generatedFrom.first else { return "no file" }
        let others = report.generatedFrom.count - 1
        return others == 0
            ? "<bdi>\(first)</bdi>"
            : """
            <bdi>\(first)</bdi> and <span class="others" title="\(report.generatedFrom.dropFirst().prefix(20)
                .joined(separator: ", "))">\(counted(others, "other file", "other files"))</span>
            """
    }

    // MARK: - Head

    private var header: HTML {
        """
        <header class="top">
        <div class="column">
        <p class="brand"><svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><path class="hue-0" d="M2 25\
        C14 25 12 6 30 6"/><path class="hue-1" d="M2 25C15 25 15 16 30 16"/><path class="hue-2" d="M2 25H30"/></svg>
        Throughline</p>
        <h1><bdi>\(report.title)</bdi></h1>
        <p class="lead">\(lead)</p>
        <dl class="figures">
        <div><dt>People</dt><dd>\(grouped(report.summary.people))</dd></div>
        <div><dt>Events</dt><dd>\(grouped(report.summary.events))</dd></div>
        <div><dt>Purposes</dt><dd>\(grouped(report.summary.purposes))</dd></div>
        <div><dt>Routine events</dt><dd>\(grouped(report.summary.routineEvents))</dd></div>
        </dl>
        </div>
        <svg class="weave" viewBox="0 0 1200 120" preserveAspectRatio="none" aria-hidden="true">
        <path class="base" d="M0 104H1200"/>
        <path class="hue-0" d="M60 104C240 104 240 14 520 14S860 34 1200 20"/>
        <path class="hue-1" d="M260 104C430 104 420 44 640 44S940 30 1200 52"/>
        <path class="hue-2" d="M420 104C600 104 610 70 780 70S1000 86 1200 74"/>
        <path class="hue-5" d="M700 104C820 104 850 92 960 92S1100 98 1200 92"/>
        </svg>
        </header>
        """
    }

    private var lead: HTML {
        let summary = report.summary
        guard let first = summary.firstMilliseconds, let last = summary.lastMilliseconds else {
            return "No events were read, so there is nothing to show."
        }
        return """
            People do several things at once. Between <strong>\(CalendarTime(milliseconds: first).date)</strong> and
            <strong>\(CalendarTime(milliseconds: last).date)</strong>,
            \(counted(summary.people, "person", "people")) left \(counted(summary.events, "event", "events")) in
            \(sources). Throughline found <strong>\(counted(summary.purposes, "purpose", "purposes"))</strong> in them;
            \(grouped(summary.routineEvents)) of the events are routine and belong to none.
            """
    }

    private var legend: HTML {
        """
        <section class="legend" aria-labelledby="legend-heading">
        <h2 id="legend-heading">How to read this</h2>
        <ul>
        \(ReportPage.signs.map { sign in
            """
            <li><svg class="sample hue-0" viewBox="0 0 64 32" width="64" height="32" aria-hidden="true">\(sign.drawing)\
            </svg><span>\(sign.meaning)</span></li>

            """ as HTML
        })</ul>
        <p class="note">Each person has her own time scale, from her first event to her last, and it is linear: a wide gap
        is a long silence. Events at nearly the same time are set above one another. The percentage says how
        sure Throughline is. Colours only tell neighbours apart.</p>
        </section>
        """
    }

    private static let signs: [(drawing: HTML, meaning: HTML)] = [
        (
            """
            <path class="thread" d="M2 26C18 26 14 12 32 12H62"/>\
            <circle class="dot" cx="34" cy="12" r="5"/><circle class="dot" cx="52" cy="12" r="5"/>
            """,
            "A <b>thread</b> is one purpose. It leaves the person’s line at its first event; each dot is an event."
        ),
        (
            """
            <path class="thread" d="M2 16H60"/><path class="arrow" d="M54 10L60 16L54 22"/>\
            <circle class="dot" cx="18" cy="16" r="5"/>
            """,
            "<b>Open</b>: the purpose is still being pursued."
        ),
        (
            """
            <path class="thread" d="M2 16H22"/><path class="thread asleep" d="M22 16H62"/>\
            <circle class="dot" cx="22" cy="16" r="5"/>
            """,
            "<b>Dormant</b>: silent for longer than usual."
        ),
        (
            """
            <path class="thread" d="M2 16H46"/><path class="end" d="M46 7V25"/><circle class="dot" cx="22" cy="16" r="5"/>
            """,
            "<b>Closed</b>: over, with its outcome."
        ),
        (
            """
            <path class="thread" d="M2 16H62"/><circle class="dot" cx="20" cy="16" r="5"/>\
            <circle class="dot tentative" cx="42" cy="16" r="5"/>
            """,
            "A <b>hollow dot</b> is tentative: what follows will settle it."
        ),
        (
            """
            <path class="base" d="M2 22H62"/><path class="routine" d="M12 12V22M27 12V22M33 12V22M52 12V22"/>
            """,
            "Grey <b>ticks</b> are routine: logins, utility bills, newsletters."
        ),
    ]

    private func navigation(_ people: [ShownPerson]) -> HTML {
        """
        <nav class="tools" aria-label="People">
        <div class="find scripted-only"><label for="find">Find</label>
        <input id="find" type="search" placeholder="Person, purpose or words" autocomplete="off" spellcheck="false"></div>
        <div class="zoom scripted-only" role="group" aria-label="Stretch the time axis"><span>Stretch time</span>
        <button type="button" data-zoom="1" aria-pressed="true">1×</button>
        <button type="button" data-zoom="2" aria-pressed="false">2×</button>
        <button type="button" data-zoom="4" aria-pressed="false">4×</button>
        <button type="button" data-zoom="8" aria-pressed="false">8×</button></div>
        <details class="index"><summary>\(people.count == 1 ? "One person" : "All \(people.count) people")</summary>
        <ol>
        \(people.enumerated().map { "<li><a href=\"#p\($0 + 1)\"><bdi>\($1.id)</bdi></a></li>\n" as HTML })</ol>
        </details>
        </nav>
        """
    }

    private func omission(shown: Int, omitted: Int) -> HTML? {
        guard omitted > 0 else { return nil }
        return """
            <p class="omitted">\(counted(shown, "person is", "people are")) shown; \(grouped(omitted)) more
            \(omitted == 1 ? "is" : "are") left out, so that this page stays light. A page shows at most
            \(grouped(Report.peopleShownMax)) people and \(grouped(Report.momentsShownMax)) events.</p>
            """
    }

    // MARK: - A person

    private func section(_ person: ShownPerson, number: Int) -> HTML {
        let lane = ReportLane(person: person, number: number)
        return """
            <section class="person" id="p\(number)" aria-labelledby="p\(number)-name">
            <div class="who">
            <h3 id="p\(number)-name"><bdi>\(person.id)</bdi></h3>
            <p>\(counted(person.purposeCount, "purpose", "purposes")) ·
            \(counted(person.eventCount, "event", "events")) · \(grouped(person.routineCount)) routine\(span(person))</p>
            </div>
            \(person.strands.isEmpty ? "<p class=\"note\">No purpose was found in these events.</p>" : nil as HTML?)
            \(person.moments.isEmpty ? nil : lane.html)
            \(omission(person))
            \(person.moments.isEmpty ? nil : table(person, number: number))
            </section>

            """
    }

    private func span(_ person: ShownPerson) -> HTML? {
        guard let first = person.moments.first, let last = person.moments.last else { return nil }
        let begin = CalendarTime(milliseconds: first.moment.millisecondsSince1970).date
        let end = CalendarTime(milliseconds: last.moment.millisecondsSince1970).date
        return begin == end ? " · \(begin)" : " · \(begin) – \(end)"
    }

    private func omission(_ person: ShownPerson) -> HTML? {
        guard person.omittedEvents > 0 || person.omittedPurposes > 0 else { return nil }
        let purposes: HTML? =
            person.omittedPurposes == 0
            ? nil
            : """
             The \(grouped(person.strands.count)) purposes with the most events are shown;
            \(grouped(person.omittedPurposes)) more are left out.
            """
        return """
            <p class="omitted">\(grouped(person.moments.count)) of \(counted(person.eventCount, "event", "events")) are
            shown, the latest; \(grouped(person.omittedEvents)) are left out.\(purposes)</p>
            """
    }

    private func table(_ person: ShownPerson, number: Int) -> HTML {
        """
        <details class="events">
        <summary>Read \(counted(person.moments.count, "event", "events")) as a table</summary>
        <table>
        <caption class="unseen">Events of <bdi>\(person.id)</bdi>, in time order</caption>
        <thead><tr><th scope="col">When</th><th scope="col">Event</th><th scope="col">What</th>\
        <th scope="col">Purpose</th><th scope="col">Channel</th><th scope="col">Confidence</th></tr></thead>
        <tbody>
        \(person.moments.enumerated().map { row($1, id: "p\(number)e\($0 + 1)", of: person) })</tbody>
        </table>
        </details>
        """
    }

    private func row(_ placed: ShownPerson.PlacedMoment, id: String, of person: ShownPerson) -> HTML {
        let moment = placed.moment
        let time = CalendarTime(milliseconds: moment.millisecondsSince1970)
        let purpose: HTML = placed.strand.map { "<bdi>\(person.strands[$0].name)</bdi>" } ?? "routine"
        return """
            <tr id="\(id)"><td><time datetime="\(time.machineReadable)">\(time.dateAndClock)</time></td>\
            <td><bdi>\(moment.title)</bdi></td><td><bdi>\(moment.text)</bdi></td><td>\(purpose)</td>\
            <td><bdi>\(moment.channel)</bdi></td>\
            <td>\(percentage(moment.confidence))\(moment.isTentative ? ", tentative" : "")</td></tr>

            """
    }
}

/// `92%`; anything that is no share reads as the nearest one.
func percentage(_ share: Double) -> String {
    share.isNaN ? "0%" : "\(Int((min(max(share, 0), 1) * 100).rounded()))%"
}

/// `1,204 events`, `1 event`
private func counted(_ count: Int, _ one: String, _ many: String) -> String {
    "\(grouped(count)) \(count == 1 ? one : many)"
}

/// `12,408`
private func grouped(_ number: Int) -> String {
    var text = ""
    for (index, digit) in String(number.magnitude).reversed().enumerated() {
        if index > 0, index % 3 == 0 { text = "," + text }
        text = "\(digit)\(text)"
    }
    return number < 0 ? "-" + text : text
}
