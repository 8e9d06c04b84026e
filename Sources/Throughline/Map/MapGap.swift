/// What a drawn purpose leaves open, by the map alone.
public enum MapGap: Sendable, Equatable {
    /// No milestone is of this stage.
    case noMilestone(at: Stage)
    /// A milestone, by its place, has neither a touchpoint nor a channel.
    case nowhere(milestone: Int)
}

extension DrawnPurpose {
    /// The stages that every purpose goes through before it ends, whatever its type.
    public static let stagesOnTheWay: [Stage] = [.explore, .compare, .choose, .commit]

    /// What it leaves open: stages on the way without a milestone, then milestones without a place.
    ///
    /// - Complexity: O(milestones).
    public var gaps: [MapGap] {
        let drawn = Set(milestones.map(\.stage))
        let stages = DrawnPurpose.stagesOnTheWay.filter { !drawn.contains($0) }.map(MapGap.noMilestone(at:))
        let places = milestones.indices.filter {
            milestones[$0].touchpoints.isEmpty && milestones[$0].channels.isEmpty
        }
        return stages + places.map(MapGap.nowhere(milestone:))
    }
}

/// Which properties of an event say how she felt, where a survey asked.
public enum SurveyScale {
    /// Their keys, in lower case. Each is counted for itself: their scales are not the same.
    public static let keys = ["score", "rating", "nps", "csat", "ces", "satisfaction", "stars"]

    /// The place of a key in ``keys``; nil where it says nothing of a feeling. Upper and lower case are the same.
    public static func place(of key: String) -> Int? { keys.firstIndex(of: key.lowercased()) }
}
