#include "cicu.h"
#include "scripts.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

/* Stands between words while they are folded in one go: it is inert under NFKC_Casefold and, a
   line feed being a word of its own for UAX #29, never part of a word. */
#define SEPARATOR 0x000A

/* A growing array; growing loses the contents. */
typedef struct {
    void *data;
    size_t capacity; /* bytes */
} buffer;

struct canopy_words {
    UBreakIterator *breaks;
    const UNormalizer2 *folding; /* NULL: words stay as they are */
    int32_t maximum_units;
    int cuts_cjk;
    buffer text;      /* the input in UTF-16 */
    buffer offsets;   /* the input byte each unit comes from */
    buffer words;     /* the words and separators in UTF-16 */
    buffer folded;    /* the same, folded */
    buffer terms, term_ends, starts, ends, cells;
};

static void *reserve(buffer *b, size_t count, size_t size) {
    size_t bytes = count * size;
    if (b->capacity < bytes) {
        free(b->data);
        bytes += bytes / 2 + 64;
        b->data = malloc(bytes);
        b->capacity = b->data ? bytes : 0;
    }
    return b->data;
}

canopy_words *canopy_words_open(int32_t maximum_units, int32_t options) {
    UErrorCode status = U_ZERO_ERROR;
    canopy_words *words = calloc(1, sizeof *words);
    if (!words) return NULL;
    words->maximum_units = maximum_units;
    words->breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
    words->cuts_cjk = (options & CANOPY_WORDS_CJK) != 0;
    if (options & CANOPY_WORDS_FOLD) words->folding = unorm2_getNFKCCasefoldInstance(&status);
    if (U_FAILURE(status)) {
        canopy_words_close(words);
        return NULL;
    }
    return words;
}

void canopy_words_close(canopy_words *words) {
    if (!words) return;
    if (words->breaks) ubrk_close(words->breaks);
    free(words->text.data);
    free(words->offsets.data);
    free(words->words.data);
    free(words->folded.data);
    free(words->terms.data);
    free(words->term_ends.data);
    free(words->starts.data);
    free(words->ends.data);
    free(words->cells.data);
    free(words);
}

/* '@' and ':' join letters in some releases of ICU and not in others. Here they always separate,
   as any other sign does, so that an index does not depend on the release. */
#define SIGN 0x0023

/* UTF-8 to UTF-16 with the byte each unit comes from; returns the number of units. */
static int32_t decode(const uint8_t *text, int32_t length, UChar *units, uint32_t *offsets) {
    int32_t count = 0, index = 0;
    while (index < length) {
        int32_t start = index;
        UChar32 scalar;
        U8_NEXT(text, index, length, scalar);
        if (scalar < 0) scalar = 0xFFFD;
        if (scalar == '@' || scalar == ':') scalar = SIGN;
        offsets[count] = (uint32_t)start;
        if (scalar <= 0xFFFF) {
            units[count++] = (UChar)scalar;
        } else {
            offsets[count + 1] = (uint32_t)start;
            units[count++] = U16_LEAD(scalar);
            units[count++] = U16_TRAIL(scalar);
        }
    }
    offsets[count] = (uint32_t)length;
    return count;
}

/* Where the words that are found go. */
typedef struct {
    const UChar *text;
    const uint32_t *offsets;
    UChar *separated;
    uint32_t *starts, *ends;
    uint8_t *cells;
    int32_t count, length;
    int32_t maximum_units;
} found_words;

/* Keeps units start..<end as a word, in pieces if it is too long. */
static void keep(found_words *found, int32_t start, int32_t end, uint8_t cell) {
    while (start < end) {
        int32_t cut = end;
        if (end - start > found->maximum_units) {
            cut = start + found->maximum_units;
            if (U16_IS_LEAD(found->text[cut - 1])) cut--;
        }
        found->starts[found->count] = found->offsets[start];
        found->ends[found->count] = found->offsets[cut];
        found->cells[found->count++] = cell;
        memcpy(found->separated + found->length, found->text + start,
               (size_t)(cut - start) * sizeof(UChar));
        found->length += cut - start;
        found->separated[found->length++] = SEPARATOR;
        start = cut;
        if (cell) cell = CANOPY_CELL_NEXT;
    }
}

/* The words of units from..<to. */
static void find(UBreakIterator *breaks, found_words *found, int32_t from, int32_t to,
                 UErrorCode *status) {
    ubrk_setText(breaks, found->text + from, to - from, status);
    if (U_FAILURE(*status)) return;
    int32_t start = ubrk_first(breaks);
    for (int32_t end = ubrk_next(breaks); end != UBRK_DONE; start = end, end = ubrk_next(breaks)) {
        if (ubrk_getRuleStatus(breaks) < UBRK_WORD_NONE_LIMIT) continue;
        keep(found, from + start, from + end, CANOPY_CELL_NONE);
    }
}

/* White space and punctuation between runs, which spare ICU a call. */
static int is_gap(UChar unit) {
    return unit <= 0x26 || (unit >= 0x28 && unit <= 0x2D) || (unit >= 0x3000 && unit <= 0x3003) ||
           (unit >= 0x3008 && unit <= 0x3020) || (unit >= 0xFF08 && unit <= 0xFF0D) ||
           unit == 0xFF01 || unit == 0xFF1F || unit == 0x30FB || unit == 0xFF61;
}

/* One word for every character of the run that begins at start, or nothing; returns its end. */
static int32_t keep_run(found_words *found, int32_t start, int32_t unit_count) {
    uint8_t cell = CANOPY_CELL_FIRST;
    int32_t index = start;
    while (index < unit_count) {
        int32_t begin = index;
        UChar32 c;
        U16_NEXT(found->text, index, unit_count, c);
        if (!is_cjk(c)) return begin;
        int hangul = is_hangul(c);
        while (index < unit_count) {
            int32_t next = index;
            U16_NEXT(found->text, next, unit_count, c);
            if (!extends_cell(c) && !(hangul && continues_syllable(c))) break;
            index = next;
        }
        keep(found, begin, index, cell);
        cell = CANOPY_CELL_NEXT;
    }
    return index;
}

/* As find, but every character of the CJK scripts is a word. */
static void find_with_cells(UBreakIterator *breaks, found_words *found, int32_t unit_count,
                            UErrorCode *status) {
    int32_t index = 0;
    while (index < unit_count) {
        int32_t from = index;
        int only_gaps = 1;
        while (index < unit_count) {
            int32_t next = index;
            UChar32 c;
            U16_NEXT(found->text, next, unit_count, c);
            if (is_cjk(c)) break;
            only_gaps &= is_gap(found->text[index]);
            index = next;
        }
        if (!only_gaps) find(breaks, found, from, index, status);
        if (U_FAILURE(*status)) return;
        index = keep_run(found, index, unit_count);
    }
}

/* Folded words and separators to UTF-8 terms and their ends. */
static int32_t encode(const UChar *folded, int32_t length, uint8_t *terms, uint32_t *term_ends) {
    int32_t count = 0, size = 0, index = 0;
    while (index < length) {
        UChar32 scalar;
        U16_NEXT(folded, index, length, scalar);
        if (scalar == SEPARATOR) {
            term_ends[count++] = (uint32_t)size;
        } else {
            U8_APPEND_UNSAFE(terms, size, scalar);
        }
    }
    return count;
}

/* Folds the separated words; sets *folded and returns the number of units, or -1. */
static int32_t fold(canopy_words *words, int32_t length, const UChar **result,
                    UErrorCode *status) {
    *result = words->words.data;
    if (!words->folding) return length;
    for (int32_t capacity = length + length / 4 + 16;;) {
        UChar *folded = reserve(&words->folded, (size_t)capacity, sizeof(UChar));
        if (!folded) {
            *status = U_MEMORY_ALLOCATION_ERROR;
            return -1;
        }
        *status = U_ZERO_ERROR;
        int32_t needed = unorm2_normalize(words->folding, words->words.data, length, folded,
                                          capacity, status);
        *result = folded;
        if (*status != U_BUFFER_OVERFLOW_ERROR) return U_FAILURE(*status) ? -1 : needed;
        capacity = needed + 1;
    }
}

int32_t canopy_words_fold(canopy_words *words, const uint8_t *text, int32_t length, uint8_t *term,
                          int32_t capacity) {
    UErrorCode status = U_ZERO_ERROR;
    UChar *units = reserve(&words->words, (size_t)length + 1, sizeof(UChar));
    uint32_t *offsets = reserve(&words->offsets, (size_t)length + 1, sizeof(uint32_t));
    if (!units || !offsets) return -1;
    const UChar *folded = NULL;
    int32_t folded_length = fold(words, decode(text, length, units, offsets), &folded, &status);
    if (folded_length < 0 || folded_length > capacity / 3) return -1;
    int32_t size = 0;
    for (int32_t index = 0; index < folded_length;) {
        UChar32 scalar;
        U16_NEXT(folded, index, folded_length, scalar);
        U8_APPEND_UNSAFE(term, size, scalar);
    }
    return size;
}

int32_t canopy_words_split(canopy_words *words, const uint8_t *text, int32_t length,
                           canopy_word_list *list) {
    UErrorCode status = U_ZERO_ERROR;
    memset(list, 0, sizeof *list);
    if (length <= 0) return 0;
    size_t most = (size_t)length + 1;
    UChar *units = reserve(&words->text, most, sizeof(UChar));
    uint32_t *offsets = reserve(&words->offsets, most, sizeof(uint32_t));
    if (!units || !offsets || !reserve(&words->words, 2 * most, sizeof(UChar)) ||
        !reserve(&words->starts, most, sizeof(uint32_t)) ||
        !reserve(&words->ends, most, sizeof(uint32_t)) ||
        !reserve(&words->cells, most, sizeof(uint8_t)) ||
        !reserve(&words->term_ends, most, sizeof(uint32_t)))
        return U_MEMORY_ALLOCATION_ERROR;
    found_words found = {units, offsets, words->words.data, words->starts.data, words->ends.data,
                         words->cells.data, 0, 0, words->maximum_units};
    int32_t unit_count = decode(text, length, units, offsets);
    if (words->cuts_cjk)
        find_with_cells(words->breaks, &found, unit_count, &status);
    else
        find(words->breaks, &found, 0, unit_count, &status);
    if (U_FAILURE(status)) return status;
    if (found.count == 0) return 0;
    const UChar *folded = NULL;
    int32_t folded_length = fold(words, found.length, &folded, &status);
    if (folded_length < 0) return status;
    if (!reserve(&words->terms, (size_t)folded_length * 3, 1)) return U_MEMORY_ALLOCATION_ERROR;
    list->count = encode(folded, folded_length, words->terms.data, words->term_ends.data);
    list->terms = words->terms.data;
    list->term_ends = words->term_ends.data;
    list->starts = words->starts.data;
    list->ends = words->ends.data;
    list->cells = words->cells.data;
    return list->count == found.count ? 0 : U_INTERNAL_PROGRAM_ERROR;
}
