/// The greatest of some numbers and where they stand; of equal ones those that stand first.
struct Greatest {
    private let countMax: Int
    private(set) var places: [Int32] = []
    private(set) var values: [Float] = []

    init(_ countMax: Int) { self.countMax = countMax }

    mutating func removeAll() {
        places.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }

    /// - Complexity: O(1) for one that is not of the greatest, else O(those that are kept).
    mutating func offer(_ value: Float, at place: Int32) {
        var index = values.count
        while index > 0, (values[index - 1], place) < (value, places[index - 1]) { index -= 1 }
        guard index < countMax else { return }
        if values.count == countMax {
            values.removeLast()
            places.removeLast()
        }
        values.insert(value, at: index)
        places.insert(place, at: index)
    }
}
