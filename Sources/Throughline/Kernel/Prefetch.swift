import CMemory

/// Asks the memory for what is soon to be read, so that it has come by then. Nothing is read, held on to or changed.
enum Prefetch {
    private static let lineBytes = 64
    /// What lies before the elements of an array: how many there are, among others.
    private static let arrayHeadBytes = 32

    /// Asks for a value.
    @inline(__always)
    static func value<Value>(at pointer: UnsafePointer<Value>) {
        lines(from: UnsafeRawPointer(pointer), bytes: MemoryLayout<Value>.size)
    }

    /// Asks for the head of an array that lies so many bytes behind an address.
    @inline(__always)
    static func arrayHead(_ offset: Int, behind address: UnsafeRawPointer) {
        prefetch(address.load(fromByteOffset: offset, as: UnsafeRawPointer.self))
    }

    /// Asks for the elements of an array whose head is there.
    @inline(__always)
    static func array(_ offset: Int, behind address: UnsafeRawPointer, bytes: Int) {
        lines(
            from: address.load(fromByteOffset: offset, as: UnsafeRawPointer.self), bytes: bytes + arrayHeadBytes)
    }

    @inline(__always)
    private static func lines(from start: UnsafeRawPointer, bytes: Int) {
        for offset in stride(from: 0, to: bytes, by: lineBytes) { prefetch(start + offset) }
    }
}
