import Analysis
import Foundation
import Testing
@testable import canopy

@Suite struct ReportTests {
    private func step(rate: Double, achieved: Double, p99: Int64 = 9_000_000) -> StepResult {
        StepResult(
            offeredRate: rate, achievedRate: achieved, seconds: 2, offered: Int64(rate * 2),
            answered: Int64(achieved * 2), refused: 3, timedOut: 1, partial: 0,
            failures: [("status 500", 2)], cacheVerdicts: [("hit", 75), ("miss", 25)],
            byteCount: 1_000,
            latency: LatencySummary(
                count: 100, mean: 2e6, maximum: 20_000_000,
                values: [1_000_000, 3_000_000, p99, 15_000_000]),
            curve: [
                CurvePoint(percentile: 50, nanoseconds: 1_000_000),
                CurvePoint(percentile: 99, nanoseconds: p99),
                CurvePoint(percentile: 100, nanoseconds: 20_000_000),
            ],
            bars: [
                LatencyBar(from: 1_000_000, to: 1_200_000, count: 60),
                LatencyBar(from: 1_200_000, to: 24_000_000, count: 40),
            ], took: LatencySummary(count: 9, mean: 1, maximum: 2, values: [1, 1, 2, 2]),
            lateness: LatencySummary(count: 1, mean: 1, maximum: 1, values: [1, 1, 1, 1]),
            waitedForConnection: 0, sentAgain: 2, ownCPU: 0.05,
            tags: [
                StepResult.TagResult(
                    tag: "phrase",
                    latency: LatencySummary(
                        count: 5, mean: 1, maximum: 5, values: [1, 2, 3, 4]))
            ],
            timeline: [
                StepResult.Moment(
                    second: 0, offered: 10, answered: 9, others: 1, median: 1_000_000,
                    p99: 2_000_000)
            ])
    }

    private func result(_ steps: [StepResult], index: String = "wiki") -> LoadResult {
        var comparison = AnswerComparison(queryCount: 2)
        comparison.take(query: 0, digest: 1)
        comparison.take(query: 0, digest: 1)
        return LoadResult(
            url: "http://x", index: index, queryFile: "q.txt", queryCount: 2, arrivals: .poisson,
            connections: 4, seed: 1, timeLimit: .seconds(10), steps: steps, comparison: comparison,
            differingQueries: [])
    }

    @Test func tablesSayWhatMatters() {
        let text = LoadReportText(style: .plain).text(
            result([step(rate: 100, achieved: 100), step(rate: 400, achieved: 120)]))
        let rows = text.split(separator: "\n")
        #expect(rows[0].hasPrefix("offered/s  answered/s      p50"))
        #expect(rows[1].hasPrefix("      100         100  1.00 ms  3.00 ms  9.00 ms  15.0 ms"))
        #expect(rows[1].contains("hit 75.0 %, miss 25.0 %"))
        #expect(text.contains("OVERLOADED at 400/s: only 120/s were answered"))
        #expect(!text.contains("OVERLOADED at 100/s"))
        #expect(text.contains("at 100/s 2 × status 500"))
        #expect(text.contains("every query was answered alike"))
    }

    @Test func jsonHoldsEverything() throws {
        let json = try JSONParser.parse(
            LoadReportJSON.encoded(result([step(rate: 100, achieved: 50)])))
        let step = try #require(json["steps"]?.arrayValue?.first)
        #expect(step["offered_rate"]?.doubleValue == 100)
        #expect(step["overloaded"]?.boolValue == true)
        #expect(step["latency"]?["p99.9"]?.integerValue == 15_000_000)
        #expect(step["errors"]?["status 500"]?.integerValue == 2)
        #expect(step["cache"]?["hit"]?.integerValue == 75)
        #expect(step["tags"]?["phrase"]?["p50"]?.integerValue == 1)
        #expect(step["timeline"]?.arrayValue?.first?["others"]?.integerValue == 1)
        #expect(json["verify"]?["compared"]?.integerValue == 1)
    }

    @Test func pagesAreWellFormedAndStandAlone() throws {
        let steps = (1...12).map {
            step(rate: Double($0) * 100, achieved: Double(min($0, 9)) * 100)
        }
        for count in [1, 2, 12] {
            let html = LoadReportPage(
                result: result(Array(steps.prefix(count)), index: "<b>&\"'")
            ).html()
            #expect(!html.contains("<b>&\""))
            #expect(html.contains("&lt;b&gt;&amp;&quot;&#39;"))
            for outside in ["http://www", "https://", "src=", "@import", "url("] {
                #expect(!html.contains(outside), "\(outside)")
            }
            #expect(!html.contains("nan") && !html.contains("inf,"))
            for tag in ["svg", "section", "table", "tr", "text", "figure", "p", "div"] {
                let opened = html.ranges(of: "<\(tag)>").count + html.ranges(of: "<\(tag) ").count
                #expect(opened == html.ranges(of: "</\(tag)>").count, "\(tag)")
            }
            #expect(html.contains("Latency by offered rate") == (count > 1))
        }
        #expect(LoadReportPage(result: result(steps)).html().contains("Overloaded from 1,000/s"))
    }

    @Test func aRunWithoutAnswersStillHasAPage() {
        let tally = StepTally(duration: .seconds(1))
        let empty = StepResult(
            tally, rate: 1, duration: .seconds(1), waitedForConnection: 0, ownCPUSeconds: 0,
            elapsed: .seconds(1))
        let html = LoadReportPage(result: result([empty, empty])).html()
        #expect(!html.contains("nan"))
        #expect(LoadReportText(style: .plain).text(result([empty])).contains("–"))
    }

    @Test func scalesPutValuesWhereTheyBelong() {
        let linear = ChartScale(.linear, values: [3, 47], pixels: 0...100, isUpright: true)
        #expect(linear.ticks == [0, 10, 20, 30, 40, 50])
        #expect(linear.position(0) == 100 && linear.position(50) == 0)
        let log = ChartScale(.logarithmic, values: [3, 700], pixels: 0...300, isUpright: false)
        #expect((log.lower, log.upper) == (2, 1_000))
        #expect(abs(log.position(44.721_36) - 150) < 0.001)
        #expect(log.position(0) == 0)
        for values in [[], [0.0], [5.0], [.infinity, .nan, 7], [1e-9, 1e12]] {
            for kind in [ChartScale.Kind.linear, .logarithmic] {
                let scale = ChartScale(kind, values: values, pixels: 0...10, isUpright: false)
                #expect(scale.upper > scale.lower && scale.ticks.count < 40)
                #expect((0...10).contains(scale.position(5)))
            }
        }
    }
}
