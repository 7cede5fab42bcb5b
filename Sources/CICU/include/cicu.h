/* Words of a text by libicu: Unicode word break (UAX #29, with dictionaries for scripts that do
   not put spaces between words) and NFKC_Casefold, a whole text per call. ICU's own headers are
   included by the .c file alone, because Foundation exports a module with the same types. */
#ifndef CANOPY_CICU_H
#define CANOPY_CICU_H

#include <stdint.h>

/* A word breaker with its buffers. Not thread-safe: one per worker. */
typedef struct canopy_words canopy_words;

/* Words are folded with NFKC_Casefold; without it they stay as they are. */
#define CANOPY_WORDS_FOLD 1
/* Characters of Han, Hiragana, Katakana and Hangul are words of their own, marked as cells. */
#define CANOPY_WORDS_CJK 2

/* What a word is: an ordinary one, or a character of a CJK run, first of it or behind another. */
#define CANOPY_CELL_NONE 0
#define CANOPY_CELL_FIRST 1
#define CANOPY_CELL_NEXT 2

/* The words of one text, valid until the next call with the same breaker. Words may be empty
   when folding left nothing of them. */
typedef struct {
    int32_t count;
    const uint8_t *terms;      /* folded words in UTF-8, one after the other */
    const uint32_t *term_ends; /* where each ends in terms */
    const uint32_t *starts;    /* first byte of each in the text */
    const uint32_t *ends;      /* one past its last byte in the text */
    const uint8_t *cells;      /* CANOPY_CELL_… of each */
} canopy_word_list;

/* NULL when ICU's data is missing or memory is short. Words longer than maximum_units UTF-16
   units (at least 2) are split. Options are a sum of CANOPY_WORDS_…. */
canopy_words *canopy_words_open(int32_t maximum_units, int32_t options);
void canopy_words_close(canopy_words *words);

/* Splits length bytes of UTF-8; invalid bytes, '@' and ':' separate words. Returns 0 and fills list, or ICU's
   error code (then list is empty). */
int32_t canopy_words_split(canopy_words *words, const uint8_t *text, int32_t length,
                           canopy_word_list *list);

/* Folds one word of length bytes of valid UTF-8; returns the bytes stored at term, or -1 when a third of
   the capacity is too small for its UTF-16 units or memory is short. */
int32_t canopy_words_fold(canopy_words *words, const uint8_t *text, int32_t length, uint8_t *term,
                          int32_t capacity);

/* What a character is to UAX #29, as far as words of it can be found without ICU. */
#define CANOPY_KIND_HARD 0      /* needs dictionaries, or rules that nothing else needs */
#define CANOPY_KIND_SEPARATOR 1 /* between words whatever stands beside it */
#define CANOPY_KIND_EXTEND 2    /* belongs to what stands before it */
#define CANOPY_KIND_LETTER 3
#define CANOPY_KIND_DIGIT 4
#define CANOPY_KIND_UNDERSCORE 5
#define CANOPY_KIND_MID_LETTER 6 /* joins two letters */
#define CANOPY_KIND_MID_DIGIT 7  /* joins two digits */
#define CANOPY_KIND_MID_BOTH 8   /* joins either */
#define CANOPY_KIND_QUOTE 9      /* joins what is hard, and nothing else */
#define CANOPY_KIND_CELL 10      /* Han, Hiragana, Katakana or Hangul */

/* A character below U+10000 in 64 bits: what NFKC_Casefold makes of it, up to six bytes of UTF-8; from
   bit 48 its kind; from bit 52 the number of those bytes; bit 55, whether they are right wherever it stands,
   provided that combining classes do not descend; and from bit 56 its combining class, if it has one that
   matters. 0 for all that is not known, surrogates among it. */
uint64_t canopy_character(uint32_t scalar);

#endif
