// Lucene's analyzers as a peer of tools/analysis: one thread, tokens only.
//
//     LuceneAnalysis
//
// reads lines `analyzer<TAB>file<TAB>passes` and answers each with `nanoseconds<TAB>tokens of one pass`, or with
// `-<TAB>reason` when the Java runtime lacks what an analyzer needs. A line of the file is a text; it is a Java string
// before the clock starts, so that decoding is not charged.

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

public final class LuceneAnalysis {
    /** Analyzers of languages, by the package that Lucene keeps each in. */
    static final Map<String, String> PACKAGES = Map.ofEntries(
        Map.entry("english", "en"), Map.entry("german", "de"), Map.entry("spanish", "es"),
        Map.entry("romanian", "ro"), Map.entry("russian", "ru"), Map.entry("greek", "el"),
        Map.entry("turkish", "tr"), Map.entry("arabic", "ar"), Map.entry("hindi", "hi"),
        Map.entry("thai", "th"), Map.entry("french", "fr"), Map.entry("italian", "it"),
        Map.entry("dutch", "nl"), Map.entry("portuguese", "pt"), Map.entry("indonesian", "id"),
        Map.entry("persian", "fa"));

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    /** Keeps the terms from being optimised away. */
    private static long seen = 0;

    public static void main(String[] arguments) throws Exception {
        Map<String, Analyzer> analyzers = new HashMap<>();
        Map<String, List<String>> files = new HashMap<>();
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null; ) {
            String[] parts = line.split("\t");
            if (!analyzers.containsKey(parts[0])) analyzers.put(parts[0], analyzer(parts[0]));
            if (!files.containsKey(parts[1])) {
                files.put(parts[1], Files.readAllLines(Path.of(parts[1]), StandardCharsets.UTF_8));
            }
            try {
                time(analyzers.get(parts[0]), files.get(parts[1]), Integer.parseInt(parts[2]));
            } catch (UnsupportedOperationException error) {
                System.out.println("-\t" + error.getMessage());
            }
        }
        System.err.println("seen: " + seen);
    }

    static Analyzer analyzer(String name) throws ReflectiveOperationException {
        if (name.equals("standard")) return new StandardAnalyzer();
        String folder = name.equals("cjk") ? "cjk" : PACKAGES.get(name);
        if (folder == null) throw new IllegalArgumentException("there is no analyzer " + name);
        String type = name.equals("cjk") ? "CJK" : name.substring(0, 1).toUpperCase() + name.substring(1);
        String full = "org.apache.lucene.analysis." + folder + "." + type + "Analyzer";
        return (Analyzer) Class.forName(full).getDeclaredConstructor().newInstance();
    }

    /** The smaller of wall and thread time: what others on the machine take is not charged. */
    static void time(Analyzer analyzer, List<String> texts, int passes) throws IOException {
        long processor = THREADS.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        long tokens = 0;
        for (int pass = 0; pass < passes; pass++) {
            for (String text : texts) tokens += count(analyzer, text);
        }
        long wall = System.nanoTime() - start;
        processor = THREADS.getCurrentThreadCpuTime() - processor;
        System.out.println(Math.min(wall, processor) + "\t" + tokens / passes);
    }

    static long count(Analyzer analyzer, String text) throws IOException {
        long tokens = 0;
        try (TokenStream stream = analyzer.tokenStream("text", text)) {
            CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
            stream.reset();
            for (; stream.incrementToken(); tokens++) seen += term.length();
            stream.end();
        }
        return tokens;
    }
}
