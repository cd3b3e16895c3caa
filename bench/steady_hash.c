/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded: GLib salts its hash tables with a random number, so that instruction counts of two runs differ by 0.3 %.
   With this number they differ by less than 0.001 %. */
unsigned int g_random_int(void);
unsigned int g_random_int(void) { return 4; }
