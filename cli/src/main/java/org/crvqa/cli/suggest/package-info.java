/** What a person may have meant who typed what there is not. */
@NullMarked
package org.crvqa.cli.suggest;

import org.jspecify.annotations.NullMarked;
