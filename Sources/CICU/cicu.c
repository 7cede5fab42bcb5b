#include "cicu.h"

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
    const UNormalizer2 *folding;
    int32_t maximum_units;
    buffer text;      /* the input in UTF-16 */
    buffer offsets;   /* the input byte each unit comes from */
    buffer words;     /* the words and separators in UTF-16 */
    buffer folded;    /* the same, folded */
    buffer terms, term_ends, starts, ends;
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

canopy_words *canopy_words_open(int32_t maximum_units) {
    UErrorCode status = U_ZERO_ERROR;
    canopy_words *words = calloc(1, sizeof *words);
    if (!words) return NULL;
    words->maximum_units = maximum_units;
    words->breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
    words->folding = unorm2_getNFKCCasefoldInstance(&status);
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

/* Finds the words: fills starts, ends and the separated words; returns how many, sets *used. */
static int32_t find(canopy_words *words, int32_t *used) {
    const UChar *text = words->text.data;
    const uint32_t *offsets = words->offsets.data;
    UChar *separated = words->words.data;
    uint32_t *starts = words->starts.data, *ends = words->ends.data;
    int32_t count = 0, length = 0;
    int32_t start = ubrk_first(words->breaks);
    for (int32_t end = ubrk_next(words->breaks); end != UBRK_DONE;
         start = end, end = ubrk_next(words->breaks)) {
        if (ubrk_getRuleStatus(words->breaks) < UBRK_WORD_NONE_LIMIT) continue;
        while (start < end) {
            int32_t cut = end;
            if (end - start > words->maximum_units) {
                cut = start + words->maximum_units;
                if (U16_IS_LEAD(text[cut - 1])) cut--;
            }
            starts[count] = offsets[start];
            ends[count++] = offsets[cut];
            memcpy(separated + length, text + start, (size_t)(cut - start) * sizeof(UChar));
            length += cut - start;
            separated[length++] = SEPARATOR;
            start = cut;
        }
    }
    *used = length;
    return count;
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

/* Folds the separated words; returns the number of units, or -1. */
static int32_t fold(canopy_words *words, int32_t length, UErrorCode *status) {
    for (int32_t capacity = length + length / 4 + 16;;) {
        UChar *folded = reserve(&words->folded, (size_t)capacity, sizeof(UChar));
        if (!folded) {
            *status = U_MEMORY_ALLOCATION_ERROR;
            return -1;
        }
        *status = U_ZERO_ERROR;
        int32_t needed = unorm2_normalize(words->folding, words->words.data, length, folded,
                                          capacity, status);
        if (*status != U_BUFFER_OVERFLOW_ERROR) return U_FAILURE(*status) ? -1 : needed;
        capacity = needed + 1;
    }
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
        !reserve(&words->term_ends, most, sizeof(uint32_t)))
        return U_MEMORY_ALLOCATION_ERROR;
    int32_t unit_count = decode(text, length, units, offsets);
    ubrk_setText(words->breaks, units, unit_count, &status);
    if (U_FAILURE(status)) return status;
    int32_t used = 0;
    int32_t count = find(words, &used);
    if (count == 0) return 0;
    int32_t folded = fold(words, used, &status);
    if (folded < 0) return status;
    if (!reserve(&words->terms, (size_t)folded * 3, 1)) return U_MEMORY_ALLOCATION_ERROR;
    list->count = encode(words->folded.data, folded, words->terms.data, words->term_ends.data);
    list->terms = words->terms.data;
    list->term_ends = words->term_ends.data;
    list->starts = words->starts.data;
    list->ends = words->ends.data;
    return list->count == count ? 0 : U_INTERNAL_PROGRAM_ERROR;
}
