import Benchmark
import CModels
import Throughline
import ThroughlineEngine
import ThroughlineSimulation

/// The parts of the hot path, one at a time and on one core. A scale of `kilo` makes every figure one of a thousand.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput], warmupIterations: 3, scalingFactor: .kilo, maxDuration: .seconds(4),
        maxIterations: 400)

    let table = try! EmbeddingTable(
        UnsafeRawBufferPointer(start: throughline_embedding_bytes(), count: throughline_embedding_length()))
    let model = try! DiscoveryModel(
        decoding: UnsafeRawBufferPointer(start: throughline_model_bytes(), count: throughline_model_length()))

    Benchmark("what each is held against: hashing a line of 600 bytes") { benchmark in
        let line = Array(repeating: UInt8(ascii: "x"), count: 600)
        for _ in benchmark.scaledIterations {
            blackHole(line.withUnsafeBufferPointer { StableHash.of($0) })
        }
    }

    Benchmark("lines to events") { benchmark in
        let lines = Given.lines(1_000)
        let parser = EventParser()
        var event = Event()
        benchmark.startMeasurement()
        for index in benchmark.scaledIterations {
            lines[index].withUnsafeBufferPointer { line in
                try! parser.parse(UnsafeBufferPointer(rebasing: line.dropLast(Given.padding)), into: &event)
            }
        }
        blackHole(event)
    }

    Benchmark("new texts to vectors") { benchmark in
        let texts = Given.texts(1_000)
        let encoder = TextEncoder(table: table)
        benchmark.startMeasurement()
        for index in benchmark.scaledIterations { blackHole(encoder.features(of: texts[index])) }
    }

    Benchmark("known texts to vectors") { benchmark in
        let texts = Given.texts(1_000)
        let encoder = TextEncoder(table: table)
        for text in texts { blackHole(encoder.features(of: text)) }
        benchmark.startMeasurement()
        for index in benchmark.scaledIterations { blackHole(encoder.features(of: texts[index])) }
    }

    Benchmark("placing at four open purposes") { benchmark in
        let encounters = Given.fourPurposes(model: model, table: table, count: 1_000)
        var placer = Placer(model: model)
        var state = OpenPurposes()
        benchmark.startMeasurement()
        for index in benchmark.scaledIterations { blackHole(placer.place(encounters[index], in: &state)) }
    }

    Benchmark("one person's events to the repaired result") { benchmark in
        let events = Given.events(1_000)
        let discovery = PersonDiscovery(model: model, table: table, repairs: true, describes: false)
        benchmark.startMeasurement()
        for index in benchmark.scaledIterations {
            discovery.add(events[index])
            // A person of thirteen events, as the simulated ones have.
            if index % 13 == 12 { blackHole(discovery.finish(person: "u", now: events[index].timestamp)) }
        }
    }
}

/// What is measured on: made up here or by the simulation, the same for every run.
enum Given {
    static let padding = JSONParser.padding

    /// Lines of simulated people, with padding behind each.
    static func lines(_ count: Int) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        Simulation(people: count / 4, days: 30, seed: 11).run { line, _ in
            if lines.count < count { lines.append(line + [UInt8](repeating: 0, count: padding)) }
        }
        return lines
    }

    static func events(_ count: Int) -> [Event] {
        let parser = EventParser()
        return lines(count).map { line in
            var event = Event()
            line.withUnsafeBufferPointer { line in
                try! parser.parse(UnsafeBufferPointer(rebasing: line.dropLast(padding)), into: &event)
            }
            return event
        }
    }

    /// Texts of eight words, all different.
    static func texts(_ count: Int) -> [String] {
        let words = [
            "home", "loan", "credit", "card", "travel", "insurance", "phone", "plan", "running", "shoes", "garden",
            "table", "rates", "public", "servants", "calculator", "offer", "monthly", "payment", "branch", "delivery",
        ]
        var state: UInt64 = 7
        return (0..<count).map { _ in
            (0..<8).map { _ in
                state = StableHash.mixed(state &+ 0x9e37_79b9_7f4a_7c15)
                return words[Int(state % UInt64(words.count))]
            }.joined(separator: " ")
        }
    }

    /// Events on four topics in turn, half an hour apart.
    static func fourPurposes(model: DiscoveryModel, table: EmbeddingTable, count: Int) -> [Encounter] {
        let topics = ["home loan rates", "credit card offer", "travel insurance abroad", "phone plan with data"]
        let reader = EncounterReader(table: table, order: model.order)
        let parser = EventParser()
        var event = Event()
        return (0..<count).map { index in
            let minute = index * 30
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            let time =
                "2026-\(two(minute / 40_320 % 12 + 1))-\(two(minute / 1_440 % 28 + 1))T\(two(minute / 60 % 24)):\(two(minute % 60)):00Z"
            let text =
                #"{"type":"track","event":"Offer Viewed","userId":"u","messageId":"m\#(index)","timestamp":"\#(time)","properties":{"title":"\#(topics[index % 4])"}}"#
            let line = Array(text.utf8) + [UInt8](repeating: 0, count: padding)
            line.withUnsafeBufferPointer { line in
                try! parser.parse(UnsafeBufferPointer(rebasing: line.dropLast(padding)), into: &event)
            }
            return reader.read(event)
        }
    }
}
