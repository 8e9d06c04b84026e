import Foundation
import Throughline

/// A map with its versions as JSON, for the state.
private struct MapHistoryFile: Codable {
    struct Said: Codable {
        var by: String
        var at: Int64
        var position: UInt64

        init(_ said: MapSaying) {
            by = said.by
            at = said.at.millisecondsSince1970
            position = said.position
        }

        var said: MapSaying {
            MapSaying(by: by, at: Instant(millisecondsSince1970: at), position: position)
        }
    }

    struct Version: Codable {
        var text: String
        var published: Said
        var isProposed: Bool
        var rejected: Said?
        var approved: Said?

        init(_ version: MapHistory.Version) {
            text = version.text
            published = Said(version.published)
            isProposed = version.standing == .proposed
            if case .rejected(let said) = version.standing { rejected = Said(said) }
            if case .holds(let said?) = version.standing { approved = Said(said) }
        }

        func version(_ number: Int) -> MapHistory.Version {
            MapHistory.Version(
                number: number, text: text, published: published.said,
                standing: isProposed
                    ? .proposed : rejected.map { .rejected($0.said) } ?? .holds(approved: approved?.said))
        }
    }

    struct Migration: Codable {
        var from: Int
        var to: Int
        var said: Said
    }

    var name: String
    var versions: [Version]
    var migrations: [Migration]
    var retired: Said?

    init(_ map: MapHistory) {
        name = map.name.rawValue
        versions = map.versions.map(Version.init)
        migrations = map.migrations.map { Migration(from: $0.from, to: $0.to, said: Said($0.said)) }
        retired = map.retired.map(Said.init)
    }

    var map: MapHistory? {
        MapName(name).flatMap { name in
            MapHistory(
                name: name, versions: versions.enumerated().map { $1.version($0 + 1) },
                migrations: migrations.map { MapHistory.Migration(from: $0.from, to: $0.to, said: $0.said.said) },
                retired: retired?.said)
        }
    }
}

extension MapHistory {
    /// As stores keep it: the same map gives the same bytes.
    package func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(MapHistoryFile(self)))
    }

    /// What a store kept; nil where it is something else.
    package init?(bytes: some Collection<UInt8>) {
        guard let map = (try? JSONDecoder().decode(MapHistoryFile.self, from: Data(bytes)))?.map else { return nil }
        self = map
    }
}
