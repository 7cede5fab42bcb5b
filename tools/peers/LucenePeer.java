// Lucene as a peer of tools/bench: one index, one segment, one thread, and the command lines of `canopy bench`.
//
//     LucenePeer build CORPUS INDEX
//     LucenePeer run INDEX QUERIES TASKS ROUNDS WARM_UP_SECONDS
//     LucenePeer answers INDEX QUERIES
//
// A line of CORPUS is an id, a tab and the text; a line of QUERIES is a class, a tab and the query, and the file may be
// a pipe, which is opened when the index is. `build` prints one JSON object; `run` prints task, class, best
// microseconds and query, separated by tabs, and as the task HEAP the bytes of the heap that a collection leaves,
// before the queries are read and after they were timed; `answers` prints a JSON object for each query.

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.queryparser.classic.ParseException;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.MMapDirectory;

public final class LucenePeer {
    static final String FIELD = "text";
    static final int BUFFER_MEGABYTES = 1024;
    /** What a search reads: dictionary, postings, positions and lengths. The rest is the ids and bookkeeping. */
    static final Set<String> SEARCHED = Set.of("doc", "pos", "tim", "tip", "tmd", "nvd", "nvm");

    record Asked(String group, String text) {}

    public static void main(String[] arguments) throws Exception {
        try {
            obey(arguments);
        } catch (ParseException error) {
            System.err.println("error: " + error.getMessage().lines().findFirst().orElse("a query cannot be parsed"));
            System.exit(1);
        }
    }

    static void obey(String[] arguments) throws Exception {
        switch (arguments.length > 0 ? arguments[0] : "") {
            case "build" -> build(Path.of(arguments[1]), Path.of(arguments[2]));
            case "run" -> {
                List<String> tasks = List.of(arguments[3].split(","));
                int rounds = Integer.parseInt(arguments[4]);
                double warmUp = Double.parseDouble(arguments[5]);
                var peer = new LucenePeer(Path.of(arguments[1]));
                peer.tellHeap("open");
                peer.run(read(Path.of(arguments[2])), tasks, rounds, warmUp);
                peer.tellHeap("loaded");
            }
            case "answers" -> new LucenePeer(Path.of(arguments[1])).answers(read(Path.of(arguments[2])));
            default -> throw new IllegalArgumentException("use build, run or answers");
        }
    }

    /** No stop words and no stemming: the corpus' words as they are. */
    static Analyzer analyzer() {
        return new StandardAnalyzer(CharArraySet.EMPTY_SET);
    }

    // Building

    static void build(Path corpus, Path index) throws IOException {
        var process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long processorStart = process.getProcessCpuTime();
        long start = System.nanoTime();
        var settings = new IndexWriterConfig(analyzer())
            .setOpenMode(IndexWriterConfig.OpenMode.CREATE)
            .setRAMBufferSizeMB(BUFFER_MEGABYTES)
            .setMergePolicy(new LogDocMergePolicy())
            .setMergeScheduler(new SerialMergeScheduler())
            .setUseCompoundFile(false);
        int documents = 0;
        try (Directory folder = FSDirectory.open(index);
            IndexWriter writer = new IndexWriter(folder, settings);
            BufferedReader lines = Files.newBufferedReader(corpus, StandardCharsets.US_ASCII)) {
            var id = new StoredField("id", "");
            var text = new TextField(FIELD, "", Field.Store.NO);
            var document = new Document();
            document.add(id);
            document.add(text);
            for (String line; (line = lines.readLine()) != null; documents++) {
                int tab = line.indexOf('\t');
                id.setStringValue(line.substring(0, tab));
                text.setStringValue(line.substring(tab + 1));
                writer.addDocument(document);
            }
            writer.forceMerge(1, true);
            writer.commit();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double processorSeconds = (process.getProcessCpuTime() - processorStart) / 1e9;
        int segments;
        try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(index))) {
            segments = reader.leaves().size();
        }
        System.out.printf(
            Locale.ROOT,
            "{\"n\":%d,\"seconds\":%.4f,\"cpu_s\":%.4f,\"segments\":%d,\"index_bytes\":%d,\"file_bytes\":%d}%n",
            documents, seconds, processorSeconds, segments, bytes(index, true), bytes(index, false));
    }

    static long bytes(Path index, boolean onlySearched) throws IOException {
        long sum = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(index)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                String ending = name.substring(name.lastIndexOf('.') + 1);
                if (!onlySearched || SEARCHED.contains(ending)) sum += Files.size(file);
            }
        }
        return sum;
    }

    // Asking

    private final IndexSearcher searcher;
    private final QueryParser parser = new QueryParser(FIELD, analyzer());
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    /** Keeps the answers from being optimised away. */
    private long seen = 0;

    LucenePeer(Path index) throws IOException {
        searcher = new IndexSearcher(DirectoryReader.open(new MMapDirectory(index)));
        searcher.setQueryCache(null);
        searcher.setSimilarity(new BM25Similarity(1.2f, 0.75f));
        boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        System.err.println("segments: " + searcher.getIndexReader().leaves().size() + ", vector module: " + vectors);
    }

    /** What the heap holds when everything that nobody needs is gone. */
    void tellHeap(String when) {
        System.gc();
        long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        out.printf(Locale.ROOT, "HEAP\t%s\t%d\t-%n", when, used);
    }

    static List<Asked> read(Path file) throws IOException {
        List<Asked> queries = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            int tab = line.indexOf('\t');
            queries.add(new Asked(line.substring(0, tab), line.substring(tab + 1)));
        }
        return queries;
    }

    /** Parses, plans, searches and collects: what is timed. The best hits stop counting as soon as they may. */
    private long ask(String text, String task) throws IOException, ParseException {
        Query query = parser.parse(text);
        return switch (task) {
            case "TOP_10" -> best(query, 10, 10).scoreDocs.length;
            case "TOP_100" -> best(query, 100, 100).scoreDocs.length;
            case "TOP_10_COUNT" -> best(query, 10, Integer.MAX_VALUE).totalHits.value();
            case "COUNT" -> searcher.count(query);
            default -> throw new IllegalArgumentException("there is no task " + task);
        };
    }

    private TopDocs best(Query query, int size, int countUpTo) throws IOException {
        return searcher.search(query, new TopScoreDocCollectorManager(size, null, countUpTo));
    }

    /** Every task is warmed before the first is timed, so that none is timed with code the next one makes anew. */
    void run(List<Asked> queries, List<String> tasks, int rounds, double warmUp) throws Exception {
        for (String task : tasks) warm(queries, task, warmUp);
        for (String task : tasks) {
            warm(queries, task, warmUp);
            time(queries, task, rounds);
        }
        System.err.println("seen: " + seen);
    }

    private void warm(List<Asked> queries, String task, double seconds) throws Exception {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            for (Asked asked : queries) seen += ask(asked.text, task);
        } while (System.nanoTime() < end);
    }

    /** A sample is the smaller of wall and thread time: what others on the machine take is not charged. */
    private void time(List<Asked> queries, String task, int rounds) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] best = new long[queries.size()];
        Arrays.fill(best, Long.MAX_VALUE);
        for (int round = 0; round < rounds; round++) {
            for (int index = 0; index < best.length; index++) {
                String text = queries.get(index).text;
                long processor = threads.getCurrentThreadCpuTime();
                long start = System.nanoTime();
                seen += ask(text, task);
                long wall = System.nanoTime() - start;
                processor = threads.getCurrentThreadCpuTime() - processor;
                best[index] = Math.min(best[index], Math.min(wall, processor));
            }
        }
        for (int index = 0; index < best.length; index++) {
            Asked asked = queries.get(index);
            out.printf(Locale.ROOT, "%s\t%s\t%.3f\t%s%n", task, asked.group, best[index] / 1e3, asked.text);
        }
    }

    void answers(List<Asked> queries) throws IOException, ParseException {
        StoredFields stored = searcher.storedFields();
        for (Asked asked : queries) {
            TopDocs found = best(parser.parse(asked.text), 10, Integer.MAX_VALUE);
            List<String> top = new ArrayList<>();
            for (ScoreDoc hit : found.scoreDocs) {
                top.add("[\"" + stored.document(hit.doc).get("id") + "\"," + hit.score + "]");
            }
            out.println("{\"count\":" + found.totalHits.value() + ",\"top\":[" + String.join(",", top) + "]}");
        }
    }
}
