// Analysing English, mixed and East Asian text.

import Analysis

enum TextBenchmarks {
    private static let byteCount = 64 * 1024

    private static let english = """
        the of and in to a was is for on as with by he that from at his it an were are which this \
        also be has had first one their its new after who they two her she been other when time \
        during there into school may years more most only over city some world would where later \
        university about national government American people can't it's station's well-known \
        3.14 1,024 U.S. population development international championship generally families
        """

    private static let foreign = """
        Zürich naïve café Ångström São Москва Россия Ελλάδα 東京 日本語 中文 서울 עברית العربية \
        Dvořák Łódź façade résumé
        """

    private static let eastAsian = """
        東京都で働く 日本語の文章を 検索する。 中华人民共和国 首都是北京 信息检索 한국어를 배우는 사람들이 \
        많다 カタカナ ひらがな 搜索引擎 分布式系统 エンジニア 全文検索 색인을
        """

    static func all() -> [Benchmark] {
        let plain = text(english.split(separator: " "), [], foreignPercent: 0)
        let mixed = text(
            english.split(separator: " "), foreign.split(separator: " "), foreignPercent: 10)
        var benchmarks: [Benchmark] = []
        for name in ["standard", "default", "english", "whitespace"] {
            benchmarks.append(analysing("\(name) analyzer/ASCII", name, plain))
            benchmarks.append(analysing("\(name) analyzer/mixed", name, mixed))
        }
        let eastern = text(eastAsian.split(separator: " "), [], foreignPercent: 0)
        for name in ["default", "standard"] {
            benchmarks.append(analysing("\(name) analyzer/East Asian", name, eastern))
        }
        return benchmarks
    }

    private static func text(
        _ words: [Substring], _ others: [Substring], foreignPercent: Int
    ) -> [UInt8] {
        var random = BenchmarkRandom(seed: 61)
        var text: [UInt8] = []
        while text.count < byteCount {
            let isForeign = random.below(100) < foreignPercent
            let word =
                isForeign ? others[random.below(others.count)] : words[random.below(words.count)]
            text += Array(word.utf8)
            text += Array((random.below(12) == 0 ? ". " : " ").utf8)
        }
        return text
    }

    private static func analysing(_ title: String, _ name: String, _ text: [UInt8]) -> Benchmark {
        guard let analyzer = AnalyzerRegistry.builtIn.makeAnalyzer(named: name) else {
            preconditionFailure("there is no analyzer \(name)")
        }
        var batch = TokenBatch()
        return Benchmark(
            name: title, unit: "byte", unitsPerRun: text.count,
            yardstick: .copy(bytes: text.count)
        ) {
            text.withUnsafeBufferPointer { analyzer.analyze($0, into: &batch) }
            return batch.count
        }
    }
}
