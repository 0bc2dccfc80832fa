/** Calls to the coordinator. */
@NullMarked
package org.crvqa.cli.client;

import org.jspecify.annotations.NullMarked;
