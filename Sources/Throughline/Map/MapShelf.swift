/// The journey maps of one organization, each with its versions.
public struct MapShelf: Sendable, Equatable {
    /// Maps of one organization, retired ones among them.
    public static let mapsMax = 64
    /// Bytes of the texts of all versions of all its maps.
    public static let bytesMax = 16 << 20

    private var histories: [MapName: MapHistory] = [:]

    public init() {}

    public init(_ maps: [MapHistory]) {
        for map in maps { put(map) }
    }

    /// In the order of their names.
    public var maps: [MapHistory] { histories.values.sorted { $0.name < $1.name } }

    /// Whether there is a map that a purpose may be on.
    public var isInUse: Bool { histories.values.contains { $0.retired == nil && $0.current != nil } }

    public subscript(name: MapName) -> MapHistory? { histories[name] }

    /// Takes a map in the place of the one of its name.
    public mutating func put(_ map: MapHistory) { histories[map.name] = map }

    /// Why what somebody says has no effect; nil where it has one.
    ///
    /// - Parameter key: the key that says it.
    public func refusal(of edit: MapEdit, by key: String) -> MapRefusal? {
        if case .publish(let name, let text, _) = edit {
            if text.utf8.count > JourneyMap.bytesMax { return .tooLarge }
            if histories[name] == nil, histories.count >= MapShelf.mapsMax { return .tooManyMaps }
            let kept = histories.values.reduce(0) { $0 + $1.byteCount }
            if kept + text.utf8.count > MapShelf.bytesMax { return .tooMuch }
            return histories[name]?.refusal(of: edit, by: key)
        }
        guard let map = histories[edit.name] else { return .unknown }
        return map.refusal(of: edit, by: key)
    }

    /// Does what somebody says; nothing where it is refused.
    ///
    /// - Returns: the map that it is about, where something changed.
    @discardableResult
    public mutating func apply(_ edit: MapEdit, said: MapSaying) -> MapHistory? {
        guard refusal(of: edit, by: said.by) == nil else { return nil }
        histories[edit.name, default: MapHistory(name: edit.name)].apply(edit, said: said)
        return histories[edit.name]
    }
}
