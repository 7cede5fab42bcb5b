/* Where sentences and words of a text end, by libicu. */
#ifndef CANOPY_CICU_BREAKS_H
#define CANOPY_CICU_BREAKS_H

#include <stdint.h>

/* Boundaries of one kind. Not thread-safe: one per worker. */
typedef struct canopy_breaks canopy_breaks;

#define CANOPY_BREAKS_WORD 0
#define CANOPY_BREAKS_SENTENCE 1

/* locale: an ICU locale or a BCP 47 tag, in ASCII; one that ICU does not know means its root.
   NULL when ICU's data is missing or memory is short. */
canopy_breaks *canopy_breaks_open(int32_t kind, const char *locale);
void canopy_breaks_close(canopy_breaks *breaks);

/* Finds the boundaries of length bytes of UTF-8: 0, ..., length, ascending, in bytes. Invalid bytes
   count as U+FFFD. Sets *offsets, valid until the next call, and returns how many there are, or
   -1 when ICU fails. */
int32_t canopy_breaks_find(canopy_breaks *breaks, const uint8_t *text, int32_t length,
                           const uint32_t **offsets);

#endif
