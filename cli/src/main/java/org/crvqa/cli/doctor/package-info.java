/** What 'crvqa doctor' looks at: store, coordinator, workers, machine, dataset; each check says what to do. */
@NullMarked
package org.crvqa.cli.doctor;

import org.jspecify.annotations.NullMarked;
