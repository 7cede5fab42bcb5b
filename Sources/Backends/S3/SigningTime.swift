// A moment as signatures write it: `20150830T123600Z`, and its day.

struct SigningTime: Sendable, Hashable {
    let day: String
    let moment: String

    /// - Parameter wallMilliseconds: Since 1970.
    init(wallMilliseconds: Int64) {
        let seconds = wallMilliseconds / 1_000
        let (days, ofDay) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, date) = Self.civil(days)
        day = Self.digits(year, 4) + Self.digits(month, 2) + Self.digits(date, 2)
        let time = [ofDay / 3_600, ofDay / 60 % 60, ofDay % 60].map { Self.digits($0, 2) }
        moment = day + "T" + time.joined() + "Z"
    }

    /// The date of a day since 1970 (Hinnant, "chrono-Compatible Low-Level Date Algorithms",
    /// 2013), for days after.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let ofEra = shifted % 146_097
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * ofYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, ofYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func digits(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
