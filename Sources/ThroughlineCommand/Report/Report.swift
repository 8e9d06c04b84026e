// What `throughline discover --report` shows: plain values, already made readable, that a page is a pure function of.

/// The purposes found in some files of events, ready to be shown to a person.
///
/// A report knows nothing of the engine: whoever fills it has chosen the words (a name for each purpose, a text for each
/// event). How much of it a page shows is bounded; see `Report+Shown.swift`.
struct Report: Hashable, Sendable {
    /// The heading of the page.
    var title: String
    /// The names of the files the events were read from, without their folders.
    var generatedFrom: [String]
    var summary: Summary
    /// The people to show, the most telling first; the order is kept.
    var people: [Person]
    /// How many people the caller left out of ``people`` already.
    var omittedPeople: Int

    /// The whole of what was read, shown or not.
    struct Summary: Hashable, Sendable {
        var people: Int
        var events: Int
        var purposes: Int
        var routineEvents: Int
        /// Of the first event, in milliseconds since 1970, UTC; nil when there is no event.
        var firstMilliseconds: Int64?
        /// Of the last event, in milliseconds since 1970, UTC; nil when there is no event.
        var lastMilliseconds: Int64?
    }

    /// One person and everything she did.
    struct Person: Hashable, Sendable {
        var id: String
        var strands: [Strand]
        /// The events of no purpose: logins, utility bills, newsletters.
        var routine: [Moment]

        init(id: String, strands: [Strand], routine: [Moment]) {
            self.id = id.cut(toScalars: 80)
            self.strands = strands
            self.routine = routine
        }
    }

    /// One purpose, as a thread through time.
    struct Strand: Hashable, Sendable {
        enum State: String, Hashable, Sendable { case open, dormant, closed }

        var id: String
        var name: String
        var state: State
        /// How a closed purpose ended (`fulfilled`, `declined`, `cancelled`, `lapsed`).
        var outcome: String?
        /// From 0 to 1.
        var confidence: Double
        var moments: [Moment]

        init(id: String, name: String, state: State, outcome: String?, confidence: Double, moments: [Moment]) {
            self.id = id.cut(toScalars: 80)
            self.name = name.cut(toScalars: 120)
            self.state = state
            self.outcome = outcome?.cut(toScalars: 40)
            self.confidence = confidence
            self.moments = moments
        }
    }

    /// One event.
    struct Moment: Hashable, Sendable {
        var millisecondsSince1970: Int64
        /// The name of the event: `Product Searched`.
        var title: String
        /// What she searched, read or said; may be empty.
        var text: String
        var channel: String
        /// How sure the placement in its purpose is, from 0 to 1.
        var confidence: Double
        /// Whether the placement waits for what follows.
        var isTentative: Bool

        init(
            millisecondsSince1970: Int64, title: String, text: String, channel: String, confidence: Double,
            isTentative: Bool
        ) {
            self.millisecondsSince1970 = millisecondsSince1970
            self.title = title.cut(toScalars: 80)
            self.text = text.cut(toScalars: 160)
            self.channel = channel.cut(toScalars: 40)
            self.confidence = confidence
            self.isTentative = isTentative
        }
    }
}

extension String {
    /// The text, cut at a character so that it has at most so many Unicode scalars, the ellipsis included.
    ///
    /// Scalars and not characters are counted, since one character may carry ten thousand accents.
    func cut(toScalars scalarsMax: Int) -> String {
        // A text of few bytes has few scalars; most texts are.
        guard utf8.count > scalarsMax, unicodeScalars.count > scalarsMax else { return self }
        var kept = String.UnicodeScalarView()
        for character in self {
            guard kept.count + character.unicodeScalars.count < scalarsMax else { break }
            kept.append(contentsOf: character.unicodeScalars)
        }
        return String(kept) + "…"
    }
}
