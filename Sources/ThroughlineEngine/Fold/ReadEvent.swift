import Throughline

extension EventFold {
    /// One object, as it goes through many hands.
    final class ReadEvent {
        let message: MessageKey
        let timestamp: Instant
        let identifiers: EventIdentifiers
        let traits: [SaidTrait]
        /// What it says, and what is kept of that; where it is to be placed.
        let arriving: (event: LivePlacer.Arriving, gist: Gist)?

        init(
            message: MessageKey, timestamp: Instant, identifiers: EventIdentifiers, traits: [SaidTrait],
            arriving: (event: LivePlacer.Arriving, gist: Gist)?
        ) {
            self.message = message
            self.timestamp = timestamp
            self.identifiers = identifiers
            self.traits = traits
            self.arriving = arriving
        }
    }
}
