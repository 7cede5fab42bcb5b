#include "cicu_breaks.h"

#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/uloc.h>
#include <unicode/utext.h>

struct canopy_breaks {
    UBreakIterator *iterator;
    UText *text;
    uint32_t *offsets;
    int32_t capacity;
};

canopy_breaks *canopy_breaks_open(int32_t kind, const char *locale) {
    UErrorCode status = U_ZERO_ERROR;
    char name[ULOC_FULLNAME_CAPACITY];
    canopy_breaks *b = calloc(1, sizeof *b);
    if (!b) return NULL;
    int32_t parsed = 0;
    uloc_forLanguageTag(locale, name, sizeof name, &parsed, &status);
    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING || !parsed) {
        status = U_ZERO_ERROR;
        name[0] = 0;
    }
    UBreakIteratorType type = kind == CANOPY_BREAKS_WORD ? UBRK_WORD : UBRK_SENTENCE;
    b->iterator = ubrk_open(type, name, NULL, 0, &status);
    if (U_FAILURE(status)) {
        canopy_breaks_close(b);
        return NULL;
    }
    return b;
}

void canopy_breaks_close(canopy_breaks *b) {
    if (!b) return;
    if (b->iterator) ubrk_close(b->iterator);
    if (b->text) utext_close(b->text);
    free(b->offsets);
    free(b);
}

static int keep(canopy_breaks *b, int32_t count, int32_t offset) {
    if (count == b->capacity) {
        int32_t wanted = b->capacity + b->capacity / 2 + 64;
        uint32_t *grown = realloc(b->offsets, (size_t)wanted * sizeof *grown);
        if (!grown) return 0;
        b->offsets = grown;
        b->capacity = wanted;
    }
    b->offsets[count] = (uint32_t)offset;
    return 1;
}

int32_t canopy_breaks_find(canopy_breaks *b, const uint8_t *text, int32_t length,
                           const uint32_t **offsets) {
    UErrorCode status = U_ZERO_ERROR;
    b->text = utext_openUTF8(b->text, (const char *)text, length, &status);
    ubrk_setUText(b->iterator, b->text, &status);
    if (U_FAILURE(status)) return -1;
    int32_t count = 0;
    int32_t last = -1;
    for (int32_t offset = ubrk_first(b->iterator); offset != UBRK_DONE;
         offset = ubrk_next(b->iterator)) {
        if (offset <= last) continue;
        if (!keep(b, count, offset)) return -1;
        last = offset;
        count++;
    }
    if (last < length) {
        if (!keep(b, count, length)) return -1;
        count++;
    }
    *offsets = b->offsets;
    return count;
}
