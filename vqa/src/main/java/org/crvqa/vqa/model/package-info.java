/**
 * LXMERT and its answer head as plain functions of named tensors, with Hugging Face's parameter names.
 *
 * <p>{@link org.crvqa.vqa.model.LxmertConfig}, {@link org.crvqa.vqa.model.LxmertParameters}, {@link
 * org.crvqa.vqa.model.HeadParameters} and {@link org.crvqa.vqa.model.WeightInit} need no tensor engine.
 */
@NullMarked
package org.crvqa.vqa.model;

import org.jspecify.annotations.NullMarked;
