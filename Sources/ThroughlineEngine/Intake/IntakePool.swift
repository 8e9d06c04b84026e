import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Intakes for calls that come at the same time, each with its parser and its memory, lent and taken back.
public final class IntakePool: Sendable {
    /// The most that are kept while nobody needs them.
    private static let idleMax = 64

    private let makeMessageId: @Sendable () -> String
    private let idle = Mutex<[Lent]>([])

    /// - Parameter makeMessageId: see ``Intake/init(makeMessageId:)``; a random UUID where nothing else is given.
    public init(makeMessageId: @escaping @Sendable () -> String = { UUID().uuidString }) {
        self.makeMessageId = makeMessageId
    }

    /// Takes a call; see ``Intake/take(_:of:)``. Never waits.
    public func take(
        _ body: UnsafeBufferPointer<UInt8>, of request: IntakeRequest
    ) throws(IntakeFault) -> IntakeResult {
        let lent = idle.withLock { $0.popLast() } ?? Lent(Intake(makeMessageId: makeMessageId))
        defer { idle.withLock { if $0.count < IntakePool.idleMax { $0.append(lent) } } }
        return try lent.intake.take(body, of: request)
    }

    /// Only one thread has it at a time.
    private final class Lent: @unchecked Sendable {
        let intake: Intake

        init(_ intake: Intake) { self.intake = intake }
    }
}
