/* Single terms through ICU: normalisation, transliteration, and regular expressions over UTF-8. */
#ifndef CANOPY_CICU_TEXT_H
#define CANOPY_CICU_TEXT_H

#include <stdint.h>

/* Rewrites short texts. Not thread-safe: one per worker. */
typedef struct canopy_rewriter canopy_rewriter;

/* name: "nfc", "nfd", "nfkc", "nfkd", "nfkc_cf", or "folding": NFKC_Casefold without the
   diacritics of scripts whose letters stand without them, digits in ASCII. NULL when there is no
   such form. */
canopy_rewriter *canopy_normalizer_open(const char *name);
/* id: an ICU transform such as "Any-Latin; Latin-ASCII"; NULL when ICU knows none. */
canopy_rewriter *canopy_transform_open(const char *id, int32_t reverse);
void canopy_rewriter_close(canopy_rewriter *rewriter);

/* Rewrites length bytes of UTF-8; invalid bytes become U+FFFD. Sets *result, valid until the next
   call, and returns its length, or -1 when ICU fails. */
int32_t canopy_rewrite(canopy_rewriter *rewriter, const uint8_t *text, int32_t length,
                       const uint8_t **result);

/* Whether a text may be cut before the scalar without changing what a normaliser makes of it. */
int32_t canopy_boundary_before(canopy_rewriter *rewriter, uint32_t scalar);

/* A regular expression with ICU's syntax. Not thread-safe: one per worker. */
typedef struct canopy_regex canopy_regex;

/* flags: a sum of CANOPY_REGEX_…. NULL when the pattern is wrong; then *offset is where. */
#define CANOPY_REGEX_CASE_INSENSITIVE 2
#define CANOPY_REGEX_COMMENTS 4
#define CANOPY_REGEX_MULTILINE 8
#define CANOPY_REGEX_LITERAL 16
#define CANOPY_REGEX_DOTALL 32
canopy_regex *canopy_regex_open(const uint8_t *pattern, int32_t length, uint32_t flags,
                                int32_t *offset);
void canopy_regex_close(canopy_regex *regex);
int32_t canopy_regex_group_count(canopy_regex *regex);

/* Starts over with a text, which must live until the last match is read; 0, or -1. */
int32_t canopy_regex_begin(canopy_regex *regex, const uint8_t *text, int64_t length);
/* 1 when there is a next match, 0 when there is none, -1 when the text has taken too many steps,
   whose number grows with its length: how much is found depends on the text alone, not on the time. */
int32_t canopy_regex_next(canopy_regex *regex);
/* Byte offsets of a group of the match (0: all of it); -1 when it took no part. */
int64_t canopy_regex_start(canopy_regex *regex, int32_t group);
int64_t canopy_regex_end(canopy_regex *regex, int32_t group);

#endif
