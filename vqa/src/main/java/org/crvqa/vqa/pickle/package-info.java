/**
 * Python's pickles, of protocols 0 to 5, read without running anything: numbers, text, containers, and of what a pickle
 * asks for by name only what its reader knows. Whole small ones at once, dictionaries of any size item by item.
 */
@NullMarked
package org.crvqa.vqa.pickle;

import org.jspecify.annotations.NullMarked;
