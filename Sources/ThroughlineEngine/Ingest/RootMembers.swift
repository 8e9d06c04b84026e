import CSimdjson

/// Where the members of an event's object are; of two with one key the last counts.
struct RootMembers {
    var type: Int?
    var event: Int?
    var name: Int?
    var userId: Int?
    var anonymousId: Int?
    var previousId: Int?
    var groupId: Int?
    var messageId: Int?
    var timestamp: Int?
    var receivedAt: Int?
    var sentAt: Int?
    var originalTimestamp: Int?
    var context: Int?
    var properties: Int?
    var traits: Int?
    var writeKey: Int?
    var batch: Int?

    init(_ nodes: UnsafeBufferPointer<csj_node>) {
        for index in Children(of: 0, in: nodes) { note(nodes[index].keyBytes, at: index) }
    }

    /// The length of a key tells most of them apart.
    private mutating func note(_ key: UnsafeBufferPointer<UInt8>, at index: Int) {
        switch key.count {
        case 4:
            if key.equals("type") { type = index } else if key.equals("name") { name = index }
        case 5:
            if key.equals("event") { event = index } else if key.equals("batch") { batch = index }
        case 6:
            if key.equals("userId") {
                userId = index
            } else if key.equals("sentAt") {
                sentAt = index
            } else if key.equals("traits") {
                traits = index
            }
        case 7:
            if key.equals("context") { context = index } else if key.equals("groupId") { groupId = index }
        case 8:
            if key.equals("writeKey") { writeKey = index }
        case 9:
            if key.equals("messageId") { messageId = index } else if key.equals("timestamp") { timestamp = index }
        case 10:
            if key.equals("properties") {
                properties = index
            } else if key.equals("receivedAt") {
                receivedAt = index
            } else if key.equals("previousId") {
                previousId = index
            }
        case 11:
            if key.equals("anonymousId") { anonymousId = index }
        case 17:
            if key.equals("originalTimestamp") { originalTimestamp = index }
        default: break
        }
    }
}

/// Walks over the direct children of a node.
struct Children: Sequence, IteratorProtocol {
    let nodes: UnsafeBufferPointer<csj_node>
    var place: Int
    let end: Int

    init(of parent: Int, in nodes: UnsafeBufferPointer<csj_node>) {
        self.nodes = nodes
        place = parent + 1
        end = Int(nodes[parent].next)
    }

    mutating func next() -> Int? {
        guard place < end else { return nil }
        defer { place = Int(nodes[place].next) }
        return place
    }
}
