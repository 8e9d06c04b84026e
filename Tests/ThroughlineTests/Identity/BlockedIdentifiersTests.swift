import Foundation
import Testing
import Throughline

@Suite("values that are nobody's")
struct BlockedIdentifiersTests {
    static let blocked: [(Identifier.Kind, String)] = [
        (.user, "null"), (.user, " NULL "), (.anonymous, "0000"), (.anonymous, "00000000-0000-0000-0000-000000000000"),
        (.user, "Anonymous"), (.user, "{{user.id}}"), (.user, "xxxxxxxx"), (.user, "\u{200B}"), (.user, "\t"),
        (.email, "no-reply@shop.example"), (.email, "test@test.com"), (.email, "a@a.com"), (.phone, "+49 170 0000000"),
        (.phone, "0123456789"), (.device, "02:00:00:00:00:00"),
    ]
    static let somebodys: [(Identifier.Kind, String)] = [
        (.user, "10"), (.user, "1111"), (.user, "a"), (.user, "Nullmeyer"), (.user, "nil-4711"), (.user, "100200"),
        (.email, "null@bank.example"), (.email, "information@bank.example"), (.email, "mark@mark.com"),
        (.phone, "+4915112345678"), (.device, "9774d56d682e549d"),
    ]

    @Test("are no identifiers", arguments: blocked)
    func blocks(kind: Identifier.Kind, value: String) {
        #expect(BlockedIdentifiers().contains(kind, value))
    }

    @Test("are not those that only look alike", arguments: somebodys)
    func leaves(kind: Identifier.Kind, value: String) {
        #expect(!BlockedIdentifiers().contains(kind, value))
    }

    @Test("a quick look never passes what a long one finds")
    func quickly() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        // With something added nobody looks quickly.
        let (quick, slow) = (BlockedIdentifiers(), BlockedIdentifiers(adding: ["something"]))
        let known = Self.blocked.map(\.1) + Self.somebodys.map(\.1)
        for _ in 0..<5_000 {
            var value = Array(known.randomElement(using: &random)!)
            if Bool.random(using: &random), let place = value.indices.randomElement(using: &random) {
                value[place] = "aA0-. xF{%\u{200B}".randomElement(using: &random)!
            }
            if Int.random(in: 0..<3, using: &random) == 0 { value = Array(repeating: value.first ?? "0", count: 9) }
            for kind in [Identifier.Kind.user, .anonymous, .device] {
                #expect(
                    quick.contains(kind, String(value)) == slow.contains(kind, String(value)),
                    "seed \(seed), \(String(value))")
            }
        }
    }

    @Test("can be added")
    func adding() {
        let blocked = BlockedIdentifiers(adding: ["Branch-Tablet"])
        #expect(blocked.contains(.anonymous, " branch-tablet "))
        #expect(!BlockedIdentifiers().contains(.anonymous, "branch-tablet"))
    }

    @Test(
        "are those of the list",
        .enabled(if: Given.sharedFile("data/identifiers/blocked.json") != nil, "needs data/identifiers"))
    func list() throws {
        struct List: Decodable {
            struct Value: Decodable {
                let kind: String
                let value: String
                let block: Bool
            }
            let values: [Value]
        }
        let path = try #require(Given.sharedFile("data/identifiers/blocked.json"))
        let list = try JSONDecoder().decode(List.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        let kinds: [String: Identifier.Kind] = [
            "any": .user, "user": .user, "email": .email, "phone": .phone, "device": .device,
            "advertising id": .device, "cookie": .anonymous,
        ]
        for value in list.values {
            guard let kind = kinds[value.kind] else { continue }  // Addresses of computers are no identifiers here.
            #expect(BlockedIdentifiers().contains(kind, value.value) == value.block, "\(value.kind) \(value.value)")
        }
    }
}
