import Foundation
import ThroughlineEngine

/// Goes through what lies beside the log in the folder of a server.
public enum FolderCheck {
    /// So many findings of one file are told.
    private static let findingsMax = 20

    /// What is not as it was written, in a folder that nobody else has open: which file, and which page or line of it.
    ///
    /// - Complexity: O(*n*) in the bytes of the folder, and SQLite's own check of what its pages say.
    public static func findings(in folder: String) throws -> [String] {
        var found: [String] = []
        for name in [FolderLayout.state, FolderLayout.access, FolderLayout.readings] {
            found += try PageFile.findings(in: folder + "/" + name, limit: findingsMax)
        }
        let erased = folder + "/" + FolderLayout.erased
        if FileManager.default.fileExists(atPath: erased) {
            do { _ = try ErasedList(path: erased, isMade: false) } catch { found.append("\(error)") }
        }
        let keys = folder + "/" + FolderLayout.firstKeys
        if FileManager.default.fileExists(atPath: keys),
            try !FirstKeys.isWhole(Data(contentsOf: URL(fileURLWithPath: keys)))
        {
            found.append("\(keys) is not what was written: a key in it may not work; make another by the API")
        }
        let imports = folder + "/" + FolderLayout.imports
        guard FileManager.default.fileExists(atPath: imports) else { return found }
        for name in try FileManager.default.contentsOfDirectory(atPath: imports).sorted() {
            let path = imports + "/" + name
            let note = FileManager.default.contents(atPath: path)
            // One of an earlier version has no checksum.
            let isEarlier = [#"{"line":"#, #"{"hash":"#].contains { note?.starts(with: Data($0.utf8)) == true }
            if !isEarlier, note.map(CheckedLine.isWhole) != true {
                found.append("\(path) is not what was written: remove it, and the import begins anew")
            }
        }
        return found
    }
}
