/** Files of measured rates, from which plans are estimated. */
@NullMarked
package org.crvqa.cli.rates;

import org.jspecify.annotations.NullMarked;
