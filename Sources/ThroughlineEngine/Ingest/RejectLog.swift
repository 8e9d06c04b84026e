#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What was refused: counted, told for the first ones, and written to a file whole, so that nothing is lost.
public final class RejectLog {
    /// Refusals told one by one; the rest is only counted.
    public static let toldMax = 20

    public private(set) var count = 0
    private let tell: (String) -> Void
    private var file: UnsafeMutablePointer<FILE>?
    private let path: String?

    /// - Parameters:
    ///   - path: where refused lines are kept; nil for nowhere.
    ///   - isAdding: whether what lies there already stays before them.
    ///   - tell: takes a sentence for the person who runs the program.
    public init(path: String?, isAdding: Bool = false, tell: @escaping (String) -> Void) throws(FileError) {
        self.path = path
        self.tell = tell
        if let path {
            file = fopen(path, isAdding ? "ae" : "we")
            guard file != nil else { throw FileError.system(path, "write") }
        }
    }

    deinit { if let file { fclose(file) } }

    /// Notes a refusal. The line itself follows by ``keep(_:endsLine:)``.
    func refuse(_ refusal: Refusal, in source: String) {
        count += 1
        guard count <= RejectLog.toldMax else {
            if count == RejectLog.toldMax + 1 { tell("further refused lines are counted, not told") }
            return
        }
        tell("\(source):\(refusal)")
    }

    /// Keeps bytes of a refused line.
    func keep(_ bytes: UnsafeBufferPointer<UInt8>, endsLine: Bool) throws(FileError) {
        guard let file else { return }
        var isWritten = bytes.isEmpty || fwrite(bytes.baseAddress, 1, bytes.count, file) == bytes.count
        if endsLine { isWritten = fputc(10, file) >= 0 && isWritten }
        guard isWritten else { throw FileError.system(path!, "write") }
    }

    /// Makes sure that what was kept so far survives the end of the program.
    public func flush() throws(FileError) {
        guard let file else { return }
        guard fflush(file) == 0 else { throw FileError.system(path!, "write") }
    }

    /// Makes sure that what was kept is in the file.
    public func close() throws(FileError) {
        guard let file else { return }
        self.file = nil
        guard fclose(file) == 0 else { throw FileError.system(path!, "write") }
    }
}
