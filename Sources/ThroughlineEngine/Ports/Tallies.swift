import Throughline

/// What is counted of everybody's steps: ``CountKind`` says of what.
public protocol Tallies: Sendable {
    /// What is counted of one kind under some types, by key.
    func tallies(
        of organization: UInt32, _ kind: CountKind, types: [UInt32]
    ) throws(StoreError) -> [(key: CountKey, tally: Tally)]

    /// What is counted of one kind under some types and some `a`, by key.
    func tallies(
        of organization: UInt32, _ kind: CountKind, types: [UInt32], a: [UInt64]
    ) throws(StoreError) -> [(key: CountKey, tally: Tally)]

    /// How many keys there are of ``CountKind/variant`` and a type.
    ///
    /// - Complexity: O(1) for a store on disk.
    func sequenceCount(of organization: UInt32, type: UInt32) throws(StoreError) -> Int

    /// What is counted under some keys; zero where nothing is.
    func tallies(of organization: UInt32, _ keys: [CountKey]) throws(StoreError) -> [Tally]

    /// What the steps are called that are counted by name.
    func stepNames() throws(StoreError) -> [(organization: UInt32, names: [StepName])]
}

/// What steps of one name are called.
public struct StepName: Sendable, Equatable {
    /// Names of steps that are told apart in one organization. Steps of others are counted together, under ``other``.
    public static let perOrganizationMax = 4_096
    public static let other: UInt64 = 0

    /// The hash of the folded name.
    public let hash: UInt64
    /// Nil where everybody whose step it was is erased.
    public var text: String?

    public init(hash: UInt64, text: String?) {
        self.hash = hash
        self.text = text
    }
}

/// What a group of records changes of what is counted.
public struct CountChanges: Sendable {
    /// What is added, by organization.
    public var counts: [(organization: UInt32, counts: Counts)] = []
    /// Names that were not met before, or have a text again.
    public var names: [(organization: UInt32, name: StepName)] = []

    public init() {}
}
