#include "cicu_collation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucol.h>
#include <unicode/uloc.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

struct canopy_collator {
    UCollator *collator;
    UChar *units;
    int32_t unit_capacity;
    uint8_t *key;
    int32_t key_capacity;
};

/* UTF-8 to UTF-16 in the collator's buffer; returns the number of units, or -1. */
static int32_t load(canopy_collator *c, const uint8_t *text, int32_t length) {
    if (length > c->unit_capacity || !c->units) {
        int32_t wanted = length + length / 2 + 64;
        UChar *units = realloc(c->units, (size_t)wanted * sizeof(UChar));
        if (!units) return -1;
        c->units = units;
        c->unit_capacity = wanted;
    }
    int32_t count = 0, index = 0;
    while (index < length) {
        UChar32 scalar;
        U8_NEXT_OR_FFFD(text, index, length, scalar);
        U16_APPEND_UNSAFE(c->units, count, scalar);
    }
    return count;
}

/* Whether the order that was found is the one that the variant names. ICU takes the language's
   usual order when there is none. */
static int has_variant(UCollator *collator, const char *variant) {
    UErrorCode status = U_ZERO_ERROR;
    if (!*variant || !strcmp(variant, "@collation=standard")) return 1;
    const char *actual = ucol_getLocaleByType(collator, ULOC_ACTUAL_LOCALE, &status);
    return U_SUCCESS(status) && actual && strstr(actual, *variant == '@' ? variant + 1 : variant);
}

canopy_collator *canopy_collator_open(const char *language, const char *country,
                                      const char *variant, int32_t *fault) {
    char name[ULOC_FULLNAME_CAPACITY];
    int is_keyword = *variant == '@';
    int length = snprintf(name, sizeof name, "%s%s%s%s%s", language,
                          *country || (*variant && !is_keyword) ? "_" : "", country,
                          *variant && !is_keyword ? "_" : "", variant);
    *fault = CANOPY_COLLATOR_LANGUAGE;
    if (length < 0 || length >= (int)sizeof name) return NULL;
    if (*language && !*uloc_getISO3Language(name)) return NULL;
    *fault = CANOPY_COLLATOR_COUNTRY;
    if (*country && !*uloc_getISO3Country(name)) return NULL;
    *fault = CANOPY_COLLATOR_FAILED;
    canopy_collator *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    UErrorCode status = U_ZERO_ERROR;
    c->collator = ucol_open(name, &status);
    if (U_SUCCESS(status) && has_variant(c->collator, variant)) return c;
    if (U_SUCCESS(status)) *fault = CANOPY_COLLATOR_VARIANT;
    canopy_collator_close(c);
    return NULL;
}

canopy_collator *canopy_collator_open_rules(const uint8_t *rules, int32_t length,
                                            int32_t *offset) {
    *offset = -1;
    canopy_collator *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    UErrorCode status = U_ZERO_ERROR;
    UParseError place = {0};
    place.offset = -1;
    int32_t count = load(c, rules, length);
    if (count >= 0) {
        c->collator = ucol_openRules(c->units, count, UCOL_DEFAULT, UCOL_DEFAULT_STRENGTH, &place,
                                     &status);
        if (U_SUCCESS(status)) return c;
        *offset = place.offset;
    }
    canopy_collator_close(c);
    return NULL;
}

void canopy_collator_close(canopy_collator *c) {
    if (!c) return;
    if (c->collator) ucol_close(c->collator);
    free(c->units);
    free(c->key);
    free(c);
}

int32_t canopy_collator_set(canopy_collator *c, int32_t attribute, int32_t value) {
    static const UColAttributeValue strengths[] = {UCOL_PRIMARY, UCOL_SECONDARY, UCOL_TERTIARY,
                                                   UCOL_QUATERNARY, UCOL_IDENTICAL};
    static const UColAttribute attributes[] = {
        UCOL_STRENGTH,   UCOL_NORMALIZATION_MODE, UCOL_ALTERNATE_HANDLING,
        UCOL_CASE_LEVEL, UCOL_CASE_FIRST,         UCOL_NUMERIC_COLLATION};
    UErrorCode status = U_ZERO_ERROR;
    UColAttributeValue wanted = value ? UCOL_ON : UCOL_OFF;
    switch (attribute) {
    case CANOPY_COLLATOR_STRENGTH:
        if (value < 1 || value > 5) return -1;
        wanted = strengths[value - 1];
        break;
    case CANOPY_COLLATOR_SHIFTED: wanted = value ? UCOL_SHIFTED : UCOL_NON_IGNORABLE; break;
    case CANOPY_COLLATOR_UPPER_FIRST: wanted = value ? UCOL_UPPER_FIRST : UCOL_LOWER_FIRST; break;
    case CANOPY_COLLATOR_DECOMPOSITION:
    case CANOPY_COLLATOR_CASE_LEVEL:
    case CANOPY_COLLATOR_NUMERIC: break;
    default: return -1;
    }
    ucol_setAttribute(c->collator, attributes[attribute], wanted, &status);
    return U_FAILURE(status) ? -1 : 0;
}

int32_t canopy_collator_set_variable_top(canopy_collator *c, const uint8_t *text,
                                         int32_t length) {
    int32_t count = load(c, text, length);
    if (count < 0) return -1;
    UErrorCode status = U_ZERO_ERROR;
/* The other function takes a group, and ICU does not say which group a character is of. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    ucol_setVariableTop(c->collator, c->units, count, &status);
#pragma GCC diagnostic pop
    return U_FAILURE(status) ? -1 : 0;
}

uint32_t canopy_collator_version(canopy_collator *c) {
    UVersionInfo version;
    ucol_getVersion(c->collator, version);
    return (uint32_t)version[0] << 24 | (uint32_t)version[1] << 16 | (uint32_t)version[2] << 8 |
           version[3];
}

int32_t canopy_collator_key(canopy_collator *c, const uint8_t *text, int32_t length,
                            const uint8_t **key) {
    int32_t count = load(c, text, length);
    if (count < 0) return -1;
    for (;;) {
        int32_t needed = ucol_getSortKey(c->collator, c->units, count, c->key, c->key_capacity);
        if (needed <= 0) return -1;
        *key = c->key;
        /* A zero ends it. */
        if (needed <= c->key_capacity) return needed - 1;
        uint8_t *larger = realloc(c->key, (size_t)needed + 256);
        if (!larger) return -1;
        c->key = larger;
        c->key_capacity = needed + 256;
    }
}
