/// Why bytes are not a discovery model.
public enum ModelFileError: Error, Hashable, Sendable, CustomStringConvertible {
    case notAModel
    case unknownVersion(UInt32)
    case truncated(String)
    case broken(String)

    public var description: String {
        switch self {
        case .notAModel: "these bytes are no discovery model (TLMODEL1)"
        case .unknownVersion(let version):
            "discovery model version \(version) is unknown; this program reads version \(DiscoveryModel.fileVersion)"
        case .truncated(let section): "the discovery model ends inside its \(section)"
        case .broken(let section): "the discovery model is damaged in its \(section)"
        }
    }
}

extension DiscoveryModel {
    static let fileVersion: UInt32 = 4
    /// The longest name of an event that is kept to be read.
    package static let nameBytesMax = 256

    /// The model as bytes: `TLMODEL1`, version, number of signals, then each section as its count and its numbers, all
    /// little-endian. Equal models give equal bytes.
    public func encoded() -> [UInt8] {
        var writer = ModelWriter()
        writer.bytes.append(contentsOf: "TLMODEL1".utf8)
        writer.write(DiscoveryModel.fileVersion)
        writer.write(UInt32(Signal.allCases.count))
        writer.write(UInt32(RepairSignal.allCases.count))
        writer.write(UInt32(PairSignal.allCases.count))
        writer.write(order.names)
        for table in OrderTables.Table.allCases { writer.write(Array(order[table])) }
        for forest in [placing, pairs, repair] {
            writer.write(forest.questions)
            for table in [forest.thresholds, forest.leaves, forest.covers] { writer.write(table) }
        }
        for calibration in [placingCalibration, repairCalibration] {
            writer.write(calibration.raw)
            writer.write(calibration.right)
        }
        for text in order.texts { writer.write(Array(text.utf8)) }
        writer.write(stages)
        return writer.bytes
    }

    /// Reads a model and checks that all of its parts fit together.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(ModelFileError) {
        var reader = ModelReader(bytes: bytes)
        guard bytes.count > 20, bytes.prefix(8).elementsEqual("TLMODEL1".utf8) else { throw .notAModel }
        reader.position = 8
        let version = try reader.number("header")
        guard version == DiscoveryModel.fileVersion else { throw .unknownVersion(version) }
        guard try reader.number("header") == UInt32(Signal.allCases.count),
            try reader.number("header") == UInt32(RepairSignal.allCases.count),
            try reader.number("header") == UInt32(PairSignal.allCases.count)
        else { throw .broken("header: it was fitted for other signals") }
        self.init()
        try readOrder(&reader)
        placing = try DiscoveryModel.forest(&reader, "placing trees", signals: Signal.allCases.count)
        pairs = try DiscoveryModel.forest(&reader, "pair trees", signals: PairSignal.allCases.count)
        repair = try DiscoveryModel.forest(&reader, "repair trees", signals: RepairSignal.allCases.count)
        placingCalibration = try DiscoveryModel.calibration(&reader)
        repairCalibration = try DiscoveryModel.calibration(&reader)
        for place in order.names.indices { order.texts[place] = try reader.text("names of events") }
        stages = try reader.stages("stages")
        guard reader.position == bytes.count else { throw .broken("end: bytes are left over") }
    }

    private mutating func readOrder(_ reader: inout ModelReader) throws(ModelFileError) {
        let section = "order tables"
        let names = try reader.hashes(section)
        guard names.count <= OrderTables.namesMax, zip(names, names.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw .broken(section)
        }
        order = .empty(names: names)
        for table in OrderTables.Table.allCases {
            order[table] = try reader.floats(section, count: table.size(names.count))[...]
        }
        for pair in 0..<names.count * names.count {
            let gaps = order.gaps(pair: pair)
            guard gaps.deviationInside > 0, gaps.deviationAcross > 0 else { throw .broken(section) }
        }
    }

    private static func forest(
        _ reader: inout ModelReader, _ section: String, signals: Int
    ) throws(ModelFileError) -> Forest {
        var forest = Forest()
        forest.questions = try reader.shorts(section)
        guard forest.questions.count % Forest.depth == 0, forest.questions.allSatisfy({ $0 < signals }) else {
            throw .broken(section)
        }
        let leaves = forest.treeCount * Forest.leavesPerTree
        forest.thresholds = try reader.floats(section, count: forest.questions.count, mayBeInfinite: true)
        forest.leaves = try reader.floats(section, count: leaves)
        forest.covers = try reader.floats(section, count: leaves)
        return forest
    }

    private static func calibration(_ reader: inout ModelReader) throws(ModelFileError) -> Calibration {
        var calibration = Calibration()
        calibration.raw = try reader.floats("calibration")
        calibration.right = try reader.floats("calibration", count: calibration.raw.count)
        let isAscending = zip(calibration.raw, calibration.raw.dropFirst()).allSatisfy { $0 < $1 }
        guard isAscending, calibration.right.allSatisfy({ (0...1).contains($0) }) else { throw .broken("calibration") }
        return calibration
    }
}

private struct ModelWriter {
    var bytes: [UInt8] = []

    mutating func write<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write<Number: FixedWidthInteger>(_ numbers: [Number]) {
        write(UInt32(numbers.count))
        for number in numbers { write(number) }
    }

    /// The number of places, the unit, and of each place a byte a stage.
    mutating func write(_ stages: StageModel) {
        write(UInt32(stages.weights.count))
        guard !stages.isEmpty else { return }
        write(stages.unit.bitPattern)
        for row in stages.weights {
            for lane in Stage.allCases.indices { write(row[lane]) }
        }
    }

    mutating func write(_ numbers: [Float]) {
        write(UInt32(numbers.count))
        for number in numbers { write(number.bitPattern) }
    }
}

private struct ModelReader {
    let bytes: UnsafeRawBufferPointer
    var position = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private mutating func load<Number: FixedWidthInteger>(_ section: String) throws(ModelFileError) -> Number {
        guard position + MemoryLayout<Number>.size <= bytes.count else { throw .truncated(section) }
        defer { position += MemoryLayout<Number>.size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    mutating func number(_ section: String) throws(ModelFileError) -> UInt32 { try load(section) }

    private mutating func list<Number: FixedWidthInteger>(_ section: String) throws(ModelFileError) -> [Number] {
        let count = Int(try number(section))
        guard count <= (bytes.count - position) / MemoryLayout<Number>.size else { throw .truncated(section) }
        var numbers: [Number] = []
        numbers.reserveCapacity(count)
        for _ in 0..<count { numbers.append(try load(section)) }
        return numbers
    }

    mutating func hashes(_ section: String) throws(ModelFileError) -> [UInt64] { try list(section) }
    mutating func shorts(_ section: String) throws(ModelFileError) -> [UInt16] { try list(section) }

    mutating func stages(_ section: String) throws(ModelFileError) -> StageModel {
        var stages = StageModel()
        let count = Int(try number(section))
        guard count > 0 else { return stages }
        guard count == StageModel.placeCount else { throw .broken(section) }
        stages.unit = Float(bitPattern: try number(section))
        guard stages.unit.isFinite, stages.unit > 0 else { throw .broken(section) }
        stages.weights.reserveCapacity(count)
        for _ in 0..<count {
            var row = SIMD8<Int8>.zero
            for lane in Stage.allCases.indices {
                row[lane] = try load(section)
                guard row[lane] >= -127 else { throw .broken(section) }
            }
            stages.weights.append(row)
        }
        return stages
    }

    mutating func text(_ section: String) throws(ModelFileError) -> String {
        let bytes: [UInt8] = try list(section)
        guard bytes.count <= DiscoveryModel.nameBytesMax, let text = String(validating: bytes, as: UTF8.self) else {
            throw .broken(section)
        }
        return text
    }

    mutating func floats(
        _ section: String, count: Int? = nil, mayBeInfinite: Bool = false
    ) throws(ModelFileError) -> [Float] {
        let bits: [UInt32] = try list(section)
        let numbers = bits.map { Float(bitPattern: $0) }
        guard count == nil || count == numbers.count,
            numbers.allSatisfy({ $0.isFinite || (mayBeInfinite && $0 == -.infinity) })
        else { throw .broken(section) }
        return numbers
    }
}
