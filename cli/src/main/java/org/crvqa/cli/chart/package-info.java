/** Pictures of numbers: heat maps and bars, as SVG or PNG. Knows nothing of masks or datasets. */
@NullMarked
package org.crvqa.cli.chart;

import org.jspecify.annotations.NullMarked;
