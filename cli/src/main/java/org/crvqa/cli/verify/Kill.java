package org.crvqa.cli.verify;

import java.util.OptionalLong;

/**
 * A kill and what followed.
 *
 * @param step after which the worker ended itself
 * @param resumedAt steps that the next attempt did not do again; empty: it began anew
 */
record Kill(int step, OptionalLong resumedAt) {}
