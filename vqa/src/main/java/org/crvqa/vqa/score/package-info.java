/** How good answers are: VQA accuracy and the predictions file. */
@NullMarked
package org.crvqa.vqa.score;

import org.jspecify.annotations.NullMarked;
