// The number of a given rank, without sorting.

enum Selection {
    /// The number that has `rank` smaller ones beside it; all numbers are different, and end up
    /// in another order. Hoare's selection, which gives way to sorting where it is unlucky.
    static func value(
        _ numbers: UnsafeMutablePointer<UInt64>, count: Int, rank: Int
    ) -> UInt64 {
        precondition(rank >= 0 && rank < count, "there is no number of this rank")
        var low = 0
        var high = count - 1
        var patience = 2 * (Int.bitWidth - count.leadingZeroBitCount)
        while low < high {
            if patience == 0 {
                var rest = UnsafeMutableBufferPointer(
                    start: numbers + low, count: high - low + 1)
                rest.sort()
                break
            }
            patience -= 1
            let pivot = median(numbers[low], numbers[low + (high - low) / 2], numbers[high])
            var left = low
            var right = high
            while left <= right {
                while numbers[left] < pivot { left &+= 1 }
                while numbers[right] > pivot { right &-= 1 }
                if left <= right {
                    (numbers[left], numbers[right]) = (numbers[right], numbers[left])
                    left &+= 1
                    right &-= 1
                }
            }
            if rank <= right {
                high = right
            } else if rank >= left {
                low = left
            } else {
                break
            }
        }
        return numbers[rank]
    }

    @inline(__always)
    private static func median(_ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 {
        max(min(a, b), min(max(a, b), c))
    }
}
