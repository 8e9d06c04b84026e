/// Packed vectors side by side in one flat buffer: compared and changed where they lie.
struct VectorRows: Sendable {
    private(set) var blocks: [PackedBlock] = []
    /// What one step of a byte is worth, by row.
    private(set) var scales: [Float] = []

    static let blockBytesPerRow = PackedBlock.perVector * MemoryLayout<PackedBlock>.stride

    /// Rows so far.
    var count: Int { scales.count }

    mutating func removeAll() {
        blocks.removeAll(keepingCapacity: true)
        scales.removeAll(keepingCapacity: true)
    }

    /// Adds rows of zeros, in just as much room: most people have few, and there are many people.
    mutating func append(rows: Int) {
        blocks.reserveCapacity(blocks.count + rows * PackedBlock.perVector)
        scales.reserveCapacity(scales.count + rows)
        blocks.append(contentsOf: repeatElement(.zero, count: rows * PackedBlock.perVector))
        scales.append(contentsOf: repeatElement(0, count: rows))
    }

    /// Makes it so many rows of zeros, in the room that there is.
    mutating func reset(rows: Int) {
        removeAll()
        append(rows: rows)
    }

    /// Whether two rows have the same bytes, whatever a step of each is worth.
    func isSame(_ row: Int, _ other: Int) -> Bool {
        for index in 0..<PackedBlock.perVector
        where blocks[row * PackedBlock.perVector + index] != blocks[other * PackedBlock.perVector + index] {
            return false
        }
        return true
    }

    /// The bytes of a row as they lie in memory.
    func withBytes<Result>(of row: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        blocks.withUnsafeBytes { blocks in
            let start = row * VectorRows.blockBytesPerRow
            return body(UnsafeRawBufferPointer(rebasing: blocks[start..<start + VectorRows.blockBytesPerRow]))
        }
    }

    /// Makes a row of what ``withBytes(of:_:)`` gave.
    mutating func set(_ row: Int, bytes: UnsafeRawBufferPointer, scale: Float) {
        let start = row * VectorRows.blockBytesPerRow
        blocks.withUnsafeMutableBytes { blocks in
            UnsafeMutableRawBufferPointer(rebasing: blocks[start..<start + VectorRows.blockBytesPerRow])
                .copyMemory(from: bytes)
        }
        scales[row] = scale
    }

    /// Makes a row like another one, but for what a step is worth.
    mutating func set(_ row: Int, like other: Int, scale: Float) {
        for index in 0..<PackedBlock.perVector {
            blocks[row * PackedBlock.perVector + index] = blocks[other * PackedBlock.perVector + index]
        }
        scales[row] = scale
    }

    /// Forgets the first rows.
    mutating func removeFirst(rows: Int) {
        blocks.removeFirst(rows * PackedBlock.perVector)
        scales.removeFirst(rows)
    }

    /// Makes rows zero.
    mutating func clear(_ rows: Range<Int>) {
        for index in rows.lowerBound * PackedBlock.perVector..<rows.upperBound * PackedBlock.perVector {
            blocks[index] = .zero
        }
        for row in rows { scales[row] = 0 }
    }

    @inline(__always)
    private func bytes(of row: Int) -> Range<Int> { row * PackedBlock.perVector..<(row + 1) * PackedBlock.perVector }

    @inline(__always)
    func dot(_ row: Int, _ vector: PackedVector) -> Float {
        let here = blocks.span.extracting(bytes(of: row))
        return Float(PackedBlock.dot(here, vector.blocks.span)) * (scales[row] * vector.scale)
    }

    @inline(__always)
    func dot(_ row: Int, _ other: Int) -> Float {
        let all = blocks.span
        let product = PackedBlock.dot(all.extracting(bytes(of: row)), all.extracting(bytes(of: other)))
        return Float(product) * (scales[row] * scales[other])
    }

    /// A row with a row of other vectors.
    @inline(__always)
    func dot(_ row: Int, _ other: Int, of others: VectorRows) -> Float {
        let product = PackedBlock.dot(
            blocks.span.extracting(bytes(of: row)), others.blocks.span.extracting(bytes(of: other)))
        return Float(product) * (scales[row] * others.scales[other])
    }

    @inline(__always)
    func length(_ row: Int) -> Float { dot(row, row).squareRoot() }

    /// Makes a row's length one; zero stays zero.
    mutating func normalize(_ row: Int) {
        let length = length(row)
        if length > 1e-12 { scales[row] /= length }
    }

    /// Fades a row.
    mutating func fade(_ row: Int, by factor: Float) { scales[row] *= factor }

    /// Fades a row and adds a vector to it.
    @inline(__always)
    mutating func fade(_ row: Int, by factor: Float, adding vector: PackedVector, times weight: Float = 1) {
        let scale = scales[row] * factor
        var all = blocks.mutableSpan
        let made = PackedBlock.blend(
            &all, at: row * PackedBlock.perVector, scale, vector.blocks.span, vector.scale * weight)
        scales[row] = made
    }

    @inline(__always)
    mutating func set(_ row: Int, to vector: PackedVector) {
        let start = row * PackedBlock.perVector
        for index in 0..<PackedBlock.perVector { blocks[start + index] = vector.blocks[index] }
        scales[row] = vector.scale
    }

    /// A row as a vector of its own, at length one.
    func direction(of row: Int) -> PackedVector {
        var vector = PackedVector()
        let start = row * PackedBlock.perVector
        for index in 0..<PackedBlock.perVector { vector.blocks[index] = blocks[start + index] }
        let length = length(row)
        vector.scale = length > 1e-12 ? scales[row] / length : 0
        return vector
    }
}
