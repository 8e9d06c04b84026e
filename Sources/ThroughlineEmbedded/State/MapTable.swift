import GRDB
import Throughline
import ThroughlineEngine

/// Journey maps, in the database: a row a map.
struct MapTable {
    private let db: Database

    init(_ db: Database) { self.db = db }

    func put(_ maps: [(organization: UInt32, map: MapHistory)]) throws {
        guard !maps.isEmpty else { return }
        let insertion = try RowStatement("INSERT OR REPLACE INTO journey_map VALUES (?, ?, ?)", db)
        for (organization, map) in maps {
            let bytes = try map.encoded()
            try insertion.run {
                $0.bind(Int64(organization), at: 1)
                $0.bind(map.name.rawValue, at: 2)
                $0.bind(bytes, at: 3)
            }
        }
    }

    func shelf(of organization: UInt32) throws -> MapShelf {
        var maps: [MapHistory] = []
        try RowStatement("SELECT map FROM journey_map WHERE organization = ?", db).forEach {
            $0.bind(Int64(organization), at: 1)
        } read: { row in
            guard let map = MapHistory(bytes: row.bytes(0)) else {
                throw StoreError(.damaged, "journey maps cannot be read: make the state again with throughline rebuild")
            }
            maps.append(map)
        }
        return MapShelf(maps)
    }
}
