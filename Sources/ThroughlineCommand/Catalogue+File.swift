import Throughline
import ThroughlineEngine

extension Catalogue {
    /// Reads one from a file, a word a line.
    init(path: String) throws {
        self.init()
        let reader = LineReader(source: try ByteSource(path: path), lineBytesMax: Catalogue.wordBytesMax)
        while let next = try reader.next() {
            do throws(CatalogueError) {
                guard case .line(let line, _) = next else { throw .tooLong }
                try add(line)
            } catch { throw FileError(path, "line \(reader.lineNumber): \(error)") }
        }
    }
}
