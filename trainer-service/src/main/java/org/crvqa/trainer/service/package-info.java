/** The trainer process: wires TrainTask to the worker. */
@NullMarked
package org.crvqa.trainer.service;

import org.jspecify.annotations.NullMarked;
