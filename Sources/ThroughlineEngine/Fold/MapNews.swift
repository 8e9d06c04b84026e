import Throughline

/// The journey maps that something was said of while records are folded: as the store has them, or will have.
struct MapNews {
    private var shelves: [UInt32: MapShelf] = [:]
    private var changed: [Change] = []

    private struct Change: Hashable {
        var organization: UInt32
        var name: MapName
    }

    /// Does what somebody says, where it is not refused.
    ///
    /// - Parameter stored: the maps of an organization as the store has them.
    mutating func note(
        _ edit: MapEdit, _ said: MapSaying, of organization: UInt32,
        stored: (UInt32) throws(StoreError) -> MapShelf
    ) throws(StoreError) {
        if shelves[organization] == nil { shelves[organization] = try stored(organization) }
        guard shelves[organization]!.apply(edit, said: said) != nil else { return }
        let change = Change(organization: organization, name: edit.name)
        if !changed.contains(change) { changed.append(change) }
    }

    /// Ends a group: the maps that it changed.
    mutating func takeChanged() -> [(organization: UInt32, map: MapHistory)] {
        defer { changed = [] }
        return changed.compactMap { change in
            shelves[change.organization]?[change.name].map { (change.organization, $0) }
        }
    }
}
