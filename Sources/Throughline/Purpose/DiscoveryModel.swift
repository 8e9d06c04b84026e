/// All that discovery has learned: one value, one file, one configuration for every kind of stream.
public struct DiscoveryModel: Sendable, Equatable {
    public var order = OrderTables()
    /// Scores the candidates of an event as it arrives.
    public var placing = Forest()
    public var placingCalibration = Calibration()
    /// Scores two events by whether they belong together, for repair.
    public var pairs = Forest()
    /// Scores the places of an event when what followed is known too; empty where the model was fitted without.
    public var repair = Forest()
    public var repairCalibration = Calibration()
    /// Says how far each event brings its purpose; empty where the model was fitted without.
    public var stages = StageModel()

    public init() {}

    package init(placing: Forest) { self.placing = placing }
}
