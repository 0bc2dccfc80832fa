/** What a dataset holds and how its answers shift between splits, as tables, JSON and a picture. */
@NullMarked
package org.crvqa.cli.dataset;

import org.jspecify.annotations.NullMarked;
