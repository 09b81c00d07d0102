// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_UNIT_H
#define NETSONDE_TESTS_UNIT_UNIT_H

/* What cmocka.h needs in front of it, and cmocka.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define UNIT_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The bytes of a string literal and how many they are, NULs inside included. */
#define UNIT_BYTES(literal) (literal), sizeof(literal) - 1

#endif
