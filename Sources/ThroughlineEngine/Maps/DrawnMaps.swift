import Throughline

/// A version of a map that was read, to be asked which of its purposes a type binds to.
public struct ReadMap: Sendable {
    public let map: JourneyMap
    /// By the folded name of the type.
    private let purposes: [String: DrawnPurpose]

    public init(_ map: JourneyMap) {
        self.map = map
        purposes = Dictionary(map.purposes.map { ($0.typeName.lowercased(), $0) }) { first, _ in first }
    }

    /// The drawn purpose that a type binds to, first by the name that people gave it, then by the one that was found.
    ///
    /// - Complexity: O(1).
    public func purpose(of type: TypeBook.Entry) -> DrawnPurpose? {
        purposes[type.name.lowercased()] ?? purposes[type.type.name.lowercased()]
    }
}

/// Reads a version of a map of an organization; nil where that cannot be read. Asked with every profile, so whoever reads keeps what was read.
public typealias MapReading = @Sendable (UInt32, MapName, MapHistory.Version) -> ReadMap?

/// The journey maps of an organization, to be asked where a purpose is drawn.
struct DrawnMaps {
    private let organization: UInt32
    private let maps: [MapHistory]
    private let read: MapReading

    /// A purpose of a map in one of its versions.
    struct Place {
        var map: MapName
        var version: Int
        var drawn: DrawnPurpose
    }

    init(_ shelf: MapShelf, of organization: UInt32, read: @escaping MapReading) {
        self.organization = organization
        self.read = read
        maps = shelf.maps.filter { $0.retired == nil && $0.current != nil }
    }

    /// Whether it matters when a purpose began.
    var haveVersions: Bool { maps.contains { $0.versions.count { $0.since != nil } > 1 } }

    /// Where a purpose is drawn: on the first map, by name, that draws its type in the version that the purpose is in.
    ///
    /// - Parameter position: where in the log its first event lies.
    func place(of type: TypeBook.Entry, since position: LogPosition) -> Place? {
        for map in maps {
            guard let number = map.version(ofPurposeSince: position.rawValue),
                let version = map.version(number), let drawn = read(organization, map.name, version)?.purpose(of: type)
            else { continue }
            return Place(map: map.name, version: number, drawn: drawn)
        }
        return nil
    }
}
