#include "cicu_text.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>
#include <unicode/utrans.h>

struct canopy_rewriter {
    const UNormalizer2 *normalizer;
    const UNormalizer2 *decomposition; /* only for folding */
    const UNormalizer2 *composition;
    UTransliterator *transform;
    UChar *units, *spare;
    int32_t capacity;
    uint8_t *bytes;
    int32_t byte_capacity;
};

/* Room for so many units in both buffers; what is in them stays. */
static int make_room(canopy_rewriter *r, int32_t units) {
    if (units <= r->capacity) return 1;
    int32_t wanted = units + units / 2 + 64;
    UChar *first = realloc(r->units, (size_t)wanted * sizeof(UChar));
    if (first) r->units = first;
    UChar *second = realloc(r->spare, (size_t)wanted * sizeof(UChar));
    if (second) r->spare = second;
    if (!first || !second) return 0;
    r->capacity = wanted;
    return 1;
}

canopy_rewriter *canopy_normalizer_open(const char *name) {
    UErrorCode status = U_ZERO_ERROR;
    canopy_rewriter *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    if (!strcmp(name, "nfc")) r->normalizer = unorm2_getNFCInstance(&status);
    if (!strcmp(name, "nfd")) r->normalizer = unorm2_getNFDInstance(&status);
    if (!strcmp(name, "nfkc")) r->normalizer = unorm2_getNFKCInstance(&status);
    if (!strcmp(name, "nfkd")) r->normalizer = unorm2_getNFKDInstance(&status);
    if (!strcmp(name, "nfkc_cf")) r->normalizer = unorm2_getNFKCCasefoldInstance(&status);
    if (!strcmp(name, "folding")) {
        r->normalizer = unorm2_getNFKCCasefoldInstance(&status);
        r->decomposition = unorm2_getNFDInstance(&status);
        r->composition = unorm2_getNFCInstance(&status);
    }
    if (U_FAILURE(status) || !r->normalizer) {
        canopy_rewriter_close(r);
        return NULL;
    }
    return r;
}

canopy_rewriter *canopy_transform_open(const char *id, int32_t reverse) {
    UErrorCode status = U_ZERO_ERROR;
    canopy_rewriter *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    UChar name[512];
    u_strFromUTF8(name, 512, NULL, id, -1, &status);
    if (U_SUCCESS(status))
        r->transform = utrans_openU(name, -1, reverse ? UTRANS_REVERSE : UTRANS_FORWARD, NULL, 0,
                                    NULL, &status);
    if (U_FAILURE(status) || !r->transform) {
        canopy_rewriter_close(r);
        return NULL;
    }
    return r;
}

void canopy_rewriter_close(canopy_rewriter *r) {
    if (!r) return;
    if (r->transform) utrans_close(r->transform);
    free(r->units);
    free(r->spare);
    free(r->bytes);
    free(r);
}

/* units -> spare, then the two change places; returns the new length or -1. */
static int32_t normalize(canopy_rewriter *r, const UNormalizer2 *form, int32_t length) {
    for (;;) {
        UErrorCode status = U_ZERO_ERROR;
        int32_t needed = unorm2_normalize(form, r->units, length, r->spare, r->capacity, &status);
        if (status == U_BUFFER_OVERFLOW_ERROR) {
            if (!make_room(r, needed + 1)) return -1;
            continue;
        }
        if (U_FAILURE(status)) return -1;
        UChar *swap = r->units;
        r->units = r->spare;
        r->spare = swap;
        return needed;
    }
}

/* Whether folding drops it: a non-spacing diacritic, but no virama, nukta or voiced sound mark,
   without which another letter would stand there. */
static int is_dropped(UChar32 c) {
    if (u_charType(c) != U_NON_SPACING_MARK || !u_hasBinaryProperty(c, UCHAR_DIACRITIC)) return 0;
    uint8_t class = u_getCombiningClass(c);
    return class != 0 && class != 7 && class != 8 && class != 9;
}

/* Drops diacritics and writes digits in ASCII, in place. */
static int32_t strip(UChar *units, int32_t length) {
    int32_t index = 0, kept = 0;
    while (index < length) {
        UChar32 c;
        U16_NEXT(units, index, length, c);
        if (is_dropped(c)) continue;
        int32_t digit = c < 0x80 ? -1 : u_charDigitValue(c);
        if (digit >= 0 && u_charType(c) == U_DECIMAL_DIGIT_NUMBER) c = '0' + digit;
        U16_APPEND_UNSAFE(units, kept, c);
    }
    return kept;
}

int32_t canopy_boundary_before(canopy_rewriter *r, uint32_t scalar) {
    return unorm2_hasBoundaryBefore(r->normalizer, (UChar32)scalar);
}

int32_t canopy_rewrite(canopy_rewriter *r, const uint8_t *text, int32_t length,
                       const uint8_t **result) {
    if (!make_room(r, length + 1)) return -1;
    int32_t count = 0, index = 0;
    while (index < length) {
        UChar32 c;
        U8_NEXT_OR_FFFD(text, index, length, c);
        U16_APPEND_UNSAFE(r->units, count, c);
    }
    if (r->normalizer) count = normalize(r, r->normalizer, count);
    if (count >= 0 && r->decomposition) {
        count = normalize(r, r->decomposition, count);
        if (count >= 0) count = strip(r->units, count);
        if (count >= 0) count = normalize(r, r->composition, count);
    }
    if (r->transform) {
        for (int32_t original = count;;) {
            UErrorCode status = U_ZERO_ERROR;
            int32_t limit = original;
            count = original;
            memcpy(r->spare, r->units, (size_t)original * sizeof(UChar));
            utrans_transUChars(r->transform, r->spare, &count, r->capacity, 0, &limit, &status);
            if (status == U_BUFFER_OVERFLOW_ERROR) {
                if (!make_room(r, count + 1)) return -1;
                continue;
            }
            if (U_FAILURE(status)) return -1;
            break;
        }
        UChar *swap = r->units;
        r->units = r->spare;
        r->spare = swap;
    }
    if (count < 0) return -1;
    if (count * 3 > r->byte_capacity) {
        uint8_t *bytes = realloc(r->bytes, (size_t)count * 3 + 64);
        if (!bytes) return -1;
        r->bytes = bytes;
        r->byte_capacity = count * 3 + 64;
    }
    int32_t size = 0;
    for (index = 0; index < count;) {
        UChar32 c;
        U16_NEXT(r->units, index, count, c);
        if (U_IS_SURROGATE(c)) c = 0xFFFD;
        U8_APPEND_UNSAFE(r->bytes, size, c);
    }
    *result = r->bytes;
    return size;
}
