/** Where an artifact comes from, and whether the store still holds it as it was made. */
@NullMarked
package org.crvqa.cli.provenance;

import org.jspecify.annotations.NullMarked;
