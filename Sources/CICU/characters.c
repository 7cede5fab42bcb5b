#include "cicu.h"
#include "scripts.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#define MOST_BYTES 6

/* Whether c, which is_cjk, is a cell whatever stands before it. */
static int is_cell(UChar32 c, int32_t folded_size) {
    return folded_size > 0 && !extends_cell(c) && !continues_syllable(c);
}

static uint64_t kind_of(UChar32 c, int32_t folded_size) {
    /* As canopy_words_split has it, whatever the release of ICU. */
    if (c == '@' || c == ':') return CANOPY_KIND_SEPARATOR;
    if (is_cjk(c)) return is_cell(c, folded_size) ? CANOPY_KIND_CELL : CANOPY_KIND_HARD;
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript(c, &status);
    if (U_FAILURE(status) || !u_isdefined(c) || script == USCRIPT_HAN || script == USCRIPT_HIRAGANA ||
        script == USCRIPT_KATAKANA || script == USCRIPT_HANGUL ||
        u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT)
        return CANOPY_KIND_HARD;
    switch (u_getIntPropertyValue(c, UCHAR_WORD_BREAK)) {
        case U_WB_OTHER:
        case U_WB_CR:
        case U_WB_LF:
        case U_WB_NEWLINE:
        case U_WB_WSEGSPACE: return CANOPY_KIND_SEPARATOR;
        case U_WB_EXTEND:
        case U_WB_FORMAT: return CANOPY_KIND_EXTEND;
        case U_WB_ALETTER: return CANOPY_KIND_LETTER;
        case U_WB_NUMERIC: return CANOPY_KIND_DIGIT;
        case U_WB_EXTENDNUMLET: return c == '_' ? CANOPY_KIND_UNDERSCORE : CANOPY_KIND_HARD;
        /* Other colons than ':', which releases of ICU see differently, are hard. */
        case U_WB_MIDLETTER: return c == 0xFE55 || c == 0xFF1A ? CANOPY_KIND_HARD : CANOPY_KIND_MID_LETTER;
        case U_WB_MIDNUM: return CANOPY_KIND_MID_DIGIT;
        case U_WB_MIDNUMLET:
        case U_WB_SINGLE_QUOTE: return CANOPY_KIND_MID_BOTH;
        case U_WB_DOUBLE_QUOTE: return CANOPY_KIND_QUOTE;
        default: return CANOPY_KIND_HARD;
    }
}

/* Folded, in UTF-8; -1 when there are more than MOST_BYTES. *last is the last character of it. */
static int32_t fold_alone(const UNormalizer2 *folding, UChar32 c, uint8_t *bytes, UChar32 *last) {
    UErrorCode status = U_ZERO_ERROR;
    UChar unit = (UChar)c, folded[MOST_BYTES + 1];
    int32_t units = unorm2_normalize(folding, &unit, 1, folded, MOST_BYTES, &status), size = 0;
    if (U_FAILURE(status)) return -1;
    for (int32_t index = 0; index < units;) {
        U16_NEXT(folded, index, units, *last);
        if (size + U8_LENGTH(*last) > MOST_BYTES) return -1;
        U8_APPEND_UNSAFE(bytes, size, *last);
    }
    return size;
}

uint64_t canopy_character(uint32_t scalar) {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *folding = unorm2_getNFKCCasefoldInstance(&status);
    UChar32 c = (UChar32)scalar, last = 0;
    if (U_FAILURE(status) || scalar > 0xFFFF || U16_IS_SURROGATE(c)) return 0;
    uint8_t bytes[MOST_BYTES], combining = u_getCombiningClass(c);
    int32_t size = fold_alone(folding, c, bytes, &last);
    /* Either nothing before it changes it and nothing of it moves, or it is a mark that never composes. */
    int alone = unorm2_hasBoundaryBefore(folding, c) && (size == 0 || u_getCombiningClass(last) == 0);
    int mark = combining != 0 && last == c && size == U8_LENGTH(c) &&
               u_getIntPropertyValue(c, UCHAR_NFC_QUICK_CHECK) == UNORM_YES;
    uint64_t kind = kind_of(c, size), result = kind << 48;
    /* Cells are folded one by one. */
    alone |= kind == CANOPY_KIND_CELL;
    if (size < 0 || !(alone || mark)) return result;
    for (int32_t index = 0; index < size; index++) result |= (uint64_t)bytes[index] << (8 * index);
    result |= (uint64_t)size << 52 | (uint64_t)1 << 55;
    return alone ? result : result | (uint64_t)combining << 56;
}
