/// What lies where in the folder of a server.
public enum FolderLayout {
    /// What can be made again from the log.
    public static let state = "state.sqlite"
    /// Who may do what.
    public static let access = "access.sqlite"
    public static let log = "log"
    /// Who looked at whom.
    public static let readings = "readings.sqlite"
    /// Which records were erased.
    public static let erased = "erased.ndjson"
    /// The keys that the first start made.
    public static let firstKeys = "first-keys"
    /// How far imports of files have come, a file each.
    public static let imports = "imports"
}
