#ifndef CANOPY_SCRIPTS_H
#define CANOPY_SCRIPTS_H

#include <unicode/umachine.h>

/* Han, Hiragana, Katakana and Hangul that can stand in words, by their blocks, so that an index
   does not depend on the release of ICU. */
static inline int is_cjk(UChar32 c) {
    if (c < 0x1100) return 0;
    if (c <= 0x11FF) return 1;                                     /* conjoining jamo */
    if (c < 0x2E80) return 0;
    if (c <= 0x2FD5) return 1;                                     /* radicals */
    if (c < 0x3400)
        return c == 0x3005 || c == 0x3006 || c == 0x3007 || (c >= 0x3021 && c <= 0x3029) ||
               (c >= 0x3031 && c <= 0x3035) || (c >= 0x3038 && c <= 0x303C) ||
               (c >= 0x3041 && c <= 0x3096) || (c >= 0x309D && c <= 0x309F) ||
               (c >= 0x30A1 && c <= 0x30FA) || (c >= 0x30FC && c <= 0x30FF) ||
               (c >= 0x3105 && c <= 0x312F) || (c >= 0x3131 && c <= 0x318E) ||
               (c >= 0x31A0 && c <= 0x31BF) || (c >= 0x31F0 && c <= 0x31FF);
    if (c <= 0x4DBF || (c >= 0x4E00 && c <= 0x9FFF)) return 1;
    if (c < 0xA960) return 0;
    if (c <= 0xA97C || (c >= 0xAC00 && c <= 0xD7FB)) return 1;      /* Hangul */
    if (c < 0xF900) return 0;
    if (c <= 0xFAD9) return 1;                                     /* compatibility ideographs */
    if (c < 0xFF66) return 0;
    if (c <= 0xFFDC) return 1;                                     /* half width forms */
    return (c >= 0x1AFF0 && c <= 0x1B16F) || (c >= 0x20000 && c <= 0x323AF);
}

/* What belongs to the cell before it: combining marks, voiced marks, variation selectors. */
static inline int extends_cell(UChar32 c) {
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x302A && c <= 0x302F) || c == 0x3099 ||
           c == 0x309A || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFF9E || c == 0xFF9F ||
           (c >= 0xE0100 && c <= 0xE01EF);
}

/* Medial and final jamo, which make one syllable with those before them. */
static inline int continues_syllable(UChar32 c) {
    return (c >= 0x1160 && c <= 0x11FF) || (c >= 0xD7B0 && c <= 0xD7FB);
}

static inline int is_hangul(UChar32 c) {
    return (c >= 0x1100 && c <= 0x11FF) || (c >= 0xA960 && c <= 0xA97C) ||
           (c >= 0xAC00 && c <= 0xD7FB);
}

#endif
