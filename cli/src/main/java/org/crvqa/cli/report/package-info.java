/** Reports of experiments in all their forms: tables, files for other programs, pictures, tests against chance. */
@NullMarked
package org.crvqa.cli.report;

import org.jspecify.annotations.NullMarked;
