import Synchronization

/// How many bytes of request bodies are in the works at once: beyond it requests are turned away at the door, so that
/// those inside are done in time.
final class BodyBudget: Sendable {
    private let bytesMax: Int
    private let bytes = Atomic(0)

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Does something with room for so many bytes.
    func withRoom<Result>(for count: Int, _ body: () async throws -> Result) async throws -> Result {
        let now = bytes.wrappingAdd(count, ordering: .relaxed).newValue
        defer { bytes.wrappingSubtract(count, ordering: .relaxed) }
        guard now <= bytesMax else {
            throw Problem(
                .serviceUnavailable, "busy", "more is being taken in than there is room for", retryAfterSeconds: 1)
        }
        return try await body()
    }
}
