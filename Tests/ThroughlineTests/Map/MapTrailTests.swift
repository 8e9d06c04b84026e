import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("A purpose on the map that it is bound to")
struct MapTrailTests {
    private static let yaml = """
        map: m
        objectives:
          - name: o
            purposes:
              - name: Loan
                milestones:
                  - {name: Looked, stage: explore, on: Viewed}
                  - {name: Large, stage: choose, on: Offered, when: properties.amount > 5.0}
                  - {name: By mail, stage: choose, when: 'channel == "email" || touchpoint == "desk"'}
                  - {name: Signed, stage: fulfilled, on: Signed}
        """

    private static func trail() throws -> MapTrail {
        let map = try MapReader.read(Array(yaml.utf8))
        return MapTrail(
            DrawnMaps.Place(map: try #require(MapName("m")), version: 1, drawn: try #require(map.purposes.first)))
    }

    private static func kept(_ name: String, channel: String = "") -> MapEvent {
        var event = MapEvent(name: name, channel: channel)
        event.isWhole = false
        return event
    }

    @Test("what a timeline keeps decides, and the properties are asked for only where a condition names them")
    func kept() throws {
        var trail = try Self.trail()
        var asked: [String] = []
        func add(_ event: MapEvent, touchpoint: String = "", amount: Double = 0) throws {
            try trail.add(event) {
                asked.append(event.name)
                var whole = event
                whole.isWhole = true
                whole.touchpoint = touchpoint
                try whole.properties.add(.double(amount), for: .string("amount"))
                return whole
            }
        }
        try add(Self.kept("Viewed"))
        try add(Self.kept("x", channel: "email"))
        #expect(asked.isEmpty)
        #expect(trail.standing(isOver: false).next == "Signed")
        try add(Self.kept("Offered"), amount: 9)
        try add(Self.kept("y"), touchpoint: "desk")
        #expect(asked == ["Offered", "y"])
        let standing = trail.standing(isOver: false)
        #expect(standing.reached == ["Looked", "Large", "By mail"] && standing.last == "By mail")
        #expect(standing.undecided.isEmpty && trail.standing(isOver: true).next == nil)
    }

    @Test("where they are not to be had the milestone is not decided, and none behind it is")
    func undecided() throws {
        var trail = try Self.trail()
        for event in [Self.kept("Viewed"), Self.kept("Offered", channel: "email"), Self.kept("y")] {
            trail.add(event) { nil }
        }
        let standing = trail.standing(isOver: false)
        #expect(standing.reached == ["Looked"] && standing.undecided == ["Large", "By mail"])
    }

    @Test("versions are read once, and not more are kept than there may be")
    func library() throws {
        let library = MapLibrary()
        let name = try #require(MapName("m"))
        var shelf = MapShelf()
        for number in 0..<3 {
            shelf.apply(
                .publish(name, text: number == 1 ? "map: [" : Self.yaml + "\n# \(number)", isProposal: false),
                said: MapSaying(by: "k", at: Instant(millisecondsSince1970: 0), position: UInt64(number)))
        }
        let map = try #require(shelf[name])
        for organization in 0..<UInt32(MapLibrary.keptMax) {
            #expect(library.read(organization, name, map.versions[0])?.map.purposes.count == 1)
        }
        #expect(library.count == MapLibrary.keptMax)
        #expect(library.read(0, name, map.versions[1]) == nil)
        #expect(library.count == 1)
        #expect(throws: MapError.self) { try library.reading(of: map.versions[1], name, organization: 0).get() }
        #expect(library.read(0, name, map.versions[2]) != nil && library.count == 2)
    }
}
