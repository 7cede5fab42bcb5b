// The paired t test.

import Foundation

/// Student's t test of paired differences, two-sided.
enum StudentTest {
    /// The probability of a mean difference at least as far from 0 if the true one is 0 (and
    /// differences are normally distributed); nil for fewer than two pairs.
    static func probability(_ differences: [Double]) -> Double? {
        let count = Double(differences.count)
        guard differences.count >= 2 else { return nil }
        let mean = differences.reduce(0, +) / count
        let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        // Differences that are all alike vary by rounding alone.
        let scale = differences.reduce(0) { max($0, abs($1)) }
        guard squares > count * scale * scale * 1e-28 else { return scale == 0 ? 1 : 0 }
        let deviation = (squares / (count - 1)).squareRoot()
        return twoSided(t: mean / (deviation / count.squareRoot()), degrees: differences.count - 1)
    }

    /// P(|T| ≥ |t|) of Student's distribution: 1 less the finite sums of Abramowitz and Stegun
    /// (1964), 26.7.3 and 26.7.4; right to about 1e-13.
    static func twoSided(t: Double, degrees: Int) -> Double {
        let angle = atan(abs(t) / Double(degrees).squareRoot())
        let (sine, cosine) = (sin(angle), cos(angle))
        let isOdd = !degrees.isMultiple(of: 2)
        var term = isOdd ? cosine : 1
        var sum = degrees == 1 ? 0 : term
        for factor in stride(from: isOdd ? 3 : 2, through: degrees - 2, by: 2) {
            term *= cosine * cosine * Double(factor - 1) / Double(factor)
            sum += term
        }
        let inside = isOdd ? 2 / Double.pi * (angle + sine * sum) : sine * sum
        return min(1, max(0, 1 - inside))
    }
}
