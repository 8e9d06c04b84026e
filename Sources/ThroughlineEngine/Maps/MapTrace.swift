import Throughline

/// What one purpose did, held against the drawn one that it is bound to: written by workers, read in the order of the people.
struct MapTrace: Equatable {
    struct Step: Equatable {
        var milliseconds: Int64
        /// A place among the drawn milestones; nil where it reaches none.
        var milestone: Int?
        var stage: Stage?
        /// Why a condition had no answer.
        var fault: String?
        var name: String
        var channel: String
        var touchpoint: String
        var answers: [MapEventReader.Answer]
    }

    /// A place among the purposes of the map.
    var purpose: Int
    var steps: [Step]

    func append(to output: inout [UInt8]) {
        MapTrace.append(UInt32(purpose), to: &output)
        MapTrace.append(UInt32(steps.count), to: &output)
        for step in steps {
            MapTrace.append(step.milliseconds, to: &output)
            MapTrace.append(Int16(step.milestone ?? -1), to: &output)
            MapTrace.append(step.stage?.rawValue ?? .max, to: &output)
            for text in [step.name, step.channel, step.touchpoint, step.fault ?? ""] {
                MapTrace.append(UInt32(text.utf8.count), to: &output)
                output.append(contentsOf: text.utf8)
            }
            MapTrace.append(UInt8(step.answers.count), to: &output)
            for answer in step.answers {
                MapTrace.append(UInt8(answer.scale), to: &output)
                MapTrace.append(answer.value.bitPattern, to: &output)
            }
        }
    }

    private static func append(_ number: some FixedWidthInteger, to output: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { output.append(contentsOf: $0) }
    }

    /// Reads those that were written one after the other.
    static func read(_ bytes: [UInt8], _ body: (MapTrace) -> Void) {
        var reader = Reader(bytes: bytes)
        while reader.place < bytes.count {
            var trace = MapTrace(purpose: Int(reader.number(UInt32.self)), steps: [])
            for _ in 0..<reader.number(UInt32.self) { trace.steps.append(reader.step()) }
            body(trace)
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var place = 0

        mutating func number<Number: FixedWidthInteger>(_: Number.Type) -> Number {
            defer { place += MemoryLayout<Number>.size }
            return bytes.withUnsafeBytes {
                Number(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Number.self))
            }
        }

        mutating func text() -> String {
            let length = Int(number(UInt32.self))
            defer { place += length }
            return String(decoding: bytes[place..<place + length], as: UTF8.self)
        }

        mutating func step() -> Step {
            let milliseconds = number(Int64.self)
            let milestone = Int(number(Int16.self))
            let stage = Stage(rawValue: number(UInt8.self))
            let (name, channel, touchpoint, fault) = (text(), text(), text(), text())
            let answers = (0..<number(UInt8.self)).map { _ in
                MapEventReader.Answer(scale: Int(number(UInt8.self)), value: Double(bitPattern: number(UInt64.self)))
            }
            return Step(
                milliseconds: milliseconds, milestone: milestone < 0 ? nil : milestone, stage: stage,
                fault: fault.isEmpty ? nil : fault, name: name, channel: channel, touchpoint: touchpoint,
                answers: answers)
        }
    }
}
