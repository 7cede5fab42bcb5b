// Tokenizers that settings may name.

import Testing

@testable import Analysis

struct TokenizerTests {
    @Test(arguments: [
        (#""standard""#, "The 2 QUICK-Foxes", "The 2 QUICK Foxes"),
        (#""icu_tokenizer""#, "ภาษาไทย ABC", "ภาษา ไทย ABC"),
        (#""letter""#, "It's 4You", "It s You"),
        (#""lowercase""#, "It's 4You", "it s you"),
        (#""keyword""#, "New York", "New York"),
        (#"{"type":"standard","max_token_length":4}"#, "quick é foxes", "quic k é foxe s"),
        (#"{"type":"whitespace","max_token_length":"3"}"#, "quick-é", "qui ck- é"),
        (#"{"type":"pattern","pattern":", *"}"#, "a,b, c,,d", "a b c d"),
        (#"{"type":"pattern","pattern":"'(.*?)'","group":1}"#, "x 'a b' y 'c'", "a b c"),
        (#"{"type":"ngram","min_gram":2,"max_gram":3}"#, "äbc", "äb äbc bc"),
        (
            #"{"type":"edge_ngram","min_gram":1,"max_gram":3,"token_chars":["letter"]}"#,
            "ab1xyzw", "a ab x xy xyz"
        ),
        (#""path_hierarchy""#, "/usr/local/bin", "/usr /usr/local /usr/local/bin"),
        (
            #"{"type":"path_hierarchy","delimiter":".","replacement":"/","reverse":true}"#,
            "www.example.org", "www/example/org example/org org"
        ),
        (#"{"type":"path_hierarchy","skip":1}"#, "a/b/c", "/b /b/c"),
        (#"{"type":"simple_pattern","pattern":"[0-9]{3}"}"#, "fd-786-335-514-x", "786 335 514"),
        (
            #"{"type":"simple_pattern_split","pattern":"_+"}"#, "an__underscored_phrase",
            "an underscored phrase"
        ),
        (
            #"{"type":"char_group","tokenize_on_chars":["whitespace","-","\\n"]}"#,
            "The QUICK-brown  fox", "The QUICK brown fox"
        ),
        (
            #""uax_url_email""#, "Mail joe.x@Example.org, see (https://a.org/b?c=d) or x@y!",
            "Mail joe.x@Example.org see https://a.org/b?c=d or x y"
        ),
    ])
    func tokenizes(tokenizer: String, text: String, expected: String) throws {
        #expect(try Composed(tokenizer: tokenizer).terms(text) == expected)
    }

    @Test func offsets() throws {
        #expect(
            try Composed(tokenizer: #"{"type":"pattern","pattern":"-"}"#).tokens("é-bc").description
                == "é@0[0..<2] bc@1[3..<5]")
        #expect(
            try Composed(tokenizer: #""path_hierarchy""#).tokens("a/b").description
                == "a@0[0..<1] a/b@0[0..<3]")
    }

    /// Expressions that would try exponentially many ways, or the square of the text's length, end;
    /// the next text has all its steps again.
    @Test(arguments: ["(a+)+b", "a*b", "a*b|c"]) func catastrophicPatterns(pattern: String) throws {
        let composed = try Composed(
            tokenizer: "{\"type\":\"pattern\",\"pattern\":\"\(pattern)\"}")
        let text = String(repeating: "a", count: 20_000)
        for _ in 0..<3 {
            #expect(composed.terms(text) == text)
            #expect(composed.terms("xaby") == "x y")
        }
    }
}
