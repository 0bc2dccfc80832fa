/** The pruner process: wires PruneTask to the worker. */
@NullMarked
package org.crvqa.pruner.service;

import org.jspecify.annotations.NullMarked;
