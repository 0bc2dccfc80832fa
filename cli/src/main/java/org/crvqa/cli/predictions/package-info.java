/** What models answered, question by question: tables, flips between two models, calibration. */
@NullMarked
package org.crvqa.cli.predictions;

import org.jspecify.annotations.NullMarked;
