// One person's lane: her base line through time, and a thread for each purpose that leaves it.
//
//     ╭──●─●────●──┤            a row for each purpose, the earliest on top: so a thread rises
//     │      ╭──●───●──────▸    only past rows that begin later, and crosses none of them
//     ┴──╵───┴──╵╵────╵──────   the base line, with the routine events
//     Jan     Feb     Mar       one linear scale

import ThroughlineServer

/// Draws a person's events as inline SVG that fits any width without a script.
///
/// Across, all positions are percentages, so the drawing stretches with its box while dots stay round. Only the threads
/// are drawn in a nested box of 1,000 units that is stretched, their strokes excepted. Down, all is in pixels.
struct ReportLane {
    let person: ShownPerson
    /// The person's number on the page; elements are named by it and never by what a file said.
    let number: Int
    private let timeSpan: (first: Int64, last: Int64)

    init(person: ShownPerson, number: Int) {
        self.person = person
        self.number = number
        timeSpan = Self.timeSpan(of: person)
    }

    private static let rowHeight = 94
    private static let rowCentre = 66
    /// Where dots go that would lie on one another: the thread first, then beside it.
    private static let offsets = [0, -9, 9, -18, 18]
    /// How near two dots may be on one height, in per cent of the width.
    private static let dotSpacing = 1.25
    /// Where the first and the last event lie, in per cent of the width.
    private static let margin = 3.0
    private static let hueCount = 8

    private var baseLine: Int { person.strands.count * Self.rowHeight + 20 }
    private var height: Int { baseLine + 46 }

    var html: HTML {
        var dots = Array(repeating: [Dot](), count: person.strands.count)
        var routine: [Dot] = []
        for (index, placed) in person.moments.enumerated() {
            let dot = Dot(x: position(placed.moment.millisecondsSince1970), index: index, moment: placed.moment)
            if let strand = placed.strand { dots[strand].append(dot) } else { routine.append(dot) }
        }
        let name: HTML = "\(person.id)"
        return """
            <div class="lane" role="group" aria-label="Timeline of \(name)"><div class="canvas">
            <svg class="drawing" height="\(height)" width="100%" role="group" aria-label="Events of \(name)">
            \(axis)
            <line class="base" x1="0%" x2="100%" y1="\(baseLine)" y2="\(baseLine)"/>
            <g class="routine" role="group" aria-label="Routine, \(routine.count) events">
            \(routine.enumerated().map { tick($1, isFirst: $0 == 0) })</g>
            \(person.strands.indices.map { thread(person.strands[$0], row: $0, dots: dots[$0]) })
            </svg>
            <ol class="labels" aria-label="Purposes of \(name)">
            \(person.strands.indices.map { label(person.strands[$0], row: $0, dots: dots[$0]) })</ol>
            </div></div>
            """
    }

    private struct Dot {
        let x: Double
        let index: Int
        let moment: Report.Moment
    }

    // MARK: - Time

    private static func timeSpan(of person: ShownPerson) -> (first: Int64, last: Int64) {
        let yearOne: Int64 = -62_135_596_800_000
        let yearTenThousand: Int64 = 253_402_300_799_999
        guard let begin = person.moments.first, let end = person.moments.last else { return (0, 1) }
        let first = min(max(begin.moment.millisecondsSince1970, yearOne), yearTenThousand)
        let last = min(max(end.moment.millisecondsSince1970, yearOne), yearTenThousand)
        guard first == last else { return (first, last) }
        // A single instant lies in the middle of a day.
        return (max(first - 43_200_000, yearOne), min(last + 43_200_000, yearTenThousand))
    }

    private func position(_ milliseconds: Int64) -> Double {
        let (first, last) = timeSpan
        let inside = min(max(milliseconds, first), last)
        return Self.margin + Double(inside - first) / Double(last - first) * (100 - 2 * Self.margin)
    }

    /// Three sets of ticks; the style shows the one that fits the width.
    private var axis: HTML {
        let (first, last) = timeSpan
        let sets: [(name: HTML, ticksMax: Int)] = [("coarse", 4), ("medium", 9), ("fine", 30)]
        return """
            <g aria-hidden="true">\(sets.map { set in
                let ticks = AxisTick.ticks(from: first, through: last, ticksMax: set.ticksMax)
                return "<g class=\"axis \(set.name)\">\(ticks.map(mark))</g>" as HTML
            })</g>
            """
    }

    private func mark(_ tick: AxisTick) -> HTML {
        let place = position(tick.milliseconds)
        let x = percent(place)
        // At the edges a text stays inside the drawing.
        let side = place < 9 ? "early" : place > 91 ? "late" : "within"
        let context: HTML? = tick.context.map {
            "<text class=\"context \(side)\" x=\"\(x)\" y=\"\(baseLine + 38)\">\($0)</text>"
        }
        return """
            <line x1="\(x)" x2="\(x)" y1="0" y2="\(baseLine + 6)"/>\
            <text class="\(side)" x="\(x)" y="\(baseLine + 22)">\(tick.label)</text>\(context)
            """
    }

    // MARK: - Threads

    private func thread(_ strand: Report.Strand, row: Int, dots: [Dot]) -> HTML {
        let y = row * Self.rowHeight + Self.rowCentre
        return """
            <g class="strand hue-\(row % Self.hueCount) \(strand.state.rawValue)" role="group" \
            aria-label="\(strand.name), \(words(for: strand)), \(percentage(strand.confidence)) confident, \
            \(dots.count) events">
            \(path(of: strand, y: y, dots: dots))\(beads(dots, y: y))</g>

            """
    }

    private func path(of strand: Report.Strand, y: Int, dots: [Dot]) -> HTML? {
        guard let first = dots.first, let last = dots.last else { return nil }
        let begin = units(first.x)
        let end = units(last.x)
        let leave = max(0, begin - 30)
        let rise =
            "M\(leave) \(baseLine)C\(leave + (begin - leave) * 4 / 5) \(baseLine) "
            + "\(leave + (begin - leave) / 5) \(y) \(begin) \(y)H\(end)"
        let tail: HTML
        switch strand.state {
        case .open:
            tail = """
                <svg x="100%" y="\(y)" overflow="visible"><path class="arrow" d="M-7 -6L-1 0L-7 6"/></svg>
                """
        case .dormant:
            tail = ""
        case .closed:
            let x = percent(last.x + 1.6)
            tail = "<line class=\"end\" x1=\"\(x)\" x2=\"\(x)\" y1=\"\(y - 9)\" y2=\"\(y + 9)\"/>"
        }
        let after: HTML =
            switch strand.state {
            case .open: "<path class=\"thread\" d=\"M\(end) \(y)H1000\"/>"
            case .dormant: "<path class=\"thread asleep\" d=\"M\(end) \(y)H\(min(1_000, end + 120))\"/>"
            case .closed: "<path class=\"thread\" d=\"M\(end) \(y)H\(end + 16)\"/>"
            }
        return """
            <svg class="threads" viewBox="0 0 1000 \(height)" width="100%" height="\(height)" preserveAspectRatio="none">\
            <path class="thread" d="\(rise)"/>\(after)</svg>\(tail)
            """
    }

    /// The events of a strand, each at its honest time; those that would cover one another step aside.
    private func beads(_ dots: [Dot], y: Int) -> [HTML] {
        var latest = Array(repeating: -Double.infinity, count: Self.offsets.count)
        return dots.enumerated().map { order, dot in
            let free = latest.firstIndex { dot.x - $0 >= Self.dotSpacing }
            // With no height free, the one used longest ago is covered least.
            let height = free ?? latest.indices.min { latest[$0] < latest[$1] } ?? 0
            latest[height] = dot.x
            let circle: HTML = """
                <circle class="dot\(dot.moment.isTentative ? " tentative" : "")" cx="\(percent(dot.x))" \
                cy="\(y + Self.offsets[height])" r="5"/>
                """
            return event(dot, isFirst: order == 0, drawing: circle)
        }
    }

    private func tick(_ dot: Dot, isFirst: Bool) -> HTML {
        let x = percent(dot.x)
        return event(
            dot, isFirst: isFirst,
            drawing: "<line class=\"tick\" x1=\"\(x)\" x2=\"\(x)\" y1=\"\(baseLine - 10)\" y2=\"\(baseLine)\"/>")
    }

    /// A link to the event's row in the table. One event of each group is a tab stop; the script moves it.
    private func event(_ dot: Dot, isFirst: Bool, drawing: HTML) -> HTML {
        let moment = dot.moment
        let time = CalendarTime(milliseconds: moment.millisecondsSince1970).dateAndClock
        let said = moment.text.isEmpty ? "" : ": \(moment.text)"
        let sure = "\(percentage(moment.confidence)) confident\(moment.isTentative ? ", tentative" : "")"
        let sentence: HTML = "\(time). \(moment.title)\(said) (\(moment.channel), \(sure))"
        return """
            <a class="event" href="#p\(number)e\(dot.index + 1)" tabindex="\(isFirst ? 0 : -1)" aria-label="\(sentence)">\
            <title>\(sentence)</title>\(drawing)</a>

            """
    }

    private func label(_ strand: Report.Strand, row: Int, dots: [Dot]) -> HTML {
        // The style knows twenty places: exact ones would need inline styles, which the page forbids itself.
        let place = min(19, Int((dots.first?.x ?? 0) / 5))
        let note: HTML? = dots.isEmpty ? " <span class=\"sure\">no events shown</span>" : nil
        return """
            <li><div class="label hue-\(row % Self.hueCount) from-\(place)">\
            <span class="name" title="\(strand.name)"><bdi>\(strand.name)</bdi></span> \
            <span class="badge \(strand.state.rawValue)">\(words(for: strand))</span> \
            <span class="sure">\(percentage(strand.confidence))<span class="unseen"> confident</span></span>\(note)\
            </div></li>

            """
    }

    private func words(for strand: Report.Strand) -> String {
        guard let outcome = strand.outcome, strand.state == .closed else { return strand.state.rawValue }
        return "closed: \(outcome)"
    }

    // MARK: - Numbers

    private func units(_ position: Double) -> Int { Int((position * 10).rounded()) }

    private func percent(_ position: Double) -> String {
        let hundredths = Int((position * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)%"
    }
}
