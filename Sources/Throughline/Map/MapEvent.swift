/// An event as a map sees it, and the variables of a condition about it.
public struct MapEvent: Sendable {
    /// What happened; conditions call it `event`.
    public var name: String { didSet { nameHash = MapEvent.hash(ofName: name) } }
    public private(set) var nameHash: UInt64
    public var kind: Event.Kind
    /// Empty where the event does not say it.
    public var channel: String
    /// The place, where the event says one; empty where it does not.
    public var touchpoint: String
    /// How far it brings its purpose; nil where nobody read that.
    public var stage: Stage?
    public var time: Instant
    public var properties: ConditionMap
    /// Whether the place and the properties are known, as they are not of what a timeline keeps: a condition that asks for them has no
    /// answer then.
    public var isWhole = true

    public init(
        name: String, kind: Event.Kind = .track, channel: String = "", touchpoint: String = "", stage: Stage? = nil,
        time: Instant = Instant(millisecondsSince1970: 0), properties: ConditionMap = ConditionMap()
    ) {
        self.name = name
        nameHash = MapEvent.hash(ofName: name)
        self.kind = kind
        self.channel = channel
        self.touchpoint = touchpoint
        self.stage = stage
        self.time = time
        self.properties = properties
    }

    /// Whether its name alone says that it serves no purpose: a login, a newsletter.
    public var isRoutine: Bool {
        var name = name
        return name.withUTF8 { RoutineLexicon.habit(ofName: $0).habit == .routine }
    }

    /// How names of events are known everywhere: stable, and the case of ASCII letters folded.
    public static func hash(ofName name: String) -> UInt64 {
        var name = name
        return name.withUTF8 { StableHash.folded($0) }
    }
}

extension MapEvent: ConditionLookup {
    /// What a condition about an event may name.
    public static let variables = ConditionVariables([
        "event": .string, "kind": .string, "channel": .string, "touchpoint": .string, "stage": .string,
        "outcome": .string, "routine": .bool, "time": .timestamp, "properties": .map(key: .string, value: .dyn),
    ])

    public func value(of variable: String) -> ConditionValue? {
        switch variable {
        case "event": .string(name)
        case "kind": .string(String(describing: kind))
        case "channel": .string(channel)
        case "touchpoint": isWhole ? .string(touchpoint) : nil
        case "stage": .string(stage?.name ?? "")
        case "outcome": .string(stage?.outcome?.rawValue ?? "")
        case "routine": .bool(isRoutine)
        case "time": ConditionTimestamp(time).map(ConditionValue.timestamp)
        case "properties": isWhole ? .map(properties) : nil
        default: nil
        }
    }
}
