import Glibc
import Throughline
import ThroughlineEngine

/// One entrance of the program that strangers' bytes come in by.
///
/// A target hands the bytes to the code as the program would and checks what must be true of every answer; it crashes
/// where that is not so. One binary holds all targets, and the variable `THROUGHLINE_FUZZ` says which one runs
/// (`scripts/fuzz` sets it).
enum FuzzTarget: String, CaseIterable {
    case events, intake, csv, gzip, instants, model, embeddings, wordpiece, discovery, records, consents,
        states

    static let chosen: FuzzTarget = {
        guard let name = getenv("THROUGHLINE_FUZZ").map({ String(cString: $0) }),
            let target = FuzzTarget(rawValue: name)
        else { fatalError("THROUGHLINE_FUZZ is none of \(allCases.map(\.rawValue))") }
        return target
    }()

    func take(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .events: EventsFuzz.take(bytes)
        case .intake: IntakeFuzz.take(bytes)
        case .csv: CSVFuzz.take(bytes)
        case .gzip: GzipFuzz.take(bytes)
        case .instants: InstantsFuzz.take(bytes)
        case .model: ModelFuzz.take(bytes)
        case .embeddings: EmbeddingsFuzz.take(bytes)
        case .wordpiece: WordPieceFuzz.take(bytes)
        case .discovery: DiscoveryFuzz.take(bytes)
        case .records: RecordsFuzz.take(bytes)
        case .consents: ConsentsFuzz.take(bytes)
        case .states: StatesFuzz.take(bytes)
        }
    }
}

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    FuzzTarget.chosen.take(UnsafeRawBufferPointer(start: start, count: count))
    return 0
}

/// Crashes where something is not so, with the reason, which `precondition` leaves out of an optimized program.
func require(_ condition: Bool, _ reason: @autoclosure () -> String = "an answer that cannot be") {
    if !condition { fatalError(reason()) }
}

/// Bytes copied to memory of just their size and so much padding, so that reading a byte too far is seen.
func withPadded<Result>(
    _ bytes: some Collection<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
) rethrows -> Result {
    let count = bytes.count
    let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count + JSONParser.padding)
    room.initialize(repeating: 0)
    _ = room.update(fromContentsOf: bytes)
    defer { room.deallocate() }
    return try body(UnsafeBufferPointer(rebasing: room[..<count]))
}

/// A file in memory with these bytes, for as long as `body` runs with its path.
func withFile(_ bytes: UnsafeRawBufferPointer, _ body: (String) -> Void) {
    var template = Array("/dev/shm/throughline-fuzz-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    require(descriptor >= 0, "no file in memory can be made")
    unlink(template)
    defer { close(descriptor) }
    require(write(descriptor, bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!, bytes.count) == bytes.count)
    body("/proc/self/fd/\(descriptor)")
}

/// A file of the repository, named by a variable of the environment.
func repositoryFile(_ variable: String) -> UnsafeRawBufferPointer {
    guard let path = getenv(variable), let file = fopen(path, "r") else { fatalError("\(variable) names no file") }
    fseek(file, 0, SEEK_END)
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: ftell(file), alignment: 64)
    rewind(file)
    require(fread(bytes.baseAddress, 1, bytes.count, file) == bytes.count)
    fclose(file)
    return UnsafeRawBufferPointer(bytes)
}

/// The table and the model that the program carries.
enum Carried {
    static let table = try! EmbeddingTable(repositoryFile("THROUGHLINE_TABLE"))
    static let model = try! DiscoveryModel(decoding: repositoryFile("THROUGHLINE_MODEL"))
}
