// JSON of any bytes: what is read is written and read again.

import Analysis

enum JSONTarget {
    static let target = FuzzTarget(
        name: "json", reads: "JSONParser and JSONWriter", seeds: { seeds.map { Array($0.utf8) } },
        run: run)

    static func run(_ bytes: UnsafeRawBufferPointer) throws {
        _ = try? JSONParser.parse(bytes, limits: JSONLimits(depth: 3))
        let value = try JSONParser.parse(bytes)
        let written = value.encoded()
        do {
            let again = try JSONParser.parse(written)
            try require(again == value, "\(value) is read back as \(again)")
        } catch let error as JSONError {
            throw Finding(description: "\(value) cannot be read back: \(error)")
        }
    }

    private static let seeds = [
        #"{"a":[1,-2,3.5e-7,true,false,null],"b":{"c":"d\n\u00e9\ud83d\ude00"},"":""}"#,
        "[[[[[]]]]]", "  9223372036854775807 ", "-9223372036854775808", "1e308", "-0.0",
        #"["ü","\u0000","\"\\\/\b\f\r\t"]"#, #"{"k":{"k":{"k":1}}}"#, "18446744073709551616",
        #"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9}"#,
    ]
}
