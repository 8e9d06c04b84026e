import Synchronization
import Throughline
import Yams

/// Reads versions of maps, and keeps what was read: they never change, and are asked for with every profile.
public final class MapLibrary: Sendable {
    /// Versions that are kept; where one more comes all others are let go.
    public static let keptMax = 256

    private struct Key: Hashable {
        var organization: UInt32
        var name: MapName
        var number: Int
    }

    private struct Kept {
        var text: String
        var reading: Result<ReadMap, MapError>
    }

    private let kept = Mutex<[Key: Kept]>([:])

    public init() {}

    /// How many are kept.
    var count: Int { kept.withLock { $0.count } }

    /// What a version says, or why it cannot be read: a later program may refuse what an earlier one took.
    public func reading(
        of version: MapHistory.Version, _ name: MapName, organization: UInt32
    ) -> Result<ReadMap, MapError> {
        let key = Key(organization: organization, name: name, number: version.number)
        if let known = kept.withLock({ $0[key] }), known.text == version.text { return known.reading }
        let reading = MapLibrary.read(version.text)
        kept.withLock { kept in
            if kept.count >= MapLibrary.keptMax { kept = [:] }
            kept[key] = Kept(text: version.text, reading: reading)
        }
        return reading
    }

    /// For whoever asks often.
    public var read: MapReading {
        { organization, name, version in
            try? self.reading(of: version, name, organization: organization).get()
        }
    }

    private static func read(_ text: String) -> Result<ReadMap, MapError> {
        do throws(MapError) { return .success(ReadMap(try MapReader.read(Array(text.utf8)))) } catch {
            return .failure(error)
        }
    }
}
