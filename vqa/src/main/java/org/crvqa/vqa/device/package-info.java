/**
 * Which device this process computes on: what was asked for, whether a GPU is usable and why not, what the device is, and
 * that it computes what it should.
 */
@NullMarked
package org.crvqa.vqa.device;

import org.jspecify.annotations.NullMarked;
