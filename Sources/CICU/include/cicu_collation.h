/* Sort keys: bytes whose order is the order of texts in a language. */
#ifndef CANOPY_CICU_COLLATION_H
#define CANOPY_CICU_COLLATION_H

#include <stdint.h>

/* Makes sort keys. Not thread-safe: one per worker. */
typedef struct canopy_collator canopy_collator;

/* Why a collator cannot be opened. */
#define CANOPY_COLLATOR_FAILED 1
#define CANOPY_COLLATOR_LANGUAGE 2 /* ISO 639 knows no such language */
#define CANOPY_COLLATOR_COUNTRY 3  /* ISO 3166 knows no such country */
#define CANOPY_COLLATOR_VARIANT 4  /* ICU has no order of this name for the language */

/* Each text may be empty; without a language the order is that of Unicode's root collation. A
   variant is the last part of a locale's name ("POSIX") or keywords ("@collation=phonebook"). NULL
   and *fault, one of CANOPY_COLLATOR_…, when there is none. */
canopy_collator *canopy_collator_open(const char *language, const char *country,
                                      const char *variant, int32_t *fault);
/* The root collation with rules of its own, in ICU's syntax. NULL when they are wrong; then *offset
   is where, in UTF-16 units, or -1. */
canopy_collator *canopy_collator_open_rules(const uint8_t *rules, int32_t length,
                                            int32_t *offset);
void canopy_collator_close(canopy_collator *collator);

/* What can be set, and to what; 0, or -1 when ICU takes no such value. */
#define CANOPY_COLLATOR_STRENGTH 0      /* 1 to 4: primary to quaternary; 5: identical */
#define CANOPY_COLLATOR_DECOMPOSITION 1 /* 0 or 1 */
#define CANOPY_COLLATOR_SHIFTED 2       /* 0 or 1: spaces and punctuation only break ties */
#define CANOPY_COLLATOR_CASE_LEVEL 3    /* 0 or 1 */
#define CANOPY_COLLATOR_UPPER_FIRST 4   /* 0 or 1 */
#define CANOPY_COLLATOR_NUMERIC 5       /* 0 or 1 */
int32_t canopy_collator_set(canopy_collator *collator, int32_t attribute, int32_t value);
/* What is shifted: everything up to the group of this character. 0, or -1. */
int32_t canopy_collator_set_variable_top(canopy_collator *collator, const uint8_t *text,
                                         int32_t length);

/* Keys made with different versions cannot be compared. */
uint32_t canopy_collator_version(canopy_collator *collator);

/* The key of length bytes of UTF-8, in which invalid bytes count as U+FFFD. Sets *key, valid until
   the next call, and returns its length, or -1 when ICU fails. No byte of it is 0. */
int32_t canopy_collator_key(canopy_collator *collator, const uint8_t *text, int32_t length,
                            const uint8_t **key);

#endif
