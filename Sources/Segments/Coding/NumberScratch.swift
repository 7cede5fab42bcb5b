// Flat memory for numbers that are being coded.

/// Numbers in memory that does not move.
final class NumberScratch {
    let numbers: UnsafeMutablePointer<UInt32>

    init(capacity: Int) {
        numbers = .allocate(capacity: capacity)
        numbers.initialize(repeating: 0, count: capacity)
    }

    deinit { numbers.deallocate() }
}
