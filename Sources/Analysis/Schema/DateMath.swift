// Date expressions of range queries: an anchor and steps, "now-7d/d", "2026-01-01||+1M/d".

public enum DateMath {
    /// The instant an expression means, in milliseconds since 1970; nil when it is malformed.
    /// The anchor is `now` or a date in one of `formats`, followed by "||" if steps follow.
    /// `roundingUp` is for the bounds `gt` and `lte`: "/d" and left-out parts mean the last
    /// millisecond rather than the first.
    public static func resolve(
        _ expression: String, formats: [DateFormat] = DateFormat.standard, now: Int64,
        roundingUp: Bool = false, zoneOffset: Int64 = 0
    ) -> Int64? { nil }
}
