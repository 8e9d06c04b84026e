import Testing
import Throughline
import ThroughlineEngine

@Suite("commands in the log")
struct CommandRecordTests {
    static let anna = Identifier(organization: 7, kind: .user, value: "anna \"ä\"")
    static let visitor = Identifier(organization: 7, kind: .anonymous, value: "v")

    static let map = MapName("home")!

    static func commands() throws -> [CommandRecord.Command] {
        [
            .merge(anna, visitor), .separate([visitor, anna]), .link(anna, visitor, .partner, isEnded: true),
            .consent(
                anna,
                ConsentStatement(
                    use: .sharing(with: try OrganizationName("Shop & Co")), channel: try ChannelName("email"),
                    decision: .granted, at: Instant(millisecondsSince1970: -5), manner: .recorded, place: "branch/7",
                    notice: ConsentNotice(id: "n", version: "2", text: "We share."))),
            .consent(
                visitor,
                ConsentStatement(
                    use: .sharing(with: nil), channel: nil, decision: .withdrawn, at: Instant(millisecondsSince1970: 0),
                    manner: .stated, place: "", notice: nil)),
            .map(.publish(map, text: "map: \"ä\"\n", isProposal: false)),
            .map(.publish(map, text: "x", isProposal: true)), .map(.approve(map, version: 2)),
            .catalogue(try Catalogue(words: ["Mortgages", "Karten für alle"])), .catalogue(Catalogue()),
            .map(.reject(map, version: 3)), .map(.migrate(map, from: 1, to: 2)), .map(.retire(map)),
        ]
    }

    private static func bytes(_ command: CommandRecord.Command) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try record(command).append(to: &bytes)
        return bytes
    }

    private static func record(_ command: CommandRecord.Command) -> CommandRecord {
        CommandRecord(
            organization: 7, receivedAt: Instant(millisecondsSince1970: 1_773_144_010_000), actor: "key",
            command: command)
    }

    @Test("are read as they were written")
    func roundTrip() throws {
        for command in try Self.commands() {
            let read = try Self.bytes(command).withUnsafeBufferPointer { CommandRecord($0) }
            #expect(read == Self.record(command))
        }
    }

    @Test("that are cut or altered are none, or others, and stop nothing")
    func hostile() throws {
        for command in try Self.commands() {
            let bytes = try Self.bytes(command)
            for count in bytes.indices {
                #expect(bytes[..<count].withUnsafeBufferPointer { CommandRecord($0) } == nil, "\(count)")
            }
            for place in bytes.indices {
                for bit in 0..<8 {
                    var altered = bytes
                    altered[place] ^= 1 << bit
                    _ = altered.withUnsafeBufferPointer { CommandRecord($0) }
                }
            }
        }
        #expect([].withUnsafeBufferPointer { CommandRecord($0) } == nil)
    }
}
