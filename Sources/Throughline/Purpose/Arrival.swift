/// What a person's stream is like as an event arrives: the same for every candidate.
struct Arrival {
    let place: EventPlace
    /// ln(1 + seconds) since her last event.
    let previousGap: Float
    let contextLength: Float
    let eventsOfVisit: Int32
    let lastSlot: Int32
    let run: Int32
    let singleEventPurposes: Int32
    /// Of all cosines she has produced so far.
    let cosineCount: Float
    let cosineMean: Float
    let cosineDeviation: Float

    /// How far a cosine lies from those she produced so far, in deviations.
    func unusualness(of cosine: Float) -> Float {
        cosineCount >= 3 ? (cosine - cosineMean) / cosineDeviation : .nan
    }
}

extension OpenPurposes {
    /// What an event finds that has arrived and is not placed yet.
    func arrival(of event: Encounter) -> Arrival {
        let mean = cosineCount > 0 ? cosineSum / cosineCount : 0
        let variance = cosineCount > 1 ? cosineSquares / cosineCount - mean * mean : 0
        return Arrival(
            place: EventPlace(ordinal: eventCount, visit: visit),
            previousGap: eventCount > 0 ? logGap(event.second - lastSecond) : .nan,
            contextLength: vectors.length(OpenPurposes.contextRow),
            eventsOfVisit: eventsOfVisit, lastSlot: lastSlot, run: run, singleEventPurposes: singleEventPurposes,
            cosineCount: cosineCount, cosineMean: mean, cosineDeviation: max(0.02, max(0, variance).squareRoot()))
    }
}
