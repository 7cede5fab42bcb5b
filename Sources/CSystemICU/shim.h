/* Deliberately empty: ICU's own headers clash with Foundation's copy, so only the C files of CICU include them. */
