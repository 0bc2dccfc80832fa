/** A generated data set in the file formats of real ones, on which the study's effects show within a minute. */
@NullMarked
package org.crvqa.vqa.sample;

import org.jspecify.annotations.NullMarked;
