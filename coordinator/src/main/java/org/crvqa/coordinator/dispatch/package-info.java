/**
 * Tasks to workers. {@link org.crvqa.coordinator.dispatch.Dispatcher} is the way in; everything else runs on its {@code
 * EventLoop}. Where to look:
 *
 * <ul>
 *   <li>one attempt: {@code AttemptSteps} (the table of its life, over {@code AttemptState}, {@code AttemptEvent}, {@code
 *       AttemptEffect}), {@code AttemptFlow} (does it), {@code AttemptListener} (hears the worker), {@code AttemptEnds}
 *       (what follows an ending)
 *   <li>whose fault: {@code RetryPolicy}, {@code Troubles} and {@code Losses} of a task, {@code Blame} and {@code
 *       WorkerHealth} of a worker
 *   <li>workers: {@code Roster} of {@code WorkerSlot}s (who there is), {@code WorkerPool} (who of a kind is idle or usable),
 *       {@code WorkerView} (what is known of one), {@code Inquiry} (asks), {@code WorkerClient} and its three kinds (calls),
 *       which a {@code WorkerConnector} makes
 *   <li>tasks: {@code TaskBoard} of {@code Task}s and {@code ExperimentEntry}s, {@code TaskLifecycle} (transitions), {@code
 *       ReadyQueue} (who is next), {@code TaskCounts}, {@code ChangeOrder}, {@code ExperimentRetry}, {@code BoardWatch}
 *   <li>the store: {@code OutcomeRecords}, over what is in {@code study.attempt}
 *   <li>what clients see: {@code StatusView}, {@code TaskStatuses}, {@code TaskPages} over {@code TaskIndex}, {@code EntryOrder} (which
 *       experiments changed), {@code StageTally}, {@code TimeLeft}, {@code DispatchMetrics}
 * </ul>
 */
@NullMarked
package org.crvqa.coordinator.dispatch;

import org.jspecify.annotations.NullMarked;
