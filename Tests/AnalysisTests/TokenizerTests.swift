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

    /// Expressions that would try exponentially many ways end.
    @Test func catastrophicPatterns() throws {
        let composed = try Composed(tokenizer: #"{"type":"pattern","pattern":"(a+)+b"}"#)
        let text = String(repeating: "a", count: 5000)
        #expect(composed.terms(text) == text)
    }
}
