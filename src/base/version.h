/* SPDX-License-Identifier: GPL-3.0-or-later */
/* version.h - the one version of all programs. */
#ifndef PENFOLD_BASE_VERSION_H
#define PENFOLD_BASE_VERSION_H

#ifndef PENFOLD_VERSION
#define PENFOLD_VERSION "0.1"
#endif

#endif
