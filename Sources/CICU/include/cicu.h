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

#endif
