import Throughline

extension Placer {
    /// Places the next event of a person, and names the purpose that it opens.
    mutating func placed(_ event: Encounter, messageId: [UInt8], in state: inout OpenPurposes) -> PlacedEvent {
        let placement = place(event, in: &state)
        let purpose =
            placement.opened
            ? messageId.withUnsafeBufferPointer { PurposeID(opening: $0) } : state[idOf: placement.slot]!
        if placement.opened, !placement.isRoutine { state[idOf: placement.slot] = purpose }
        return PlacedEvent(
            purpose: purpose, isRoutine: placement.isRoutine,
            confidence: UInt16((min(1, max(0, placement.confidence)) * 1_000).rounded()))
    }
}
