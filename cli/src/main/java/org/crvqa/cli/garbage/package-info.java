/** What a collection of garbage found, for people and for programs. */
@NullMarked
package org.crvqa.cli.garbage;

import org.jspecify.annotations.NullMarked;
