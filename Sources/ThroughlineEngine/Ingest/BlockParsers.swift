import Dispatch
import Synchronization
import Throughline

/// Parses rounds of blocks on several threads, the caller's among them.
final class BlockParsers: Sendable {
    private let eventBytesMax: Int
    private let workers: Int
    private let idle = Mutex<[Worker]>([])

    init(eventBytesMax: Int, workers: Int) {
        self.eventBytesMax = eventBytesMax
        self.workers = workers
    }

    /// Parses all blocks of a round.
    ///
    /// - Parameter meanwhile: what the caller's thread does before it parses too. It does not touch the round.
    func parse<Failure: Error>(_ round: BlockRound, meanwhile: () throws(Failure) -> Void) throws(Failure) {
        let others = DispatchGroup()
        for _ in 1..<max(1, min(workers, round.filled.count)) {
            DispatchQueue.global().async(group: others) { self.parseRest(of: round) }
        }
        defer { others.wait() }
        try meanwhile()
        parseRest(of: round)
    }

    private func parseRest(of round: BlockRound) {
        guard var block = round.take() else { return }
        let worker = idle.withLock { $0.popLast() } ?? Worker(eventBytesMax: eventBytesMax)
        defer { idle.withLock { $0.append(worker) } }
        while true {
            block.parse(with: worker.parser)
            guard let next = round.take() else { return }
            block = next
        }
    }

    /// What one thread needs. Only one thread has it at a time.
    private final class Worker: @unchecked Sendable {
        let parser: EventParser

        init(eventBytesMax: Int) { parser = EventParser(eventBytesMax: eventBytesMax) }
    }
}
