/// Why an event was put in one place and in no other: what each family of signals added to the score of the chosen
/// place, why the next best one lost, and what the choice turned on.
///
/// The same for placing at arrival and for repair.
public struct ExplainedChoice<Place> {
    /// One of the places, with what spoke for it.
    public struct Option {
        public var place: Place
        public var score: Float
        /// The score of a place of which nothing is known; with ``families`` it adds up to the score.
        public var mean: Float
        public var families: [(family: SignalFamily, amount: Float)]
    }

    public var chosen: Option
    /// The best of the other places. It scored less, or a rule asked for a lead that it did not have.
    public var runnerUp: Option
    /// The lead that a rule asked of the runner-up, which scored more than the chosen place but had no such lead; nil
    /// where the scores decided.
    public var leadAsked: Float?
    /// Each family of signals without which another place would have been chosen, and which.
    public var turningPoints: [(family: SignalFamily, instead: Place)]
    /// How many places were compared.
    public var placeCount: Int

    /// The same choice with its places told in another way.
    public func mapPlaces<Other>(_ transform: (Place) -> Other) -> ExplainedChoice<Other> {
        func option(_ option: Option) -> ExplainedChoice<Other>.Option {
            ExplainedChoice<Other>.Option(
                place: transform(option.place), score: option.score, mean: option.mean, families: option.families)
        }
        return ExplainedChoice<Other>(
            chosen: option(chosen), runnerUp: option(runnerUp), leadAsked: leadAsked,
            turningPoints: turningPoints.map { ($0.family, transform($0.instead)) }, placeCount: placeCount)
    }
}

extension ExplainedChoice: Sendable where Place: Sendable {}
extension ExplainedChoice.Option: Sendable where Place: Sendable {}
