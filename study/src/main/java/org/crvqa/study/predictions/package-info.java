/** What evaluations answered, question by question, with probabilities; how far these can be believed. */
@NullMarked
package org.crvqa.study.predictions;

import org.jspecify.annotations.NullMarked;
