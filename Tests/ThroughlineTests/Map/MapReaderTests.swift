import Foundation
import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("Reading a journey map")
struct MapReaderTests {
    static let whole = """
        map: home and money
        objectives:
          - name: A home of one's own
            objectives:
              - name: The money for it
                purposes:
                  - name: Home loan
                    type: home loan
                    serves: signed loans a month
                    welcomes: {explore: [help], choose: [remind, reassure], cancelled: []}
                    milestones:
                      - name: Application sent
                        stage: commit
                        on: Application Submitted
                        when: event == "Application Submitted" && channel == "web"
                        touchpoints: [website, branch]
                        channels: [web, app, branch]
                        need: to know where she stands
                        feeling: anxious
                        critical: {by: adviser, channel: call, for: 'traits.tier == "gold"', failure: she signs elsewhere}
                        welcomes: [remind]
            purposes:
              - name: Moving
        """

    @Test("every key is read")
    func readsAll() throws {
        let map = try MapReader.read(Array(Self.whole.utf8))
        #expect(map.name == "home and money")
        #expect(map.objectiveCount == 2)
        #expect(map.purposes.map(\.name) == ["Moving", "Home loan"])
        #expect(map.purposes[0].typeName == "Moving")
        let loan = map.purposes[1]
        #expect(loan.binds(toType: "HOME LOAN"))
        #expect(loan.serves == "signed loans a month")
        #expect(loan.welcomes == [.explore: [.help], .choose: [.remind, .reassure], .cancelled: []])
        let sent = loan.milestones[0]
        #expect(sent.stage == .commit)
        #expect(sent.rule.names == ["Application Submitted"])
        #expect(sent.rule.condition?.source == #"event == "Application Submitted" && channel == "web""#)
        #expect(sent.touchpoints == ["website", "branch"])
        #expect(sent.channels == ["web", "app", "branch"])
        #expect(sent.need == "to know where she stands")
        #expect(sent.feeling == "anxious")
        #expect(sent.critical?.handler == "adviser")
        #expect(sent.critical?.channel == "call")
        #expect(sent.critical?.failure == "she signs elsewhere")
        #expect(try sent.critical?.condition?.holds(["traits": .map(ConditionMap(["tier": .string("gold")]))]) == true)
        #expect(loan.welcome(at: 0) == [.remind])
    }

    // MARK: What is wrong

    /// A map that is wrong, and all that is said of it, each as `line:column: sentence`.
    struct Wrong: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        let faults: [String]

        init(_ sentence: String, _ text: String, _ faults: String...) {
            testDescription = sentence
            bytes = Array(text.utf8)
            self.faults = faults
        }

        init(_ sentence: String, bytes: [UInt8], _ faults: String...) {
            testDescription = sentence
            self.bytes = bytes
            self.faults = faults
        }

        /// A map with these lines as its only objective, each 4 blanks in; the first is line 3.
        static func objective(_ sentence: String, _ lines: String, _ faults: String...) -> Wrong {
            var wrong = Wrong(sentence, "map: m\nobjectives:\n" + indented(lines, by: 2))
            wrong = Wrong(sentence, bytes: wrong.bytes, faults: faults)
            return wrong
        }

        /// A map with these lines as its only purpose, which are 6 blanks in; the first is line 5.
        static func purpose(_ sentence: String, _ lines: String, _ faults: String...) -> Wrong {
            Wrong(
                sentence,
                bytes: Array(("map: m\nobjectives:\n  - name: o\n    purposes:\n" + indented(lines, by: 6)).utf8),
                faults: faults)
        }

        /// A map with these lines as the only milestones, which are 10 blanks in; the first is line 7.
        static func milestones(_ sentence: String, _ lines: String, _ faults: String...) -> Wrong {
            let head = "map: m\nobjectives:\n  - name: o\n    purposes:\n      - name: p\n        milestones:\n"
            return Wrong(sentence, bytes: Array((head + indented(lines, by: 10)).utf8), faults: faults)
        }

        private init(_ sentence: String, bytes: [UInt8], faults: [String]) {
            testDescription = sentence
            self.bytes = bytes
            self.faults = faults
        }

        private static func indented(_ lines: String, by count: Int) -> String {
            lines.split(separator: "\n", omittingEmptySubsequences: false)
                .map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
        }
    }

    static let stages = "explore, compare, choose, commit, fulfilled, declined, cancelled"
    static let kinds = "help, remind, reassure, warn, offer, ask, rescue"
    static let milestoneKeys = "name, stage, on, when, touchpoints, channels, need, feeling, critical, welcomes"

    static let wrongs = [
        // The file.
        Wrong("an empty file", "", "1:1: the file is empty: a map has the keys map and objectives"),
        Wrong("nothing but a comment", "# a map\n", "1:1: the file is empty: a map has the keys map and objectives"),
        Wrong(
            "what is not UTF-8", bytes: Array("map: m\nobjectives: é".utf8) + [0xFF],
            "2:14: this is not UTF-8: write the file anew in that encoding"),
        Wrong(
            "a byte order mark is no fault, what comes behind it may be", "\u{FEFF}map: [",
            "2:1: this is no YAML: while parsing a flow node, did not find expected node content"),
        Wrong(
            "what is no YAML", "map: \"m\nobjectives: []\n",
            "3:1: this is no YAML: while scanning a quoted scalar, found unexpected end of stream"),
        Wrong("a control character", "map: \u{1}\n", "1:6: this is no YAML: control characters are not allowed"),
        Wrong(
            "two documents", "map: m\n---\nmap: n\n",
            "2:1: this is no YAML: expected a single document in the stream, but found another document"),
        Wrong(
            "a key that stands twice", "map: m\nmap: n\n", "1:1: \"map\" stands twice in one mapping: keep one of them"),
        Wrong(
            "a bomb of aliases", "map: &a [x, x]\nobjectives: &b [*a, *a]\nz: [*b, *b]\n",
            "2:17: an alias repeats what stands elsewhere: a map says everything where it counts"),
        Wrong(
            "an alias as a key", "? &a [x]\n: 1\n? *a\n: 2\n",
            "3:3: an alias repeats what stands elsewhere: a map says everything where it counts"),
        Wrong("an alias of nothing", "map: *a\n", "1:6: this is no YAML: found undefined alias"),
        // The map.
        Wrong("a list", "- map\n", "1:1: a map is a mapping of map, objectives; this is a list"),
        Wrong("a text", "map\n", "1:1: a map is a mapping of map, objectives; this is a text"),
        Wrong(
            "nothing of what it needs", "{}", "1:1: a map has a name: add the key map",
            "1:1: a map has objectives: add the key objectives, with a list"),
        Wrong(
            "a key that nobody knows", "map: m\nobjectvies: []\n",
            "1:1: a map has objectives: add the key objectives, with a list",
            "2:1: a map has no key \"objectvies\"; did you mean objectives?"),
        Wrong(
            "a key that is like none", "map: m\nobjectives: [{name: o}]\ncolour: red\n",
            "3:1: a map has no key \"colour\"; there are map, objectives"),
        Wrong(
            "a key that is no word", "map: m\n[a]: 1\nobjectives: [{name: o}]\n", "2:1: a key is a word; this is a list"
        ),
        Wrong(
            "objectives that are no list", "map: m\nobjectives: {name: o}\n",
            "2:13: objectives is a list, each element behind a dash; this is a mapping"),
        Wrong("no objective", "map: m\nobjectives: []\n", "2:13: a map has at least one objective"),
        Wrong(
            "a number for a name", "map: 2026\nobjectives: [{name: o}]\n",
            "1:6: map is a text; this is a number: put \"2026\" in quotes"),
        Wrong(
            "a truth value for a name", "map: no\nobjectives: [{name: o}]\n",
            "1:6: map is a text; this is a truth value: put \"no\" in quotes"),
        Wrong(
            "an empty name", "map:\nobjectives: [{name: \"\"}]\n",
            "1:5: map is empty: write something, or leave the key out",
            "2:21: name is empty: write something, or leave the key out"),
        Wrong(
            "a name of two lines", "map: \"a\\nb\"\nobjectives: [{name: \" o\"}]\n",
            "1:6: map is one line without control characters", "2:21: name begins or ends with a blank: leave it out"),
        // Objectives.
        .objective("an objective without a name", "- purposes: []", "3:5: an objective has a name: add the key name"),
        .objective(
            "an objective that is a word", "- home",
            "3:5: an objective is a mapping of name, objectives, purposes; this is a text"),
        .objective(
            "two objectives of one name", "- name: Home\n- name: home",
            "4:11: an objective beside it is called \"home\" already, on line 3"),
        .objective(
            "a wrong objective within another", "- name: o\n  objectives:\n    - nam: i",
            "5:9: an objective has no key \"nam\"; did you mean name?", "5:9: an objective has a name: add the key name"
        ),
        // Purposes.
        .purpose(
            "a purpose with another's name", "- name: p\n- name: P",
            "6:15: a purpose is called \"P\" already, on line 5"),
        .purpose(
            "two purposes of one type", "- {name: p, type: loan}\n- {name: q, type: Loan}",
            "6:25: a purpose binds to the type \"Loan\" already, on line 5"),
        .purpose(
            "a stage that there is not", "- name: p\n  welcomes: {chose: [help]}",
            "6:20: welcomes of a purpose has no stage \"chose\"; did you mean choose?"),
        .purpose(
            "a kind of nudge that there is not", "- name: p\n  welcomes: {choose: [advertise], commit: hepl}",
            "6:29: there is no kind of nudge \"advertise\"; there are \(kinds)",
            "6:49: there is no kind of nudge \"hepl\"; did you mean help?"),
        .purpose(
            "a kind of nudge twice", "- name: p\n  welcomes: {choose: [help, help]}",
            "6:35: help stands twice in one list"),
        .purpose(
            "kinds that are a mapping", "- name: p\n  welcomes: {choose: {help: 1}}",
            "6:28: welcomes is a word or a list of words; this is a mapping"),
        .purpose(
            "milestones that are none", "- name: p\n  milestones: Applied\n  serves: [a]",
            "6:21: milestones is a list, each element behind a dash; this is a text",
            "7:17: serves is a text; this is a list"),
        // Milestones.
        .milestones(
            "nothing of what it needs", "- name: m", "7:13: a milestone has a stage: add the key stage",
            "7:13: a milestone says what reaches it: add on, with the name of an event, or when, with a condition"),
        .milestones(
            "an unknown stage", "- {name: m, stage: comit, on: A}",
            "7:30: there is no stage \"comit\"; did you mean commit?"),
        .milestones(
            "a stage like none", "- {name: m, stage: later, on: A}",
            "7:30: there is no stage \"later\"; there are \(stages)"),
        .milestones(
            "a key like none", "- {name: m, stage: commit, on: A, color: red}",
            "7:45: a milestone has no key \"color\"; there are \(milestoneKeys)"),
        .milestones(
            "two of one name", "- {name: M, stage: commit, on: A}\n- {name: m, stage: commit, on: B}",
            "8:20: a milestone of this purpose is called \"m\" already, on line 7"),
        .milestones(
            "an event that comes no further",
            "- {name: a, stage: commit, on: [A, B]}\n- {name: b, stage: commit, on: b}",
            "8:42: events named \"b\" never come here: they reach the milestone on line 7 before"),
        .milestones("an event twice", "- {name: a, stage: commit, on: [A, a]}", "7:46: \"a\" stands twice in one list"),
        .milestones(
            "no event in a list", "- {name: a, stage: commit, on: []}",
            "7:42: on is an empty list: name something, or leave the key out"),
        .milestones(
            "a channel twice", "- {name: a, stage: commit, on: A, channels: [web, Web]}",
            "7:61: \"Web\" stands twice in one list"),
        .milestones(
            "a critical interaction that nobody handles", "- {name: a, stage: commit, on: A, critical: {failure: x}}",
            "7:55: a critical interaction has a name: add the key by"),
        // Conditions.
        .milestones(
            "a condition with an unknown variable", "- name: a\n  stage: commit\n  when: chanel == \"web\"",
            "9:19: when: there is no variable chanel; did you mean channel?"),
        .milestones(
            "a condition in quotes", "- name: a\n  stage: commit\n  when: 'true && chanel == \"web\"'",
            "9:28: when: there is no variable chanel; did you mean channel?"),
        .milestones(
            "a condition of several lines", "- name: a\n  stage: commit\n  when: |\n    true &&\n    chanel == \"web\"",
            "11:15: when: there is no variable chanel; did you mean channel?"),
        .milestones(
            "a condition of folded lines", "- name: a\n  stage: commit\n  when: >\n    true &&\n    chanel == \"web\"",
            "9:19: when: there is no variable chanel; did you mean channel? (line 1, column 9 of the condition)"),
        .milestones(
            "a condition that is neither true nor false", "- name: a\n  stage: commit\n  when: event",
            "9:19: when: a condition is true or false, and this is of type string"),
        .milestones(
            "a condition that is a truth value", "- name: a\n  stage: commit\n  when: true",
            "9:19: when is a condition; this is a truth value: put \"true\" in quotes"),
        .milestones(
            "a person is not asked about events",
            "- name: a\n  stage: commit\n  on: A\n  critical: {by: x, for: event == \"A\"}",
            "10:36: for: there is no variable event"),
    ]

    @Test("says what is wrong, and where", arguments: wrongs)
    func wrong(example: Wrong) throws {
        let error = #expect(throws: MapError.self) { _ = try MapReader.read(example.bytes) }
        let faults = try #require(error).faults.map { "\($0.line):\($0.column): \($0.reason)" }
        #expect(faults == example.faults)
    }

    @Test("every end of a line counts for the places", arguments: ["\r\n", "\r", "\u{85}", "\u{2028}"])
    func countsLineEnds(end: String) throws {
        let text = """
            map: m
            objectives:
              - name: o
                purposes:
                  - name: p
                    milestones:
                      - {name: a, stage: commit, when: chanel == "web"}
            """
        let error = #expect(throws: MapError.self) {
            _ = try MapReader.read(Array(text.replacing("\n", with: end).utf8))
        }
        #expect(error?.faults.map(\.line) == [7])
        #expect(error?.faults.map(\.column) == [44])
    }

    @Test("a map with some bytes changed is a map or has faults, and ends")
    func survivesChanges() {
        let seed: UInt64 = 0x6d61_7063
        var random = TestRandom(seed: seed)
        let pieces = Array(Self.whole.utf8)
        for _ in 0..<1_000 {
            var bytes = pieces
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = .random(in: .min ... .max, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(Array(":-[]{}&*|>'\"#\r\t? ".utf8).randomElement(using: &random)!, at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 20))
                }
            }
            do {
                let map = try MapReader.read(bytes)
                #expect(try MapReader.read(Array(MapWriter.text(of: map).utf8)) == map, "seed \(seed)")
            } catch {
                #expect((error as? MapError)?.faults.isEmpty == false, "seed \(seed): \(error)")
            }
        }
    }

    @Test("no more faults are told than help, and the others are counted")
    func boundsFaults() throws {
        let text = "map: m\nobjectives:\n" + String(repeating: "  - {}\n", count: 60)
        let error = #expect(throws: MapError.self) { _ = try MapReader.read(Array(text.utf8)) }
        #expect(error?.faults.count == MapError.faultsMax)
        #expect(error?.furtherCount == 10)
    }

    @Test("an ampersand and a star are no alias where they are words")
    func allowsAmpersand() throws {
        let text = """
            map: R&D
            objectives:
              - name: "4 *stars* &more"
                purposes:
                  - name: p
                    milestones: [{name: m, stage: commit, when: 'event == "a" &&routine || 2 *2 == 4'}]
            """
        #expect(try MapReader.read(Array(text.utf8)).name == "R&D")
    }
}
