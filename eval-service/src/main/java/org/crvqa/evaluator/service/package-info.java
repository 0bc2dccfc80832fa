/** The evaluator process: wires EvaluateTask to the worker. */
@NullMarked
package org.crvqa.evaluator.service;

import org.jspecify.annotations.NullMarked;
