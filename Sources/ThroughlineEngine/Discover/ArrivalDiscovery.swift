import Dispatch
import Throughline

/// Places events as they come in, of whomever they are, and tells each before it waits for the next.
///
/// Works in rounds of what the input has ready. While one round is placed on all cores, the one before it is told, the
/// one behind it is given to its people, and the next is read and parsed. What is told does not depend on the number of
/// workers. Memory grows with the number of people and their open purposes, not with the number of events, but for
/// eight bytes a message id.
public final class ArrivalDiscovery {
    private var people = ArrivalPeople()
    private let crew: ArrivalCrew
    private let parsers: BlockParsers
    private var stages: Stages
    /// What was placed and is not told yet, in the order of the input.
    private var told: [UInt8] = []
    private var identifiers: [UInt8] = []
    private var end: End?

    public var personCount: Int { people.count }
    public var duplicateCount: Int { people.duplicateCount }
    public var eventCount: Int { people.eventCount }

    /// An event as it was placed.
    public struct Placed: Sendable {
        public var messageId: String
        public var person: String
        public var purpose: PurposeID
        public var isRoutine: Bool
        public var confidence: Float
        public var isTentative: Bool
        /// How far it brings its purpose; nil for routine.
        public var stage: Stage?
    }

    /// The rounds that are on their way.
    private struct Stages {
        var parsed: ArrivalRound
        var assigned: ArrivalRound
        var placed: ArrivalRound
    }

    private enum End {
        case reached
        case failed(FileError)
    }

    public convenience init(
        model: DiscoveryModel, table: EmbeddingTable, eventBytesMax: Int = EventParser.eventBytesMax, workers: Int = 1
    ) {
        self.init(
            model: model, table: table, eventBytesMax: eventBytesMax, workers: workers, limits: LineBlock.Limits())
    }

    init(
        model: DiscoveryModel, table: EmbeddingTable, eventBytesMax: Int, workers: Int, limits: LineBlock.Limits
    ) {
        precondition(workers > 0, "somebody must do the work")
        crew = ArrivalCrew(model: model, table: table, workers: workers)
        parsers = BlockParsers(eventBytesMax: eventBytesMax, workers: workers)
        func round() -> ArrivalRound { ArrivalRound(workers: workers, limits: limits) }
        stages = Stages(parsed: round(), assigned: round(), placed: round())
    }

    /// Places an event; nil where its message id was there before.
    public func place(_ event: Event) -> Placed? {
        identifiers.removeAll(keepingCapacity: true)
        let envelope = Envelope(of: event, keys: &identifiers)
        guard let turn = identifiers.withUnsafeBufferPointer({ people.take(envelope, $0) }) else { return nil }
        return crew.place(event, person: turn.person, name: people.name(ofKey: turn.key))
    }

    /// Places the events of an input to its end.
    ///
    /// Where the input ends with an error, what came before it is told first.
    ///
    /// - Parameters:
    ///   - render: makes the bytes of one event; runs on several threads at once.
    ///   - write: takes the bytes in the order of the input, before the input is waited for.
    public func run(
        _ input: EventInput, render: @escaping @Sendable (Placed, inout [UInt8]) -> Void,
        write: ([UInt8]) throws -> Void
    ) throws {
        end = nil
        for round in [stages.parsed, stages.assigned, stages.placed] { round.removeAll() }
        while true {
            let (parsed, assigned, placed) = (stages.parsed, stages.assigned, stages.placed)
            try crew.place(assigned, render: render) { help in
                try tell(placed, write)
                assign(parsed, input)
                fill(placed, from: input, waits: parsed.isEmpty && assigned.isEmpty)
                parsers.parse(placed.lines, meanwhile: help)
            }
            stages = Stages(parsed: placed, assigned: parsed, placed: assigned)
            if let end, stages.parsed.isEmpty, stages.assigned.isEmpty, stages.placed.isEmpty {
                if case .failed(let error) = end { throw error }
                return
            }
        }
    }

    /// Tells what was placed, and makes room in its round.
    private func tell(_ round: ArrivalRound, _ write: ([UInt8]) throws -> Void) throws {
        told.removeAll(keepingCapacity: true)
        round.append(to: &told)
        round.removeAll()
        if !told.isEmpty { try write(told) }
    }

    /// Gives the lines of a round to their people. Where one that is refused cannot be noted, the input ends there.
    private func assign(_ round: ArrivalRound, _ input: EventInput) {
        do throws(FileError) { try round.assign(to: &people, refuse: input.refuse) } catch { end = .failed(error) }
    }

    /// Reads what the input has ready, until it has ended.
    ///
    /// - Parameter waits: whether to wait for the first line.
    private func fill(_ round: ArrivalRound, from input: EventInput, waits: Bool) {
        guard end == nil else { return }
        input.waits = waits
        defer { input.waits = true }
        while let block = round.lines.nextBlock() {
            do throws(FileError) {
                while !block.isFull {
                    guard let piece = try input.nextPiece() else {
                        end = .reached
                        return
                    }
                    block.append(piece)
                    input.waits = false
                }
            } catch {
                if !error.isPause { end = .failed(error) }
                return
            }
        }
    }
}
