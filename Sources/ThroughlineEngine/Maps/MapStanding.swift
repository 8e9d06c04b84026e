import Throughline

/// Where a purpose stands on the journey map that it is bound to.
public struct MapStanding: Sendable, Equatable {
    public var map: MapName
    /// The version that it is in.
    public var version: Int
    /// What the map calls it.
    public var purpose: String
    /// The milestone that was reached last; nil where none was.
    public var last: String?
    /// The one that comes next; nil where it is over, or nothing comes.
    public var next: String?
    /// All that were reached, in the order drawn.
    public var reached: [String] = []
    /// Milestones of which it is not known whether an event reached them, as its properties were not read; in the order drawn.
    public var undecided: [String] = []
}

/// Holds events of one purpose, in the order of their times, against the drawn one that it is bound to.
struct MapTrail {
    private let place: DrawnMaps.Place
    private var reached: Set<Int> = []
    private var undecided: Set<Int> = []
    private var last: Int?

    init(_ place: DrawnMaps.Place) { self.place = place }

    /// Takes the next event as a timeline keeps it.
    ///
    /// - Parameter whole: the same with its properties, asked for where a condition names them; nil where they are not to be had.
    mutating func add(_ event: MapEvent, whole: () throws -> MapEvent?) rethrows {
        guard let open = openMilestone(for: event) else { return }
        guard let event = try whole() else {
            undecided.insert(open)
            return
        }
        if let milestone = place.drawn.match(event).milestone { reach(milestone) }
    }

    /// Notes the milestone that an event reaches; nil where that is decided.
    ///
    /// - Returns: the first milestone that asks for what is not known.
    private mutating func openMilestone(for event: MapEvent) -> Int? {
        for (number, milestone) in place.drawn.milestones.enumerated() {
            do throws(ConditionFault) {
                guard try milestone.rule.fits(event) else { continue }
                reach(number)
                return nil
            } catch {
                switch error {
                case .noValue("properties"), .noValue("touchpoint"): return number
                default: continue
                }
            }
        }
        return nil
    }

    private mutating func reach(_ milestone: Int) {
        reached.insert(milestone)
        last = milestone
    }

    /// - Parameter isOver: whether the purpose is.
    func standing(isOver: Bool) -> MapStanding {
        let milestones = place.drawn.milestones
        var standing = MapStanding(map: place.map, version: place.version, purpose: place.drawn.name)
        standing.last = last.map { milestones[$0].name }
        standing.next = isOver ? nil : place.drawn.next(after: reached).map { milestones[$0].name }
        standing.reached = reached.sorted().map { milestones[$0].name }
        standing.undecided = undecided.subtracting(reached).sorted().map { milestones[$0].name }
        return standing
    }
}
