#include "cicu_text.h"

#include <stdlib.h>
#include <unicode/uregex.h>
#include <unicode/utext.h>

/* Steps of the matching engine per text, some thousands of them to a second, and bytes that earn one
   more: a bound for patterns that would try more ways than the text has characters. ICU counts one
   step for every 10,000 states it saves. */
#define MOST_STEPS 200
#define BYTES_PER_STEP 1000
/* Bytes of the backtracking stack. */
#define MOST_STACK (4 << 20)

struct canopy_regex {
    URegularExpression *expression;
    UText *text;
};

canopy_regex *canopy_regex_open(const uint8_t *pattern, int32_t length, uint32_t flags,
                                int32_t *offset) {
    UErrorCode status = U_ZERO_ERROR;
    UParseError place = {0};
    *offset = -1;
    canopy_regex *regex = calloc(1, sizeof *regex);
    if (!regex) return NULL;
    UText *text = utext_openUTF8(NULL, (const char *)pattern, length, &status);
    regex->expression = uregex_openUText(text, flags, &place, &status);
    utext_close(text);
    if (U_SUCCESS(status)) uregex_setStackLimit(regex->expression, MOST_STACK, &status);
    if (U_FAILURE(status)) {
        *offset = place.offset;
        canopy_regex_close(regex);
        return NULL;
    }
    return regex;
}

void canopy_regex_close(canopy_regex *regex) {
    if (!regex) return;
    if (regex->expression) uregex_close(regex->expression);
    if (regex->text) utext_close(regex->text);
    free(regex);
}

int32_t canopy_regex_group_count(canopy_regex *regex) {
    UErrorCode status = U_ZERO_ERROR;
    return uregex_groupCount(regex->expression, &status);
}

int32_t canopy_regex_begin(canopy_regex *regex, const uint8_t *text, int64_t length) {
    UErrorCode status = U_ZERO_ERROR;
    regex->text = utext_openUTF8(regex->text, (const char *)text, length, &status);
    uregex_setUText(regex->expression, regex->text, &status);
    uregex_setTimeLimit(regex->expression, MOST_STEPS + (int32_t)(length / BYTES_PER_STEP),
                        &status);
    return U_FAILURE(status) ? -1 : 0;
}

int32_t canopy_regex_next(canopy_regex *regex) {
    UErrorCode status = U_ZERO_ERROR;
    UBool found = uregex_findNext(regex->expression, &status);
    return U_FAILURE(status) ? -1 : found ? 1 : 0;
}

int64_t canopy_regex_start(canopy_regex *regex, int32_t group) {
    UErrorCode status = U_ZERO_ERROR;
    int64_t place = uregex_start64(regex->expression, group, &status);
    return U_FAILURE(status) ? -1 : place;
}

int64_t canopy_regex_end(canopy_regex *regex, int32_t group) {
    UErrorCode status = U_ZERO_ERROR;
    int64_t place = uregex_end64(regex->expression, group, &status);
    return U_FAILURE(status) ? -1 : place;
}
