/** Text as the models and the scores see it: word pieces of questions, normalised answers. */
@NullMarked
package org.crvqa.vqa.text;

import org.jspecify.annotations.NullMarked;
